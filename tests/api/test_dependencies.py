"""Handler dependencies are loaded inside the transaction of their request."""

import pytest
from litestar import Litestar

from deliberation.core.context import AppContext
from tests.builders import a_consultation, a_member, an_authority
from tests.site import VisitorOf


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/consultations/nowhere",
        "/api/v1/consultations/nowhere/polls",
        "/fr/c/nowhere/regles",
    ],
)
async def test_an_address_without_a_consultation_keeps_no_connection(
    app: AppContext, site: Litestar, visitor_of: VisitorOf, path: str
) -> None:
    visitor = await visitor_of(None)
    engine = site.state.app.engine
    held = []
    for _ in range(3):
        try:
            assert (await visitor.http.get(path)).status_code == 404
        finally:
            held.append(engine.pool.checkedout())
    assert held == [0, 0, 0]


async def test_a_draft_exists_for_its_agents_only(app: AppContext, visitor_of: VisitorOf) -> None:
    authority = await an_authority(app)
    agent = await a_member(app, authority, "agent")
    page = await a_consultation(app, authority, agent=agent, opened=False)
    path = f"/api/v1/consultations/{page.card.slug}/polls"
    assert (await (await visitor_of(agent)).http.get(path)).status_code == 200
    assert (await (await visitor_of(None)).http.get(path)).status_code == 404
