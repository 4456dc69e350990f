"""A consultation's pages: five answers on the first screen, rules, what followed, the journal."""

import re
from typing import TYPE_CHECKING, Any

import pytest
from litestar import Litestar
from sqlalchemy import event

from deliberation.core.context import AppContext
from deliberation.followup.answers.commands import AnswerDraft, answer
from deliberation.network.authorities.model import Authority
from deliberation.process.consultations.queries import ConsultationPage
from deliberation.process.subjects.kinds import SubjectRef
from tests.builders import (
    a_ballot,
    a_comment,
    a_consultation,
    a_member,
    a_person,
    a_poll,
    a_proposal,
    a_result,
    an_authority,
    redate,
    request_context,
    supports,
)
from tests.site import Visitor, VisitorOf

if TYPE_CHECKING:
    from playwright.async_api import Browser


async def answered(
    app: AppContext, authority: Authority, page: ConsultationPage, number: int
) -> None:
    """An official answers a proposal."""
    official = await a_member(app, authority, "official")
    async with request_context(app, official) as ctx:
        draft = AnswerDraft(decision="partly", body="Nous en ferons la moitié cette année.")
        await answer(ctx, page.ref, SubjectRef("proposal", number), draft)


async def test_the_first_page_answers_the_five_questions(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    authority = await an_authority(app, name="Ville de Quesnebeke")
    page = await a_consultation(
        app,
        authority,
        question="Où planter les prochaines haies ?",
        promise="Le conseil répondra à chaque proposition avant l’été.",
        proposals=(-2, 5),
        decided=["Un budget de 9 000 euros"],
        undecided=["Les lieux"],
        not_negotiable=["Pas d’arrachage"],
    )
    visitor: Visitor = await visitor_of()
    await visitor.open(f"/fr/c/{page.card.slug}")
    for text in (
        "Où planter les prochaines haies ?",
        "Qui décide : Ville de Quesnebeke",
        "Le conseil répondra à chaque proposition avant l’été.",
        "Les propositions sont ouvertes. Jusqu’au",
        "Environ 5 minutes.",
        "Proposer une idée",
        "Un budget de 9 000 euros",
        "Ce qui n’est pas négociable",
    ):
        assert text in visitor.text
    assert f'href="/fr/c/{page.card.slug}/proposer"' in visitor.page.text


ACTIONS: list[tuple[dict[str, Any], str]] = [
    ({"vote": (-1, 3)}, "Lire le dossier"),  # a vote without a question yet
    ({"proposals": (-1, 3)}, "Proposer une idée"),
    ({"discussion": (-1, 3)}, "Participer au débat"),
    ({"information": (-1, 3)}, "Lire le dossier"),
    ({"proposals": (2, 3)}, "Lire le dossier"),
]


@pytest.mark.parametrize(("dates", "words"), ACTIONS)
async def test_the_one_button_follows_the_phase(
    app: AppContext, visitor_of: VisitorOf, dates: dict[str, Any], words: str
) -> None:
    page = await a_consultation(app, body="Le dossier complet.", **dates)
    visitor: Visitor = await visitor_of()
    await visitor.open(f"/fr/c/{page.card.slug}")
    (button,) = re.findall(r'button-primary" href="[^"]*">([^<]*)<', visitor.page.text)
    assert button == words


async def test_while_a_vote_runs_one_votes_and_afterwards_may_change(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    page, poll = await a_poll(app)
    person = await a_person(app)
    visitor: Visitor = await visitor_of(person)
    await visitor.open(f"/fr/c/{page.card.slug}")
    assert "Le vote est ouvert." in visitor.text
    assert f'button-primary" href="/fr/c/{page.card.slug}/voter">Voter<' in visitor.page.text
    await a_ballot(app, page, poll, {"1": 7, "2": 4, "3": 1}, person)
    await visitor.open(f"/fr/c/{page.card.slug}")
    assert ">Changer mon vote<" in visitor.page.text
    assert "Vous avez voté." in visitor.text


async def test_a_closed_vote_leads_to_its_result_and_an_answer_to_what_followed(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    page, poll = await a_poll(app)
    await a_ballot(app, page, poll, {"1": 7, "2": 4, "3": 1})
    page = await a_result(app, page, poll)
    visitor: Visitor = await visitor_of()
    await visitor.open(f"/fr/c/{page.card.slug}")
    assert ">Lire les résultats<" in visitor.page.text


async def moved(app: AppContext, page: ConsultationPage, kind: str, days: int) -> None:
    """Dates as if the consultation were older: the clock is shared by all tests."""
    ago = f"interval '{days} days'"
    await redate(app, page, f"opens_at = opens_at - {ago}, closes_at = closes_at - {ago}", kind)


async def test_t6_an_answer_is_expected_until_its_date_then_late_by_the_day(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    authority = await an_authority(app)
    page = await a_consultation(app, authority, proposals=(-9, 3), decision=(3, 9))
    number = await a_proposal(app, page)
    await moved(app, page, "proposals", 4)
    await moved(app, page, "decision", 4)
    visitor: Visitor = await visitor_of()
    for path in ("", "/suites"):
        await visitor.open(f"/fr/c/{page.card.slug}{path}")
        assert 'class="fil-due"' not in visitor.page.text
        assert "Réponse attendue, au plus tard le" in visitor.text
    await moved(app, page, "proposals", 4)
    await moved(app, page, "decision", 7)
    for path in ("", "/suites"):
        await visitor.open(f"/fr/c/{page.card.slug}{path}")
        assert 'class="fil-due"' in visitor.page.text
        assert "en retard de 2 jours" in visitor.text
    await answered(app, authority, page, number)
    for path in ("", "/suites"):
        await visitor.open(f"/fr/c/{page.card.slug}{path}")
        assert 'class="fil-due"' not in visitor.page.text
        assert "Nous en ferons la moitié cette année." in visitor.text
        assert "Retenu en partie" in visitor.text


async def test_few_participants_are_not_counted_aloud(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    quiet, busy = await a_consultation(app), await a_consultation(app)
    await a_proposal(app, quiet)
    await supports(app, busy, await a_proposal(app, busy), 11)
    visitor: Visitor = await visitor_of()
    await visitor.open(f"/fr/c/{quiet.card.slug}")
    assert "Personnes" not in visitor.text
    await visitor.open(f"/fr/c/{busy.card.slug}")
    assert "Personnes 12" in visitor.text


async def test_the_rules_name_method_tie_dates_and_limits_before_the_vote(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    page, _ = await a_poll(app, vote=(2, 9))
    visitor: Visitor = await visitor_of()
    await visitor.open(f"/fr/c/{page.card.slug}/reglement")
    for text in (
        "Méthode qui décide : Jugement majoritaire",
        f"« {page.card.slug}/1 »",
        "ni l’identité, ni l’âge, ni le lieu d’habitation",
        "Aucun résultat, même partiel, n’est publié avant la clôture.",
        page.promise,
    ):
        assert text in visitor.text
    assert "La modération" not in visitor.text, "nothing can be written here"


async def test_the_journal_tells_what_happened_and_nobody_s_name(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    authority = await an_authority(app)
    page = await a_consultation(app, authority)
    author = await a_person(app, "Valère Desrumaux")
    for _ in range(3):
        number = await a_proposal(app, page, author)
    await a_comment(app, page, number, author)
    await supports(app, page, number, 2)
    await answered(app, authority, page, number)
    visitor: Visitor = await visitor_of()
    await visitor.open(f"/fr/c/{page.card.slug}/journal")
    for text in (
        "La consultation a été rendue publique.",
        "3 propositions publiées.",
        "1 message publié.",
        "1 réponse officielle publiée.",
    ):
        assert text in visitor.text
    assert "Valère" not in visitor.text
    assert "soutien" not in visitor.text.partition("Journal")[2].lower()


async def test_the_journal_is_silent_about_what_came_before_the_opening(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    authority = await an_authority(app)
    agent = await a_member(app, authority, "agent")
    page = await a_consultation(app, authority, agent=agent, opened=False)
    visitor: Visitor = await visitor_of(agent)
    await visitor.open(f"/fr/c/{page.card.slug}/journal")
    assert "Rien n’est encore noté" in visitor.text


@pytest.mark.parametrize("path", ["", "/reglement", "/suites", "/journal"])
async def test_a_draft_does_not_exist_for_the_public(
    app: AppContext, visitor_of: VisitorOf, path: str
) -> None:
    page = await a_consultation(app, opened=False)
    visitor: Visitor = await visitor_of()
    await visitor.open(f"/fr/c/{page.card.slug}{path}")
    assert visitor.page.status_code == 404


async def test_the_first_page_costs_six_statements_at_most_and_no_cookie(
    site: Litestar, app: AppContext, visitor_of: VisitorOf
) -> None:
    page, poll = await a_poll(app)
    await a_ballot(app, page, poll, {"1": 7, "2": 4, "3": 1})
    statements: list[str] = []
    engine = site.state.app.engine.sync_engine

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    visitor: Visitor = await visitor_of()
    event.listen(engine, "before_cursor_execute", note)
    try:
        await visitor.open(f"/fr/c/{page.card.slug}")
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert len(statements) <= 6, statements
    assert "set-cookie" not in visitor.page.headers
    assert "<form" not in visitor.page.text


@pytest.mark.browser
async def test_five_answers_stand_on_a_phone_s_first_screen(
    app: AppContext, visitor_of: VisitorOf, browser: "Browser"
) -> None:
    page, _ = await a_poll(app)
    visitor: Visitor = await visitor_of()
    await visitor.open(f"/fr/c/{page.card.slug}")
    html = visitor.page.text
    sheet = re.search(r'href="(/static/site[^"]*css)"', html)
    assert sheet
    css = (await visitor.http.get(sheet[1])).text
    tab = await browser.new_page(viewport={"width": 360, "height": 640})
    try:
        await tab.set_content(re.sub(r"<(link|script)[^>]*>(</script>)?", "", html))
        await tab.add_style_tag(content=css)
        for wanted in (".overview-head h1", ".overview-head .lead", ".phase .button", ".promise"):
            box = await tab.locator(wanted).bounding_box()
            assert box is not None
            assert box["y"] + box["height"] <= 640, (wanted, box)
    finally:
        await tab.close()


async def test_programs_read_the_same_front_and_journal(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    page, poll = await a_poll(app)
    visitor: Visitor = await visitor_of()
    overview = (await visitor.open(f"/api/v1/consultations/{page.card.slug}/overview")).json()
    assert overview["action"] == "vote"
    assert overview["polls"][0]["question"] == poll.question
    assert [step["state"] for step in overview["timeline"]] == ["now"]
    assert (overview["status"]["code"], overview["status"]["next"]) == ("vote", None)
    assert overview["text"]["now"] == "Le vote est ouvert."
    events = (await visitor.open(f"/api/v1/consultations/{page.card.slug}/journal")).json()
    assert [one["kind"] for one in events["items"]] == ["ConsultationOpened"]
    assert (await visitor.open("/api/v1/latest-answers")).status_code == 200


async def test_the_dates_are_given_to_calendars(app: AppContext, visitor_of: VisitorOf) -> None:
    page, _ = await a_poll(app)
    visitor: Visitor = await visitor_of(None)
    answer = await visitor.open(f"/fr/c/{page.card.slug}/calendrier.ics")
    assert answer.headers["content-type"].startswith("text/calendar")
    lines = answer.content.split(b"\r\n")
    assert (lines[0], lines[-2]) == (b"BEGIN:VCALENDAR", b"END:VCALENDAR")
    assert max(map(len, lines)) <= 75
    closes = page.card.phases[0].closes_at
    assert f"DTEND:{closes:%Y%m%dT%H%M%SZ}".encode() in lines
    assert "Voter\u00a0: Le réseau cyclable" in answer.text
