"""Voting by forms and links alone: choose, check, cast; nothing is recorded before the end."""

import asyncio
import re
from datetime import timedelta

import httpx
import pytest
from litestar import Litestar
from sqlalchemy import select, text

from deliberation.core.context import AppContext, Viewer
from deliberation.core.rate_limits import LIMITS
from deliberation.elections.ballots import casting
from deliberation.elections.ballots.queries import own_ballot
from deliberation.elections.polls.commands import draft_poll
from deliberation.elections.polls.queries import PollView
from deliberation.network.people.model import Person
from deliberation.process.consultations.commands import consultation_row, open_consultation
from deliberation.process.consultations.queries import ConsultationPage
from tests.builders import (
    a_consultation,
    a_member,
    a_person,
    a_poll,
    a_poll_draft,
    a_result,
    an_authority,
    close_now,
    mailed_code,
    request_context,
    unique,
    viewer_of,
)
from tests.sealed import a_roll, countersigned
from tests.site import Visitor, VisitorOf, forms
from web.shell.templating import kept


async def test_a_visitor_chooses_checks_signs_in_and_is_told_it_is_recorded(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    page, poll = await a_poll(app)
    visitor: Visitor = await visitor_of(None)
    await visitor.open(f"/fr/c/{page.card.slug}/voter")
    assert visitor.page.url.path == f"/fr/c/{page.card.slug}/voter/1"  # one question: its ballot
    assert "n’est pas secret pour l’administration du site" in visitor.text
    assert "fichier de recomptage" in visitor.text
    assert "pas encore enregistré étape 1 sur 3" in visitor.text

    await visitor.send("/voter/1", **{"g-1": "7", "g-2": "none"})
    assert visitor.page.url.path.endswith("/verifier")
    assert "Votre vote n’est pas encore enregistré étape 2 sur 3" in visitor.text
    assert "Rue de la Gare Excellent Modifier" in visitor.text
    assert "Chemin des Aulnes Non évaluée" in visitor.text
    assert "2 options n’ont pas reçu de mention" in visitor.text
    await visitor.open(f"/en/c/{page.card.slug}/voter/1")
    assert "Very good Good Fairly good" in visitor.text
    await visitor.send("/voter/1", **{"g-1": "6"})
    assert "Rue de la Gare Very good Change" in visitor.text
    await visitor.open(f"/fr/c/{page.card.slug}/voter/1")
    await visitor.send("/voter/1", **{"g-1": "7"})
    assert await _ballots(app, poll) == 0

    await visitor.send("/valider")
    assert visitor.page.url.path == "/fr/identite"
    assert await _ballots(app, poll) == 0
    email = f"{unique('voix')}@example.org"
    await visitor.send("/identite", email=email)
    await visitor.send("/identite/code", code=await mailed_code(app, email))
    assert visitor.page.url.path.startswith("/fr/recu/")
    assert "Votre vote est enregistré" in visitor.text
    assert await _ballots(app, poll) == 1
    async with request_context(app, await _viewer(app, email)) as ctx:
        assert (await own_ballot(ctx, poll)).choice == {"1": 7}


async def test_a_receipt_page_shows_no_choice_and_needs_no_account(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    page, poll = await a_poll(app)
    visitor: Visitor = await visitor_of(await a_person(app))
    await _vote(visitor, page.card.slug, **{"g-2": "6"})
    address = visitor.page.url.path
    for reader in (visitor, await visitor_of(None)):
        await reader.open(address)
        assert reader.page.status_code == 200
        assert poll.question in reader.text
        for secret in ("Chemin des Aulnes", "Très bien", "Rue de la Gare"):
            assert secret not in reader.text
    stranger: Visitor = await visitor_of(None)
    await stranger.open(f"/fr/recu?reference={address.rpartition('/')[2].lower()}")
    assert stranger.page.url.path == address
    await stranger.open("/fr/recu?reference=2222-2222")
    assert stranger.page.status_code == 404
    assert "Aucun bulletin ne porte cette référence" in stranger.text


async def test_a_voter_changes_their_vote_from_what_it_says(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    page, poll = await a_poll(app)
    viewer = await a_person(app)
    visitor: Visitor = await visitor_of(viewer)
    await _vote(visitor, page.card.slug, **{"g-1": "7"})
    first = visitor.page.url.path
    await visitor.open(f"/fr/c/{page.card.slug}/voter/1")
    assert "Vous avez voté" in visitor.text
    held = next(form for form in forms(visitor.page.text) if form.action.endswith("/voter/1"))
    assert held.values["g-1"] == "7"
    assert "g-3" not in held.values, "what was not graded is untouched"
    await visitor.send("/voter/1", **{"g-1": "1", "g-3": "5"})
    assert "Votre nouveau vote n’est pas encore enregistré" in visitor.text
    await visitor.send("/valider")
    assert visitor.page.url.path != first
    async with request_context(app, viewer) as ctx:
        assert (await own_ballot(ctx, poll)).choice == {"1": 1, "3": 5}
    await visitor.open(first)
    assert "Ce bulletin a été remplacé" in visitor.text


async def test_a_double_click_leads_twice_to_the_same_receipt(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    page, poll = await a_poll(app)
    visitor: Visitor = await visitor_of(await a_person(app))
    await visitor.open(f"/fr/c/{page.card.slug}/voter/1")
    await visitor.send("/voter/1", **{"g-1": "7"})
    form = next(form for form in forms(visitor.page.text) if form.action.endswith("/valider"))
    answers = await asyncio.gather(
        *(visitor.http.post(form.action, data=form.values) for _ in range(5))
    )
    later = await visitor.http.post(form.action, data=form.values)
    assert {one.headers["location"] for one in answers} == {later.headers["location"]}
    assert "/recu/" in later.headers["location"]
    assert await _ballots(app, poll) == 1


async def test_nobody_confirms_a_ballot_that_they_have_not_checked(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    """Two tabs, not signed in: the button of the first one does not confirm the second one's."""
    page, poll = await a_poll(app)
    slug, email = page.card.slug, f"{unique('onglets')}@example.org"
    visitor: Visitor = await visitor_of(None)
    await visitor.open(f"/fr/c/{slug}/voter/1")
    await visitor.send("/voter/1", **{"g-1": "7"})
    old = next(form for form in forms(visitor.page.text) if form.action.endswith("/valider"))
    await visitor.open(f"/fr/c/{slug}/voter/1")
    await visitor.send("/voter/1", **{"g-1": "1"})
    answer = await visitor.http.post(old.action, data=old.values)
    assert answer.status_code == 409
    await visitor.open(f"/fr/identite?suite=/c/{slug}/voter/1/valider")
    await visitor.send("/identite", email=email)
    await visitor.send("/identite/code", code=await mailed_code(app, email))
    assert await _ballots(app, poll) == 0


async def test_approvals_and_rankings_are_forms_too(app: AppContext, visitor_of: VisitorOf) -> None:
    for method, fields, seen, choice in (
        ("approval", {"choix": ["1", "3"]}, "Quai de la Lys Approuvée", {"1": 1, "3": 1}),
        ("schulze", {"r-2": "1", "r-1": "3"}, "Rue de la Gare Rang 3", {"2": 1, "1": 2}),
        ("instant_runoff", {"r-3": "1"}, "Quai de la Lys Rang 1", {"3": 1}),
    ):
        page, poll = await a_poll(app, method=method)
        viewer = await a_person(app)
        visitor: Visitor = await visitor_of(viewer)
        await visitor.open(f"/fr/c/{page.card.slug}/voter/1")
        await visitor.send("/voter/1", **fields)
        assert seen in visitor.text
        await visitor.send("/valider")
        async with request_context(app, viewer) as ctx:
            assert (await own_ballot(ctx, poll)).choice == choice


async def test_a_ranking_is_checked_in_the_order_of_its_ranks(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    page, _ = await a_poll(app, method="schulze")
    visitor: Visitor = await visitor_of(None)
    await visitor.open(f"/fr/c/{page.card.slug}/voter/1")
    await visitor.send("/voter/1", **{"r-3": "1", "r-1": "2"})
    places = [visitor.text.index(name) for name in ("Quai de", "Rue de la", "Chemin des")]
    assert places == sorted(places)
    assert "1 option n’est pas classée" in visitor.text


@pytest.mark.parametrize(
    ("method", "fields", "sentence"),
    [
        ("majority_judgment", {}, "Votre bulletin est vide"),
        ("majority_judgment", {"g-1": "9"}, "Écrivez un nombre possible"),
        ("majority_judgment", {"g-1": "super"}, "Choisissez une des réponses proposées"),
        ("majority_judgment", {"g-1": "3", "blanc": "1"}, "Un vote blanc ne peut pas"),
        ("instant_runoff", {"r-1": "1", "r-2": "1"}, "chaque rang ne sert qu’une fois"),
        ("approval", {"choix": "44"}, "Cette option n’existe pas"),
    ],
)
async def test_a_wrong_ballot_comes_back_with_what_to_correct(
    app: AppContext, visitor_of: VisitorOf, method: str, fields: dict[str, str], sentence: str
) -> None:
    page, _ = await a_poll(app, method=method)
    visitor: Visitor = await visitor_of(None)
    await visitor.open(f"/fr/c/{page.card.slug}/voter/1")
    await visitor.send("/voter/1", **fields)
    assert visitor.page.status_code == 422
    assert sentence in visitor.text
    for target in re.findall(r'<li><a href="#([^"]+)">', visitor.page.text):
        assert f'id="{target}"' in visitor.page.text, "each error leads to its field"


async def test_a_blank_vote_is_cast_and_said_to_be_one(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    page, poll = await a_poll(app)
    visitor: Visitor = await visitor_of(await a_person(app))
    await visitor.open(f"/fr/c/{page.card.slug}/voter/1")
    await visitor.send("/voter/1", blanc="1")
    assert "Vous votez blanc" in visitor.text
    await visitor.send("/valider")
    assert "Votre vote est enregistré" in visitor.text
    assert await _ballots(app, poll) == 1


async def test_the_draft_of_one_browser_is_not_shown_in_another(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    page, _ = await a_poll(app)
    first: Visitor = await visitor_of(None)
    second: Visitor = await visitor_of(None)
    await first.open(f"/fr/c/{page.card.slug}/voter/1")
    await first.send("/voter/1", **{"g-1": "7"})
    await second.open(f"/fr/c/{page.card.slug}/voter/1/verifier")
    assert second.page.url.path.endswith("/voter/1")
    assert not re.search(r'name="g-[^>]* checked', second.page.text)
    await first.open(f"/fr/c/{page.card.slug}/voter/1")
    assert re.search(r'name="g-[^>]* checked', first.page.text)
    assert first.page.headers["cache-control"] == "no-store"


async def test_the_order_is_each_browsers_own_and_stays(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    page, _ = await a_poll(app, [f"Rue {n}" for n in range(12)])
    orders = []
    for _ in range(3):
        visitor: Visitor = await visitor_of(None)
        seen = []
        for _ in range(2):
            await visitor.open(f"/fr/c/{page.card.slug}/voter/1")
            seen.append(re.findall(r"Rue \d+", visitor.text)[:12])
        assert seen[0] == seen[1]
        orders.append(tuple(seen[0]))
    assert len(set(orders)) == 3


async def test_a_vote_that_closed_meanwhile_is_not_taken_and_said_so(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    page, poll = await a_poll(app)
    slug = page.card.slug
    visitor: Visitor = await visitor_of(None)
    signed_in: Visitor = await visitor_of(await a_person(app))
    editing: Visitor = await visitor_of(None)
    for one in (visitor, signed_in, editing):
        await one.open(f"/fr/c/{slug}/voter/1")
    for one in (visitor, signed_in):
        await one.send("/voter/1", **{"g-1": "7"})
    await visitor.send("/valider")
    await close_now(app, page)

    email = f"{unique('tard')}@example.org"
    await visitor.send("/identite", email=email)
    await visitor.send("/identite/code", code=await mailed_code(app, email))
    await signed_in.send("/valider")
    await editing.send("/voter/1", **{"g-1": "7"})
    for one in (visitor, signed_in, editing):
        assert one.page.status_code == 403
        assert "Ce vote n’a pas été pris en compte" in one.text
        assert "Le vote a fermé le" in one.text
    assert await _ballots(app, poll) == 0


async def test_the_last_half_hour_is_told(app: AppContext, visitor_of: VisitorOf) -> None:
    for left, told in ((timedelta(minutes=20), True), (timedelta(minutes=40), False)):
        page, _ = await a_poll(app, vote=(-1, left / timedelta(days=1)))
        visitor: Visitor = await visitor_of(None)
        await visitor.open(f"/fr/c/{page.card.slug}/voter/1")
        assert ("Le vote ferme bientôt" in visitor.text) is told
        assert ("plus aucun bulletin" in visitor.text) is told


async def test_before_and_after_the_vote_there_is_no_form(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    coming, _ = await a_poll(app, vote=(1, 2))
    page, poll = await a_poll(app)
    await a_result(app, page, poll)
    visitor: Visitor = await visitor_of(None)
    await visitor.open(f"/fr/c/{coming.card.slug}/voter/1")
    assert "Le vote n’est pas encore ouvert" in visitor.text
    assert "Quai de la Lys" in visitor.text
    assert forms(visitor.page.text) == []
    await visitor.open(f"/fr/c/{page.card.slug}/voter/1")
    assert "Le vote est clos" in visitor.text
    assert forms(visitor.page.text) == []
    assert "set-cookie" not in visitor.page.headers


async def test_several_questions_are_listed_with_what_is_done(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    page = await _two_questions(app)
    visitor: Visitor = await visitor_of(await a_person(app))
    await visitor.open(f"/fr/c/{page.card.slug}/voter")
    assert visitor.text.count("À voter") == 2
    await visitor.open(f"/fr/c/{page.card.slug}/voter/1")
    await visitor.send("/voter/1", choix="1")
    await visitor.open(f"/fr/c/{page.card.slug}/voter")
    assert "Préparé, pas encore enregistré" in visitor.text
    await visitor.open(f"/fr/c/{page.card.slug}/voter/1/verifier")
    await visitor.send("/valider")
    assert "Il reste 1 question" in visitor.text
    await visitor.open(f"/fr/c/{page.card.slug}/voter")
    assert "Vote enregistré" in visitor.text
    assert visitor.text.count("À voter") == 1


async def test_a_draft_that_outlived_its_cast_does_not_hide_that_it_is_recorded(
    app: AppContext, visitor_of: VisitorOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def died(*_: object) -> None:
        """The site died after the cast, before it had deleted the draft."""

    page = await _two_questions(app)
    visitor: Visitor = await visitor_of(await a_person(app))
    with monkeypatch.context() as dying:
        dying.setattr(casting, "drop_draft", died)
        await _vote(visitor, page.card.slug, choix="1")
    receipt = visitor.page.url.path
    await visitor.open(f"/fr/c/{page.card.slug}/voter")
    assert "Vote enregistré Un brouillon attend" in visitor.text
    assert "pas encore enregistré" not in visitor.text
    await visitor.open(f"/fr/c/{page.card.slug}/voter/1/verifier")
    await visitor.send("/valider")
    assert visitor.page.url.path == receipt
    await visitor.open(f"/fr/c/{page.card.slug}/voter")
    assert "Un brouillon attend" not in visitor.text


async def _two_questions(app: AppContext) -> ConsultationPage:
    authority = await an_authority(app)
    agent = await a_member(app, authority, "agent")
    page = await a_consultation(app, authority, agent=agent, opened=False, vote=(-1, 3))
    async with request_context(app, agent) as ctx:
        for question in ("La première question ?", "La deuxième question ?"):
            await draft_poll(ctx, page.ref, a_poll_draft(question=question, method="approval"))
        await open_consultation(ctx, await consultation_row(ctx, page.card.slug))
    return page


async def _vote(visitor: Visitor, slug: str, **fields: str) -> None:
    await visitor.open(f"/fr/c/{slug}/voter/1")
    await visitor.send("/voter/1", **fields)
    await visitor.send("/valider")
    assert "/recu/" in visitor.page.url.path


async def _ballots(app: AppContext, poll: PollView) -> int:
    async with request_context(app) as ctx:
        count = text("SELECT count(*) FROM urn_ballot WHERE poll_id = :poll")
        return await ctx.db.scalar(count, {"poll": poll.id}) or 0


async def _viewer(app: AppContext, email: str) -> Viewer:
    async with request_context(app) as ctx:
        person = (await ctx.db.scalars(select(Person).where(Person.email == email))).one()
    return viewer_of(person)


async def test_a_ballot_names_who_decides_second(app: AppContext, visitor_of: VisitorOf) -> None:
    page, _ = await a_poll(app, vote=(2, 4))
    agents = await countersigned(app, page)
    visitor: Visitor = await visitor_of(None)
    await visitor.open(f"/fr/c/{page.card.slug}/voter/1")
    for agent in agents:
        assert f"{agent.name}, Service des élections" in visitor.page.text


@pytest.mark.parametrize("missing", ["worst", "median", "normalised", "exclude"])
async def test_t3_no_opinion_is_offered_only_where_it_is_no_grade(
    app: AppContext, visitor_of: VisitorOf, missing: str
) -> None:
    page, _ = await a_poll(app, missing=missing)
    voter = await a_person(app)
    visitor: Visitor = await visitor_of(voter)
    here = f"/fr/c/{page.card.slug}/voter/1"
    await visitor.open(here)
    offered = missing != "worst"
    assert ("Sans avis" in visitor.text) is offered
    assert ("compte comme « À rejeter »" in visitor.text) is not offered
    await visitor.send("/voter/1", **{"g-1": "7"})
    assert "Chemin des Aulnes Non évaluée" in visitor.text
    assert ("compte comme « À rejeter »" in visitor.text) is not offered
    await visitor.send("/valider")
    await visitor.open(here)  # reopened: what was not touched is untouched
    ticked = re.findall(r'name="(g-\d)" value="(\w+)"[^>]* checked', visitor.page.text)
    assert ticked == [("g-1", "7")]


async def test_t3_a_draft_keeps_the_no_opinion_that_was_ticked(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    page, _ = await a_poll(app, missing="exclude")
    visitor: Visitor = await visitor_of(None)
    here = f"/fr/c/{page.card.slug}/voter/1"
    await visitor.open(here)
    await visitor.send("/voter/1", **{"g-1": "7", "g-2": "none"})
    assert "Chemin des Aulnes Sans avis" in visitor.text
    await visitor.open(here)
    ticked = re.findall(r'name="(g-\d)" value="(\w+)"[^>]* checked', visitor.page.text)
    assert set(ticked) == {("g-1", "7"), ("g-2", "none")}


@pytest.mark.parametrize(
    ("method", "deed"),
    [
        ("majority_judgment", "Vous donnez une mention pour chaque option"),
        ("approval", "Vous cochez autant d’options que vous voulez"),
        ("schulze", "Vous faites un classement des options"),
    ],
)
async def test_v12_a_ballot_says_option_throughout(
    app: AppContext, visitor_of: VisitorOf, method: str, deed: str
) -> None:
    page, _ = await a_poll(app, method=method)
    visitor: Visitor = await visitor_of(None)
    await visitor.open(f"/fr/c/{page.card.slug}/voter/1")
    assert deed in visitor.text
    assert "proposition" not in visitor.text.lower()


async def test_what_is_kept_of_a_ballot_between_pages_holds_nobodys_choice(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    """Its rules and untouched options are printed once for all; what somebody gave is not kept."""
    page, poll = await a_poll(app)
    visitor: Visitor = await visitor_of(None)
    here = f"/fr/c/{page.card.slug}/voter/1"
    await visitor.open(here)
    await visitor.open(here)
    printed = kept.size
    marks = {f"g-{option.number}": "7" for option in poll.options}
    await visitor.send("/voter/1", **marks)
    await visitor.open(here)
    ballot = next(form for form in forms(visitor.page.text) if form.action.endswith("/voter/1"))
    assert marks.items() <= ballot.values.items()
    assert kept.size == printed > 0


async def test_sixty_people_vote_from_one_address_beside_somebody_who_guesses_codes(
    app: AppContext, site: Litestar, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A town hall is one address: its limit stops who guesses, and nobody who has a code."""
    monkeypatch.setitem(LIMITS, "voting-code", LIMITS["voting-code"]._replace(most=3))
    page, poll = await a_poll(app, eligibility="code")
    here = f"/fr/c/{page.card.slug}/voter/1"

    async def casts(code: str) -> httpx.Response:
        visitor = Visitor(site, address="192.0.2.60")
        async with visitor.http:
            await visitor.open(here)
            await visitor.send("/voter/1", **{"g-1": "7"})
            return await visitor.send("/valider", code=code)

    codes = await a_roll(app, page, 60)
    for tried in range(6):
        assert (await casts("2" * 20)).status_code == (422 if tried < 3 else 429)
    for code in codes:
        assert "/recu/" in (await casts(code)).url.path
    assert await _ballots(app, poll) == 60
