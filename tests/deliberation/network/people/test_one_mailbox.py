"""One mailbox, one voice: the voter and the supporter is the mailbox, not a renewable account."""

import asyncio
import dataclasses
from uuid import UUID

import pytest
from msgspec.structs import replace
from sqlalchemy import text

from deliberation.core.context import AppContext, Viewer
from deliberation.core.email_addresses import mailbox_of
from deliberation.core.errors import Conflict
from deliberation.core.rate_limits import HOUR
from deliberation.elections.ballots.casting import BallotRequest, cast_from_api
from deliberation.elections.ballots.queries import own_ballot, voted_polls
from deliberation.elections.electorate.countersigners import CountersignerDraft, name_countersigner
from deliberation.elections.electorate.eligibility import TRACE_LASTS, forget_unneeded_traces
from deliberation.elections.electorate.permissions import may_countersign
from deliberation.elections.polls.queries import PollView
from deliberation.elections.results.commands import count_poll
from deliberation.elections.results.queries import result_page
from deliberation.network.people.commands import delete_account, person_of
from deliberation.network.people.roles import Invitation, give_role
from deliberation.network.sessions.commands import open_session
from deliberation.process.moderation.commands import ReportDraft, report
from deliberation.process.moderation.measures import text_of
from deliberation.process.moderation.permissions import may_decide
from deliberation.process.moderation.queries import waiting_reports
from deliberation.process.proposals.commands import support, unsupport
from deliberation.process.proposals.queries import proposal_view
from deliberation.views.figures.figures import figures
from deliberation.views.personal_data.queries import contributions
from tests.builders import (
    a_ballot,
    a_comment,
    a_consultation,
    a_member,
    a_poll,
    a_proposal,
    an_authority,
    close_now,
    redate,
    request_context,
    somebody_waits,
    unique,
    version_of,
    viewer_of,
)


async def account_of(app: AppContext, email: str) -> Viewer:
    """The person who signs in with an address, with a new account if there is none."""
    async with request_context(app) as ctx:
        return viewer_of(await person_of(ctx, email, "Camille Delattre"))


async def gone(app: AppContext, viewer: Viewer) -> None:
    """The account is deleted by its owner."""
    async with request_context(app, viewer) as ctx:
        await delete_account(ctx)


async def test_c1_one_mailbox_votes_once_even_after_deletion(
    app: AppContext, no_floor: None
) -> None:
    page, poll = await a_poll(app)
    email = f"{unique('sosie')}@example.org"
    for version in (1, 2, 3):
        viewer = await account_of(app, email)
        receipt = await a_ballot(app, page, poll, {"1": version}, viewer)
        assert await version_of(app, receipt) == version  # F01
        await gone(app, viewer)
    for _ in range(9):  # fewer than ten ballots are not shown
        await a_ballot(app, page, poll, {"1": 7})
    assert await marks(app, poll) == 10
    page = await close_now(app, page)
    async with request_context(app) as ctx:
        await count_poll(ctx, str(poll.id))
        assert (await result_page(ctx, page.ref, 1)).ballots == 10


async def test_c1_whoever_comes_back_sees_and_changes_their_own_vote(app: AppContext) -> None:
    page, poll = await a_poll(app)
    email = f"{unique('sosie')}@example.org"
    first = await account_of(app, email)
    await a_ballot(app, page, poll, {"1": 7}, first)
    await gone(app, first)
    again = await account_of(app, email)
    assert again.id != first.id
    async with request_context(app, again) as ctx:
        assert (await own_ballot(ctx, poll)).choice == {"1": 7}
        assert [*await voted_polls(ctx, page.ref)] == [1]


async def test_c1_programs_votes_are_the_mailboxes_too(app: AppContext) -> None:
    page, poll = await a_poll(app)
    email = f"{unique('sosie')}@example.org"
    for version in (1, 2):
        viewer = await account_of(app, email)
        async with request_context(app) as ctx:
            token = await open_session(ctx, viewer)
        sent = BallotRequest(page.card.slug, 1, {"1": 7}, b"%d" % version, token=token)
        assert await version_of(app, await cast_from_api(app, sent)) == version
        await gone(app, viewer)
    assert await marks(app, poll) == 1


