"""The answer owed to voters is said by every page, frame and program, in the same words."""

from deliberation.core.context import AppContext
from deliberation.followup.answers.commands import AnswerDraft, answer
from deliberation.process.subjects.kinds import SubjectRef
from tests.builders import (
    a_comment,
    a_consultation,
    a_member,
    a_poll_row,
    a_proposal,
    a_result_row,
    an_authority,
    redate,
    request_context,
    supports,
    unique,
)
from tests.site import Visitor, VisitorOf

EXPECTED = "réponse au vote attendue au plus tard le"
DRAFT = AnswerDraft(decision="declined", body="Nous ne le ferons pas cette année, faute de place.")


async def test_t2_answers_to_proposals_do_not_hide_what_the_voters_are_owed(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    authority = await an_authority(app)
    page = await a_consultation(
        app,
        authority,
        title=unique("Trains"),
        proposals=(-9, 2),
        vote=(-4, 3),
        decision=(3, 30),
        follow_up=(30, 60),
    )
    slug = page.card.slug
    number = await a_proposal(app, page)
    await supports(app, page, number, 1)
    five = "interval '5 days'"
    await redate(app, page, f"opens_at = opens_at - {five}, closes_at = closes_at - {five}")
    await a_result_row(app, await a_poll_row(app, page))
    official = await a_member(app, authority, "official")
    async with request_context(app, official) as ctx:
        await answer(ctx, page.ref, SubjectRef("proposal", number), DRAFT)

    visitor: Visitor = await visitor_of(None)
    for address in (f"/fr/c/{slug}", f"/fr/c/{slug}/suites", f"/embed/c/{slug}"):
        await visitor.open(address)
        assert f"1 réponse à une proposition ; {EXPECTED}" in visitor.text, address
        assert "La collectivité a répondu" not in visitor.text
        assert 'fil-due"' not in visitor.page.text
    await visitor.open(f"/fr/c/{slug}")
    assert ">Lire les résultats<" in visitor.page.text
    for address in (f"/fr/a/{authority.slug}", f"/fr/consultations?lieu={authority.slug}"):
        await visitor.open(address)
        assert "Réponse attendue au plus tard le" in visitor.text, address
        assert "Réponse publiée" not in visitor.text
        assert "1 réponse à une proposition" in visitor.text
    await visitor.open(f"/fr/c/{slug}/resultats")
    assert "Réponse attendue au plus tard le" in visitor.text
    await visitor.open(f"/api/v1/consultations/{slug}/overview")
    overview = visitor.page.json()
    assert overview["action"] == "results"
    assert overview["standing"]["state"] == "expected"
    assert (overview["standing"]["about"], overview["standing"]["to_proposals"]) == ("vote", 1)
    board: Visitor = await visitor_of(official)
    await board.open("/fr/elus")
    assert board.text.count("Réponse attendue au plus tard le") == 2  # the task, and the card

    async with request_context(app, official) as ctx:
        await answer(ctx, page.ref, SubjectRef("poll", 1), DRAFT)
    await visitor.open(f"/fr/c/{slug}")
    assert "La collectivité a répondu." in visitor.text
    assert ">Lire la réponse<" in visitor.page.text
    await visitor.open(f"/fr/a/{authority.slug}")
    assert "Réponse publiée" in visitor.text


async def test_t4_a_refusal_has_one_look_everywhere_and_never_a_tick(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    authority = await an_authority(app)
    page = await a_consultation(app, authority)
    number = await a_proposal(app, page)
    official = await a_member(app, authority, "official")
    async with request_context(app, official) as ctx:
        await answer(ctx, page.ref, SubjectRef("proposal", number), DRAFT)
    slug = page.card.slug
    badge = '<span class="status status-rejected">Non retenu</span>'
    public = ("", "/propositions?reponse=oui", f"/p/{number}", "/suites")
    board: Visitor = await visitor_of(official)
    for address in (
        *(f"/fr/c/{slug}{path}" for path in public),
        f"/fr/a/{authority.slug}",
        f"/fr/elus/c/{slug}",
    ):
        await board.open(address)
        assert badge in board.page.text, address
        assert board.page.text.count("Non retenu") == board.page.text.count(badge), address


async def test_t5_arguments_and_questions_are_counted_apart_on_card_and_page(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    page = await a_consultation(app)
    number = await a_proposal(app, page)
    first = await a_comment(app, page, number)
    await a_comment(app, page, number, stance="against")
    await a_comment(app, page, number, stance="question")
    for _ in range(3):
        await a_comment(app, page, number, parent=first.id)
    visitor: Visitor = await visitor_of(None)
    for path in ("", "/propositions", f"/p/{number}"):
        await visitor.open(f"/fr/c/{page.card.slug}{path}")
        assert "2 arguments, 1 question" in visitor.text, path
    assert "2 arguments, 1 question, 3 réponses" in visitor.text
