"""Before identity: a draft belongs to a browser, waits for its voter, and goes once cast."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from deliberation.core.context import AppContext
from deliberation.core.database import driver_connection
from deliberation.core.errors import Invalid, NotAllowed
from deliberation.elections.ballots.casting import DraftedBallot, cast_after_sign_in, cast_from_page
from deliberation.elections.ballots.drafts import (
    commit_draft,
    drop_draft,
    forget_old_drafts,
    save_draft,
    waiting_drafts,
)
from deliberation.elections.ballots.queries import own_ballot
from tests.builders import a_person, a_poll, a_session, close_now, draft_of, redate, request_context
from tests.sealed import a_sealed_vote


async def test_the_draft_of_one_browser_is_unreadable_by_another(app: AppContext) -> None:
    page, poll = await a_poll(app)
    async with request_context(app) as ctx:
        await save_draft(ctx, page.ref, poll, "browser-a", {"1": 7, "2": 0})
    async with request_context(app, await a_person(app)) as ctx:
        mine = await draft_of(ctx, page, "browser-a")
        assert mine is not None
        assert (mine.choice, mine.blank, mine.committed) == ({"1": 7, "2": 0}, False, False)
        assert await draft_of(ctx, page, "browser-b") is None
        assert not await commit_draft(ctx, poll, "browser-b")
        stored = (await ctx.db.execute(text("SELECT browser FROM ballot_draft"))).scalars().all()
        assert not any(b"browser-a" in row for row in stored)  # nor from the database alone


async def test_a_committed_draft_is_cast_after_sign_in_and_forgotten(app: AppContext) -> None:
    page, poll = await a_poll(app)
    voter = await a_person(app)
    async with request_context(app) as ctx:
        await save_draft(ctx, page.ref, poll, "browser-c", {"2": 5})
    token = await a_session(app, voter)
    here = (page.card.slug, 1)
    assert await cast_after_sign_in(app, token, "browser-c", *here) is None  # nobody committed it
    async with request_context(app) as ctx:
        assert await commit_draft(ctx, poll, "browser-c")
        assert len(await waiting_drafts(ctx, "browser-c")) == 1
    receipt = await cast_after_sign_in(app, token, "browser-c", *here)
    assert receipt is not None
    assert (receipt.consultation, receipt.poll) == (page.card.slug, 1)
    assert await cast_after_sign_in(app, token, "browser-c", *here) is None
    async with request_context(app, voter) as ctx:
        assert await draft_of(ctx, page, "browser-c") is None
        assert (await own_ballot(ctx, poll)).choice == {"2": 5}


async def test_forgetting_a_cast_draft_leaves_a_newer_one(app: AppContext) -> None:
    page, poll = await a_poll(app)
    async with request_context(app) as ctx:
        await save_draft(ctx, page.ref, poll, "browser-i", {"1": 1})
        cast, connection = await draft_of(ctx, page, "browser-i"), driver_connection(ctx.db)
        assert cast is not None
        await drop_draft(connection, poll.id, "browser-j", cast.submission)  # nor somebody else's
        await save_draft(ctx, page.ref, poll, "browser-i", {"1": 2})
        await drop_draft(connection, poll.id, "browser-i", cast.submission)
        newer = await draft_of(ctx, page, "browser-i")
        assert newer is not None
        assert newer.choice == {"1": 2}
        await drop_draft(connection, poll.id, "browser-i", newer.submission)
        assert await draft_of(ctx, page, "browser-i") is None


async def test_what_somebody_left_committed_is_not_cast_by_the_next_person(
    app: AppContext,
) -> None:
    page, poll = await a_poll(app)
    async with request_context(app) as ctx:
        await save_draft(ctx, page.ref, poll, "browser-h", {"2": 5})
        await commit_draft(ctx, poll, "browser-h")
        await ctx.db.execute(
            text(
                "UPDATE ballot_draft SET saved_at = saved_at - interval '61 minutes'"
                " WHERE browser = sha256('browser-h')"
            )
        )
    token = await a_session(app, await a_person(app))  # somebody else's
    assert await cast_after_sign_in(app, token, "browser-h", page.card.slug, 1) is None


async def test_signing_in_for_one_vote_casts_no_other_and_a_closed_one_stays(
    app: AppContext,
) -> None:
    first_page, first = await a_poll(app)
    page, poll = await a_poll(app)
    voter = await a_person(app)
    async with request_context(app) as ctx:
        for one_page, one in ((first_page, first), (page, poll)):
            await save_draft(ctx, one_page.ref, one, "browser-d", {"1": 1})
            await commit_draft(ctx, one, "browser-d")
    token = await a_session(app, voter)
    receipt = await cast_after_sign_in(app, token, "browser-d", page.card.slug, 1)
    assert receipt is not None
    assert receipt.consultation == page.card.slug
    async with request_context(app, voter) as ctx:
        assert not (await own_ballot(ctx, first)).voted
        assert await draft_of(ctx, first_page, "browser-d") is not None
    await close_now(app, first_page)
    assert await cast_after_sign_in(app, token, "browser-d", first_page.card.slug, 1) is None
    async with request_context(app) as ctx:
        assert await draft_of(ctx, first_page, "browser-d") is not None  # its page says why
    with pytest.raises(NotAllowed):
        await cast_from_page(app, DraftedBallot(first_page.card.slug, 1, "browser-d", token=token))


async def test_drafts_are_refused_like_ballots(app: AppContext) -> None:
    page, poll = await a_poll(app)
    async with request_context(app) as ctx:
        with pytest.raises(Invalid):
            await save_draft(ctx, page.ref, poll, "browser-e", {"1": 9})
    coming, later = await a_poll(app, vote=(1, 2))
    async with request_context(app) as ctx:
        with pytest.raises(NotAllowed):
            await save_draft(ctx, coming.ref, later, "browser-e", {"1": 1})


async def test_drafts_go_after_seven_days_and_an_hour_after_the_close(app: AppContext) -> None:
    page, poll = await a_poll(app)
    other_page, other = await a_poll(app)
    async with request_context(app) as ctx:
        await save_draft(ctx, page.ref, poll, "browser-f", {"1": 1})
        await save_draft(ctx, page.ref, poll, "browser-g", {"1": 1})
        await save_draft(ctx, other_page.ref, other, "browser-g", {"1": 1})
        old = {"old": ctx.now - timedelta(days=8), "poll": poll.id}
        await ctx.db.execute(
            text(
                "UPDATE ballot_draft SET saved_at = :old WHERE poll_id = :poll"
                " AND browser = sha256('browser-f')"
            ),
            old,
        )
    await redate(app, other_page, "closes_at = clock_now() - interval '2 hours'")
    async with request_context(app) as ctx:
        assert await draft_of(ctx, page, "browser-f") is None  # too old, even before it is removed
        await forget_old_drafts(ctx)
        assert await draft_of(ctx, page, "browser-g") is not None
        assert await draft_of(ctx, other_page, "browser-g") is None
        count = text("SELECT count(*) FROM ballot_draft WHERE poll_id IN (:one, :two)")
        assert await ctx.db.scalar(count, {"one": poll.id, "two": other.id}) == 1


@pytest.mark.parametrize("secrecy", ["plain", "sealed"])
async def test_a_form_sent_again_writes_and_gets_its_receipt_again(
    app: AppContext, secrecy: str
) -> None:
    """A read would confirm a ballot that no standby has yet; a lock waits for them."""
    vote = await a_sealed_vote(app, secrecy=secrecy, opened=secrecy == "sealed")
    async with request_context(app) as ctx:
        await save_draft(ctx, vote.page.ref, vote.poll, "browser-k", {"1": 7})
        draft = await draft_of(ctx, vote.page, "browser-k")
    assert draft is not None
    form = DraftedBallot(vote.page.card.slug, 1, "browser-k", draft.submission, code=vote.codes[0])
    receipt = await cast_from_page(app, form)
    locks = text("SELECT xmax::text FROM roll_mark WHERE poll_id = :poll")
    seen = set()
    for _ in range(3):
        async with request_context(app) as ctx:
            assert await draft_of(ctx, vote.page, "browser-k") is None
            seen.add(await ctx.db.scalar(locks, {"poll": vote.poll.id}))
        assert await cast_from_page(app, form) == receipt
    assert len(seen) == 3  # each time another transaction has locked the mark


async def test_a_form_that_has_cast_nothing_and_lost_its_draft_writes_nothing(
    app: AppContext,
) -> None:
    vote = await a_sealed_vote(app)
    page, plain = await a_poll(app)
    token = await a_session(app, await a_person(app))
    forms = [
        DraftedBallot(vote.page.card.slug, 1, "browser-l", b"lost", code=vote.codes[0]),
        DraftedBallot(page.card.slug, 1, "browser-l", b"lost", token=token),
    ]
    for form in forms:
        assert await cast_from_page(app, form) is None
    async with request_context(app) as ctx:
        await save_draft(ctx, page.ref, plain, "browser-l", {"1": 7})
    assert await cast_from_page(app, forms[1]) is None  # nor the draft that replaced it
    async with request_context(app) as ctx:
        assert await draft_of(ctx, page, "browser-l") is not None
        marks = text("SELECT count(*) FROM roll_mark WHERE poll_id IN (:one, :two)")
        assert await ctx.db.scalar(marks, {"one": vote.poll.id, "two": plain.id}) == 0