async def test_c1_the_database_admits_no_deleted_account(app: AppContext) -> None:
    page, poll = await a_poll(app)
    viewer = await account_of(app, f"{unique('sosie')}@example.org")
    await gone(app, viewer)
    with pytest.raises(Exception, match="sign-in-needed"):
        await a_ballot(app, page, poll, {"1": 7}, viewer)


async def test_f01_supports_of_a_deleted_account_stay_one_and_can_be_taken_back(
    app: AppContext,
) -> None:
    page = await a_consultation(app)
    number = await a_proposal(app, page)
    email = f"{unique('sosie')}@example.org"
    for _ in range(3):
        viewer = await account_of(app, email)
        async with request_context(app, viewer) as ctx:
            assert (await support(ctx, page.ref, number)).support_count == 1
        await gone(app, viewer)
    viewer = await account_of(app, email)
    async with request_context(app, viewer) as ctx:
        assert (await proposal_view(ctx, page.ref, number)).supported
        assert len((await contributions(ctx)).supports) == 1
        assert (await unsupport(ctx, page.ref, number)).support_count == 0


async def test_m1_tags_of_a_mailbox_are_one_voter_and_one_supporter(app: AppContext) -> None:
    page, poll = await a_poll(app, vote=(-1, 3))
    other = await a_consultation(app)
    number = await a_proposal(app, other)
    stem = unique("moi")
    viewers = [await account_of(app, f"{stem}{tag}@example.org") for tag in ("+a", "", "+b")]
    assert len({viewer.id for viewer in viewers}) == 3
    for version, viewer in enumerate(viewers, start=1):
        receipt = await a_ballot(app, page, poll, {"1": 7}, viewer)
        assert await version_of(app, receipt) == version
        async with request_context(app, viewer) as ctx:
            assert (await support(ctx, other.ref, number)).support_count == 1
    assert await marks(app, poll) == 1


async def test_m1_accounts_made_at_the_same_moment_are_one_voter(app: AppContext) -> None:
    stem = unique("moi")
    viewers = await asyncio.gather(
        *(account_of(app, f"{stem}+{tag}@example.org") for tag in range(8))
    )
    assert len({viewer.id for viewer in viewers}) == 8
    assert len({viewer.voter_id for viewer in viewers}) == 1


async def test_other_mailboxes_are_other_voters(app: AppContext) -> None:
    stem = unique("moi")
    names = (f"{stem}@example.org", f"{stem}@example.com", f"{stem}.x@example.org")
    assert len({(await account_of(app, name)).voter_id for name in names}) == 3


async def test_m1_two_accounts_of_a_mailbox_are_no_two_persons(app: AppContext) -> None:
    authority, stem = await an_authority(app), unique("agent")
    page = await a_consultation(app, authority)
    viewers = []
    for tag in ("", "+a"):
        wish = Invitation(email=f"{stem}{tag}@example.org", name="Dominique", role="agent")
        async with request_context(app) as ctx:
            person = await give_role(ctx, authority.id, wish)
        viewers.append(viewer_of(person, {authority.id: frozenset({"agent"})}))
    first, second = viewers
    number = await a_proposal(app, page, first)
    async with request_context(app, second) as ctx:
        refusal = await may_countersign(ctx, page.ref, first.id)
        assert refusal is not None
        assert refusal.code == "needs-another-person"
        text_id = (await proposal_view(ctx, page.ref, number)).id
        found = await text_of(ctx, authority.id, text_id)
        refusal = may_decide(ctx, authority.id, found.voter_id)
        assert refusal is not None
        assert refusal.code == "own-text"
        draft = CountersignerDraft(person=first.id, function="Agente")
        await name_countersigner(ctx, page.ref, draft)
        with pytest.raises(Conflict, match="already-named"):
            await name_countersigner(ctx, page.ref, replace(draft, person=second.id))


