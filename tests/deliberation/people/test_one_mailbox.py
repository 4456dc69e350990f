"""One mailbox, one voice: the voter and the supporter is the mailbox, not a renewable account."""

import asyncio
import dataclasses
from uuid import UUID

import pytest
from msgspec.structs import replace
from sqlalchemy import text

from deliberation.ballot_box.countersigners import CountersignerDraft, name_countersigner
from deliberation.ballot_box.intake import Sent, take_in
from deliberation.ballot_box.permissions import may_second
from deliberation.ballot_box.queries import own_ballot, voted_polls
from deliberation.ballot_box.voters import TRACE_LASTS, forget_traces
from deliberation.insights.figures import figures
from deliberation.insights.own_data import contributions
from deliberation.kit.act import House, Viewer
from deliberation.kit.addresses import mailbox_of
from deliberation.kit.errors import Conflict
from deliberation.kit.limits import HOUR
from deliberation.moderation.commands import ReportDraft, report
from deliberation.moderation.measures import text_of
from deliberation.moderation.permissions import may_decide
from deliberation.moderation.queries import waiting_reports
from deliberation.people.commands import Invitation, delete_account, give_role, person_of
from deliberation.people.sessions import open_session
from deliberation.polls.queries import PollView
from deliberation.proposals.commands import support, unsupport
from deliberation.proposals.queries import proposal_view
from deliberation.results.commands import count_poll
from deliberation.results.queries import result_page
from tests.builders import (
    a_ballot,
    a_comment,
    a_consultation,
    a_member,
    a_poll,
    a_proposal,
    acting,
    an_authority,
    close_now,
    redate,
    somebody_waits,
    unique,
    version_of,
    viewer_of,
)


async def account_of(house: House, email: str) -> Viewer:
    """Whoever signs in with an address, with a new account if there is none."""
    async with acting(house) as act:
        return viewer_of(await person_of(act, email, "Camille Delattre"))


async def gone(house: House, viewer: Viewer) -> None:
    """The account is deleted by its owner."""
    async with acting(house, viewer) as act:
        await delete_account(act)


async def test_c1_one_mailbox_votes_once_even_after_deletion(house: House, no_floor: None) -> None:
    page, poll = await a_poll(house)
    email = f"{unique('sosie')}@example.org"
    for version in (1, 2, 3):
        viewer = await account_of(house, email)
        receipt = await a_ballot(house, page, poll, {"1": version}, viewer)
        assert await version_of(house, receipt) == version  # F01
        await gone(house, viewer)
    for _ in range(9):  # fewer ballots than ten are not told
        await a_ballot(house, page, poll, {"1": 7})
    assert await marks(house, poll) == 10
    page = await close_now(house, page)
    async with acting(house) as act:
        await count_poll(act, str(poll.id))
        assert (await result_page(act, page, 1)).ballots == 10


async def test_c1_whoever_comes_back_sees_and_changes_their_own_vote(house: House) -> None:
    page, poll = await a_poll(house)
    email = f"{unique('sosie')}@example.org"
    first = await account_of(house, email)
    await a_ballot(house, page, poll, {"1": 7}, first)
    await gone(house, first)
    again = await account_of(house, email)
    assert again.id != first.id
    async with acting(house, again) as act:
        assert (await own_ballot(act, poll)).choice == {"1": 7}
        assert await voted_polls(act, page) == {1}


async def test_c1_programs_votes_are_the_mailboxes_too(house: House) -> None:
    page, poll = await a_poll(house)
    email = f"{unique('sosie')}@example.org"
    for version in (1, 2):
        viewer = await account_of(house, email)
        async with acting(house) as act:
            token = await open_session(act, viewer)
        sent = Sent(page.card.slug, 1, {"1": 7}, b"%d" % version, token=token)
        assert await version_of(house, await take_in(house, sent)) == version
        await gone(house, viewer)
    assert await marks(house, poll) == 1


async def test_c1_the_database_admits_no_deleted_account(house: House) -> None:
    page, poll = await a_poll(house)
    viewer = await account_of(house, f"{unique('sosie')}@example.org")
    await gone(house, viewer)
    with pytest.raises(Exception, match="sign-in-needed"):
        await a_ballot(house, page, poll, {"1": 7}, viewer)


async def test_f01_supports_of_a_deleted_account_stay_one_and_can_be_taken_back(
    house: House,
) -> None:
    page = await a_consultation(house)
    number = await a_proposal(house, page)
    email = f"{unique('sosie')}@example.org"
    for _ in range(3):
        viewer = await account_of(house, email)
        async with acting(house, viewer) as act:
            assert (await support(act, page, number)).support_count == 1
        await gone(house, viewer)
    viewer = await account_of(house, email)
    async with acting(house, viewer) as act:
        assert (await proposal_view(act, page, number)).supported
        assert len((await contributions(act)).supports) == 1
        assert (await unsupport(act, page, number)).support_count == 0


async def test_m1_tags_of_a_mailbox_are_one_voter_and_one_supporter(house: House) -> None:
    page, poll = await a_poll(house, vote=(-1, 3))
    other = await a_consultation(house)
    number = await a_proposal(house, other)
    stem = unique("moi")
    viewers = [await account_of(house, f"{stem}{tag}@example.org") for tag in ("+a", "", "+b")]
    assert len({viewer.id for viewer in viewers}) == 3
    for version, viewer in enumerate(viewers, start=1):
        receipt = await a_ballot(house, page, poll, {"1": 7}, viewer)
        assert await version_of(house, receipt) == version
        async with acting(house, viewer) as act:
            assert (await support(act, other, number)).support_count == 1
    assert await marks(house, poll) == 1


