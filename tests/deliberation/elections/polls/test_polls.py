"""Agents write polls before the vote, and everybody can read all of a poll."""

import msgspec
import pytest
from sqlalchemy import text

from deliberation.core.context import AppContext
from deliberation.core.database import driver_connection
from deliberation.core.errors import Conflict, Invalid, NotFound, SignInNeeded
from deliberation.elections.polls.commands import OptionDraft, change_poll, draft_poll, remove_poll
from deliberation.elections.polls.queries import (
    GradeView,
    grade_names,
    poll_view,
    poll_views,
)
from deliberation.elections.polls.readiness import concerns
from deliberation.operations.replication import Copies
from deliberation.process.consultations.queries import ConsultationPage, consultation_page
from tests.builders import (
    a_consultation,
    a_member,
    a_person,
    a_poll,
    a_poll_draft,
    an_authority,
    request_context,
)

_OPEN = text("UPDATE consultation SET state = 'open' WHERE id = :id")


async def test_agents_write_change_and_remove_polls_before_the_vote(app: AppContext) -> None:
    authority = await an_authority(app)
    agent = await a_member(app, authority, "agent")
    page = await a_consultation(app, authority, agent=agent, vote=(2, 5))
    async with request_context(app, agent) as ctx:
        await draft_poll(ctx, page.ref, a_poll_draft())
        await draft_poll(ctx, page.ref, a_poll_draft(method="schulze", compared="instant_runoff"))
        reason = "Deux rues sont en travaux."
        draft = a_poll_draft(("Oui", "Non"), method="approval", reason=reason)
        await change_poll(ctx, page.ref, 1, draft)
    async with request_context(app) as ctx:
        first, second = await poll_views(ctx, page.ref)
    assert (first.number, first.ballot, first.state) == (1, "approvals", "coming")
    assert [option.title for option in first.options] == ["Oui", "Non"]
    assert (second.method, second.compared, second.grades) == ("schulze", "instant_runoff", [])
    assert first.opens_at == page.card.phases[0].opens_at
    async with request_context(app, agent) as ctx:
        await remove_poll(ctx, page.ref, 1, reason)
    async with request_context(app) as ctx:
        assert [poll.number for poll in await poll_views(ctx, page.ref)] == [2]
        with pytest.raises(NotFound):
            await poll_view(ctx, page.ref, 1)


async def test_f1_grades_are_told_from_the_worst_with_their_marks_and_are_seven_unless_said(
    app: AppContext,
) -> None:
    _, poll = await a_poll(app)
    worst, best = GradeView(1, "À rejeter"), GradeView(7, "Excellent")
    assert (poll.grades[0], poll.grades[-1]) == (worst, best)
    assert [grade.mark for grade in poll.grades] == list(range(1, 8))
    assert poll.method_options == {"missing": "worst"}
    _, poll = await a_poll(app, grades=["Non", "Bof", "Oui"], compared="approval")
    assert grade_names(poll) == ["Non", "Bof", "Oui"]
    assert poll.approved_from == "Bof"


@pytest.mark.parametrize("doing", ["draft", "change", "remove"])
async def test_once_the_vote_has_begun_nothing_changes(app: AppContext, doing: str) -> None:
    authority = await an_authority(app)
    agent = await a_member(app, authority, "agent")
    page = await a_consultation(app, authority, agent=agent, opened=False, vote=(-1, 5))
    async with request_context(app, agent) as ctx:
        # What is not public has not begun, whatever its dates say.
        await draft_poll(ctx, page.ref, a_poll_draft())
        await ctx.db.execute(_OPEN, {"id": page.card.id})
    async with request_context(app, agent) as ctx:
        page = await consultation_page(ctx, page.card.slug)
        attempts = {
            "draft": draft_poll(ctx, page.ref, a_poll_draft()),
            "change": change_poll(ctx, page.ref, 1, a_poll_draft()),
            "remove": remove_poll(ctx, page.ref, 1),
        }
        attempt = attempts.pop(doing)
        for other in attempts.values():
            other.close()
        with pytest.raises(Conflict) as refused:
            await attempt
    assert refused.value.code == "poll-begun"


async def test_only_agents_of_the_authority_write_polls(app: AppContext) -> None:
    page = await a_consultation(app, vote=(2, 5))
    foreign = await a_member(app, await an_authority(app), "agent")
    for viewer, refusal in (
        (None, SignInNeeded),
        (await a_person(app), NotFound),
        (foreign, NotFound),
    ):
        async with request_context(app, viewer) as ctx:
            with pytest.raises(refusal):
                await draft_poll(ctx, page.ref, a_poll_draft())