async def test_participants_are_the_same_after_a_deletion(app: AppContext) -> None:
    page = await a_consultation(app)
    email = f"{unique('sosie')}@example.org"
    author = await account_of(app, email)
    number = await a_proposal(app, page, author)
    others = [await account_of(app, f"{unique('autre')}@example.org") for _ in range(10)]
    for viewer in (author, *others):
        async with request_context(app, viewer) as ctx:
            await support(ctx, page.ref, number)
    await gone(app, author)
    again = await account_of(app, email)
    async with request_context(app, again) as ctx:
        await support(ctx, page.ref, number)
        assert (await figures(ctx, page.ref)).participants == 11


async def test_the_trace_of_a_deleted_account_names_nobody_and_goes_in_its_time(
    app: AppContext,
) -> None:
    page, poll = await a_poll(app)
    voter = await account_of(app, f"{unique('sosie')}@example.org")
    await a_ballot(app, page, poll, {"1": 7}, voter)
    idle = await account_of(app, f"{unique('oisif')}@example.org")
    for viewer in (voter, idle):
        await gone(app, viewer)
    async with request_context(app) as ctx:
        row = text("SELECT email, name, length(trace) FROM person WHERE id = :id")
        assert tuple((await ctx.db.execute(row, {"id": voter.id})).one()) == (None, "", 32)
        await forget_unneeded_traces(ctx)
        assert await traced(ctx.db, voter.id)
        assert not await traced(ctx.db, idle.id)
    ago = f"interval '{TRACE_LASTS.days} days 1 hour'"
    await redate(app, page, f"closes_at = clock_now() - {ago}, opens_at = clock_now() - {ago} * 2")
    async with request_context(app) as ctx:
        await forget_unneeded_traces(ctx)
        assert not await traced(ctx.db, voter.id)


async def test_the_databases_folding_is_that_of_the_program(app: AppContext) -> None:
    for address in ("me+a@x.org", "me+a+b@x.org", "+a@x.org", "m.e@x.org", "Me@x.org", "a@b+c.org"):
        async with request_context(app) as ctx:
            folded = await ctx.db.scalar(text("SELECT mailbox_of(:a)"), {"a": address})
        assert folded == mailbox_of(address.lower())


async def marks(app: AppContext, poll: PollView) -> int:
    """Number of turnout marks of a poll."""
    async with request_context(app) as ctx:
        count = text("SELECT count(*) FROM roll_mark WHERE poll_id = :poll")
        return await ctx.db.scalar(count, {"poll": poll.id}) or 0


async def traced(db: object, person: UUID) -> bool:
    """Whether a trace of somebody's mailbox is kept."""
    kept = text("SELECT trace IS NOT NULL FROM person WHERE id = :id")
    return bool(await db.scalar(kept, {"id": person}))  # type: ignore[attr-defined]


async def test_m1_two_accounts_of_a_mailbox_report_a_text_once_in_the_same_moment(
    app: AppContext,
) -> None:
    """At the turn of an hour, when not even their common limit has one wait for the other."""
    page = await a_consultation(app)
    written = await a_comment(app, page, await a_proposal(app, page))
    stem = unique("moi")
    one, two = [await account_of(app, f"{stem}{tag}@example.org") for tag in ("", "+a")]
    draft = ReportDraft(subject="comment", subject_id=written.id, reason="illegal")

    async def reported_later() -> bool:
        async with request_context(app, two) as ctx:
            later = dataclasses.replace(ctx, now=ctx.now + HOUR)
            return (await report(later, page.ref, draft)).first

    async with request_context(app, one) as ctx:
        assert (await report(ctx, page.ref, draft)).first
        other = asyncio.create_task(reported_later())
        while not other.done() and not await somebody_waits(app):
            pass
    assert not await other
    moderator = await a_member(app, page.card.authority, "moderator")
    async with request_context(app, moderator) as ctx:
        (waiting,) = await waiting_reports(ctx, page.card.authority.id)
    assert len(waiting.reports) == 1