async def test_m1_accounts_made_at_the_same_moment_are_one_voter(house: House) -> None:
    stem = unique("moi")
    viewers = await asyncio.gather(
        *(account_of(house, f"{stem}+{tag}@example.org") for tag in range(8))
    )
    assert len({viewer.id for viewer in viewers}) == 8
    assert len({viewer.voter_id for viewer in viewers}) == 1


async def test_other_mailboxes_are_other_voters(house: House) -> None:
    stem = unique("moi")
    names = (f"{stem}@example.org", f"{stem}@example.com", f"{stem}.x@example.org")
    assert len({(await account_of(house, name)).voter_id for name in names}) == 3


async def test_m1_two_accounts_of_a_mailbox_are_no_two_persons(house: House) -> None:
    authority, stem = await an_authority(house), unique("agent")
    page = await a_consultation(house, authority)
    viewers = []
    for tag in ("", "+a"):
        wish = Invitation(email=f"{stem}{tag}@example.org", name="Dominique", role="agent")
        async with acting(house) as act:
            person = await give_role(act, authority.id, wish)
        viewers.append(viewer_of(person, {authority.id: frozenset({"agent"})}))
    first, second = viewers
    number = await a_proposal(house, page, first)
    async with acting(house, second) as act:
        refusal = await may_second(act, page, first.id)
        assert refusal is not None
        assert refusal.code == "needs-another-person"
        text_id = (await proposal_view(act, page, number)).id
        found = await text_of(act, authority.id, text_id)
        refusal = may_decide(act, authority.id, found.voter_id)
        assert refusal is not None
        assert refusal.code == "own-text"
        draft = CountersignerDraft(person=first.id, function="Agente")
        await name_countersigner(act, page, draft)
        with pytest.raises(Conflict, match="already-named"):
            await name_countersigner(act, page, replace(draft, person=second.id))


async def test_participants_are_the_same_after_a_deletion(house: House) -> None:
    page = await a_consultation(house)
    email = f"{unique('sosie')}@example.org"
    author = await account_of(house, email)
    number = await a_proposal(house, page, author)
    others = [await account_of(house, f"{unique('autre')}@example.org") for _ in range(10)]
    for viewer in (author, *others):
        async with acting(house, viewer) as act:
            await support(act, page, number)
    await gone(house, author)
    again = await account_of(house, email)
    async with acting(house, again) as act:
        await support(act, page, number)
        assert (await figures(act, page)).participants == 11


async def test_the_trace_of_a_deleted_account_names_nobody_and_goes_in_its_time(
    house: House,
) -> None:
    page, poll = await a_poll(house)
    voter = await account_of(house, f"{unique('sosie')}@example.org")
    await a_ballot(house, page, poll, {"1": 7}, voter)
    idle = await account_of(house, f"{unique('oisif')}@example.org")
    for viewer in (voter, idle):
        await gone(house, viewer)
    async with acting(house) as act:
        row = text("SELECT email, name, length(trace) FROM person WHERE id = :id")
        assert tuple((await act.db.execute(row, {"id": voter.id})).one()) == (None, "", 32)
        await forget_traces(act)
        assert await traced(act.db, voter.id)
        assert not await traced(act.db, idle.id)
    ago = f"interval '{TRACE_LASTS.days} days 1 hour'"
    await redate(
        house, page, f"closes_at = clock_now() - {ago}, opens_at = clock_now() - {ago} * 2"
    )
    async with acting(house) as act:
        await forget_traces(act)
        assert not await traced(act.db, voter.id)


async def test_the_databases_folding_is_that_of_the_program(house: House) -> None:
    for address in ("me+a@x.org", "me+a+b@x.org", "+a@x.org", "m.e@x.org", "Me@x.org", "a@b+c.org"):
        async with acting(house) as act:
            folded = await act.db.scalar(text("SELECT mailbox_of(:a)"), {"a": address})
        assert folded == mailbox_of(address.lower())


async def marks(house: House, poll: PollView) -> int:
    """How many have voted."""
    async with acting(house) as act:
        count = text("SELECT count(*) FROM roll_mark WHERE poll_id = :poll")
        return await act.db.scalar(count, {"poll": poll.id}) or 0


async def traced(db: object, person: UUID) -> bool:
    """Whether a trace of somebody's mailbox is kept."""
    kept = text("SELECT trace IS NOT NULL FROM person WHERE id = :id")
    return bool(await db.scalar(kept, {"id": person}))  # type: ignore[attr-defined]


async def test_m1_two_accounts_of_a_mailbox_report_a_text_once_in_the_same_moment(
    house: House,
) -> None:
    """At the turn of an hour, when not even their common limit has one wait for the other."""
    page = await a_consultation(house)
    written = await a_comment(house, page, await a_proposal(house, page))
    stem = unique("moi")
    one, two = [await account_of(house, f"{stem}{tag}@example.org") for tag in ("", "+a")]
    draft = ReportDraft(subject="comment", subject_id=written.id, reason="illegal")

    async def reported_later() -> bool:
        async with acting(house, two) as act:
            later = dataclasses.replace(act, now=act.now + HOUR)
            return (await report(later, page, draft)).first

    async with acting(house, one) as act:
        assert (await report(act, page, draft)).first
        other = asyncio.create_task(reported_later())
        while not other.done() and not await somebody_waits(house):
            pass
    assert not await other
    moderator = await a_member(house, page.card.authority, "moderator")
    async with acting(house, moderator) as act:
        (waiting,) = await waiting_reports(act, page.card.authority.id)
    assert len(waiting.reports) == 1
