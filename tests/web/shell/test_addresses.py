"""Pages, API and commands read e-mail addresses by one grammar, and say what is wrong."""

import re
from typing import Any

import pytest
from sqlalchemy import text

from deliberation.core.context import AppContext
from deliberation.core.rate_limits import LIMITS
from tests.builders import a_member, an_authority, request_context, unique

NAMES = ["{}(1)@example.org", "(z){}@example.org", "g:{}@example.org;", "a,{}@example.org"]


@pytest.mark.parametrize("name", NAMES)
async def test_m1_f02_other_names_of_a_mailbox_are_refused_at_every_door(
    app: AppContext, visitor_of: Any, name: str
) -> None:
    stem = unique("b")
    email = name.format(stem)
    authority = await an_authority(app)
    administrator = await visitor_of(await a_member(app, authority, "administrator"))
    wish = {"email": email, "name": "Bo Li", "role": "agent"}
    for path, body in (
        ("/api/v1/sign-in-codes", {"email": email}),
        (f"/api/v1/authorities/{authority.slug}/members", wish),
    ):
        answer = await administrator.http.post(path, json=body)
        assert answer.status_code == 422, path
        assert "adresse" in answer.text
    stranger = await visitor_of(None)
    await stranger.open("/fr/identite")
    await stranger.send("/identite", email=email)
    assert stranger.page.status_code == 422
    assert "lettres sans accent" in stranger.text
    async with request_context(app) as ctx:
        mailed = text("SELECT count(*) FROM mail WHERE recipient LIKE '%' || :stem || '%'")
        assert await ctx.db.scalar(mailed, {"stem": stem}) == 0


async def test_m1_codes_are_counted_by_mailbox(app: AppContext, visitor_of: Any) -> None:
    stem = unique("victime")
    stranger = await visitor_of(None)
    most = LIMITS["code-to-address-from-network"].most
    for tag in range(2 * most + 3):  # more than two hours of the clock allow
        body = {"email": f"{stem}+{tag}@example.org"}
        answer = await stranger.http.post("/api/v1/sign-in-codes", json=body)
        assert answer.status_code == 202
    async with request_context(app) as ctx:
        mailed = text("SELECT body FROM mail WHERE recipient LIKE :mailbox")
        bodies = (await ctx.db.scalars(mailed, {"mailbox": f"{stem}+%"})).all()
    with_code = [body for body in bodies if re.search(r"\b\d{6}\b", body)]
    assert most <= len(with_code) <= 2 * most
