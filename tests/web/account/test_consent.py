"""The token of a form: another text each time, and good for that form alone."""

from collections.abc import Awaitable, Callable

import pytest

from api.core.csrf import FIELD, token_for
from deliberation.core.context import AppContext, Viewer
from tests.builders import a_person, a_poll
from tests.site import Visitor, forms

Opening = Callable[[Viewer | None], Awaitable[Visitor]]


async def test_l12_no_two_answers_hold_the_same_token(app: AppContext, visitor_of: Opening) -> None:
    visitor = await visitor_of(await a_person(app))
    found = set()
    for _ in range(3):
        await visitor.open("/fr/compte")
        found |= {form.values[FIELD] for form in forms(visitor.page.text) if FIELD in form.values}
    assert len(found) >= 6
    fixed = {token[i : i + 8] for token in found for i in range(0, len(token), 8)}
    assert len(fixed) == sum(-(-len(token) // 8) for token in found), "some part is always the same"


async def test_a_token_serves_its_own_form_only(app: AppContext, visitor_of: Opening) -> None:
    visitor = await visitor_of(await a_person(app))
    await visitor.open("/fr/compte")
    of = {form.action: form.values.get(FIELD) for form in forms(visitor.page.text)}
    wrong = {FIELD: of["/fr/compte/deconnexion"], "name": "Claude Essai", "lang": "fr"}
    assert (await visitor.http.post("/fr/compte", data=wrong)).status_code == 403
    right = wrong | {FIELD: of["/fr/compte"]}
    assert (await visitor.http.post("/fr/compte", data=right)).status_code == 303


async def test_h2_the_steps_of_a_vote_have_no_token_in_common(
    app: AppContext, visitor_of: Opening
) -> None:
    page, _ = await a_poll(app)
    visitor = await visitor_of(None)
    here = f"/fr/c/{page.card.slug}/voter/1"
    await visitor.open(here)
    first = next(f.values[FIELD] for f in forms(visitor.page.text) if f.action == here)
    answer = await visitor.http.post(f"{here}/valider", data={FIELD: first})
    assert answer.status_code == 403


@pytest.mark.parametrize("sent", ["", "x", "é" * 40, "A" * 86, "A" * 88, "A" * 10_000])
async def test_a_token_that_is_none_is_refused(
    sent: str, app: AppContext, visitor_of: Opening
) -> None:
    visitor = await visitor_of(await a_person(app))
    answer = await visitor.http.post("/fr/compte", data={FIELD: sent})
    assert answer.status_code == 403
    good = token_for(app, visitor.http.cookies["session"], "/fr/compte/deconnexion")
    answer = await visitor.http.post("/fr/compte/deconnexion", data={FIELD: good})
    assert answer.status_code == 303