@pytest.mark.parametrize(
    ("values", "field", "code"),
    [
        ({"titles": ("Parc", "Parc")}, "options.1.title", "twice"),
        ({"titles": ("Parc", "Pa\u200brc")}, "options.1.title", "twice"),
        ({"titles": ("Parc", "Un\nautre")}, "options.1.title", "one-line"),
        ({"method": "approval", "compared": "schulze"}, "compared", "not-comparable"),
        ({"compared": "majority_judgment"}, "compared", "not-comparable"),
        ({"grades": ["Oui", "Non"]}, "grades", "too-few"),
        ({"grades": ["Oui", "Non", "Oui"]}, "grades.2", "twice"),
        ({"compared": "approval", "approved_from": "Super"}, "approved_from", "not-a-choice"),
        ({"seats": 2}, "seats", "not-for-this-method"),
        ({"method": "schulze", "points": 9}, "points", "not-for-this-method"),
        ({"method": "approval", "budget": 900}, "budget", "not-for-this-method"),
        ({"method": "stv_meek"}, "seats", "required"),
        ({"method": "pav", "seats": 3}, "seats", "too-many-seats"),
        ({"method": "greedy_pb"}, "budget", "required"),
        ({"method": "greedy_pb", "budget": 900}, "options.2.cost", "required"),
        ({"method": "mes_pb", "budget": 9, "completion": "phragmen"}, "completion", "not-a-choice"),
        ({"method": "score", "missing": "median"}, "missing", "not-a-choice"),
        ({"method": "score", "compared": "cumulative"}, "compared", "not-comparable"),
    ],
)
async def test_a_poll_that_cannot_be_voted_on_is_refused(
    app: AppContext, values: dict[str, object], field: str, code: str
) -> None:
    authority = await an_authority(app)
    agent = await a_member(app, authority, "agent")
    page = await a_consultation(app, authority, agent=agent, vote=(2, 5))
    async with request_context(app, agent) as ctx:
        with pytest.raises(Invalid) as refused:
            await draft_poll(ctx, page.ref, a_poll_draft(**values))  # type: ignore[arg-type]
    assert refused.value.errors[field][0] == code


async def test_an_option_names_a_published_proposal_or_none(app: AppContext) -> None:
    authority = await an_authority(app)
    agent = await a_member(app, authority, "agent")
    page = await a_consultation(app, authority, agent=agent, vote=(2, 5))
    draft = a_poll_draft()
    options = [*draft.options, OptionDraft(title="Une autre", proposal=99)]
    async with request_context(app, agent) as ctx:
        with pytest.raises(Invalid) as refused:
            await draft_poll(ctx, page.ref, msgspec.structs.replace(draft, options=options))
    assert set(refused.value.errors) == {"options.3.proposal"}


async def test_polls_are_read_in_one_statement(app: AppContext) -> None:
    page, _ = await a_poll(app)
    seen: list[str] = []
    async with request_context(app) as ctx:
        connection = driver_connection(ctx.db)
        with connection.query_logger(lambda query: seen.append(query.query)):
            await poll_views(ctx, page.ref)
            await poll_view(ctx, page.ref, 1)
    assert len(seen) == 2


async def test_a_poll_keeps_what_its_method_needs_and_its_usual_settings(app: AppContext) -> None:
    _, poll = await a_poll(app, method="score")
    assert (poll.ballot, poll.method_options) == ("scores", {"missing": "zero", "max_score": "5"})
    _, poll = await a_poll(app, method="quadratic", points=49)
    assert (poll.ballot, poll.method_options) == ("points", {"credits": "49"})
    _, poll = await a_poll(app, method="stv_scottish", seats=2)
    assert (poll.seats, poll.budget, poll.method_options) == (2, None, {})
    options = [OptionDraft(title=title, cost=30_000) for title in ("Halle", "Jardin")]
    _, poll = await a_poll(app, method="mes_pb", budget=50_000, options=options)
    assert (poll.budget, [option.cost for option in poll.options]) == (50_000, [30_000, 30_000])
    settings = {"utility": "cost", "completion": "add1_exhaustive", "increment": "1"}
    assert poll.method_options == settings


async def test_copies_that_follow_late_are_a_concern_of_a_vote_only(app: AppContext) -> None:
    page, _ = await a_poll(app)
    without = await a_consultation(app, proposals=(-1, 3))
    async with request_context(app) as ctx:
        now = ctx.now

    def codes(page: ConsultationPage, copies: Copies) -> set[str]:
        return {one.code for one in concerns(page, [], now, provider=True, copies=copies)}

    assert "copies-late" in codes(page, "asynchronous")
    assert "copies-late" not in codes(without, "asynchronous")
    assert "copies-late" not in codes(page, "none") | codes(page, "synchronous")
