"""A voter may change their ballot, but not so often that ballot box and board grow without end."""

import io

import pytest
from sqlalchemy import text

from deliberation.core.context import AppContext
from deliberation.core.errors import NotAllowed, TooMany
from deliberation.elections.ballots import batch_publisher
from deliberation.elections.ballots.casting import BallotRequest, cast_from_api
from deliberation.elections.bulletin_board.entries import board_entries
from deliberation.elections.electorate.roll import ask_code, grant_code
from deliberation.elections.sealed_protocol.board import faults_of, hashes_of, read_board
from deliberation.views.bulletin_board.queries import write_board
from tests.builders import request_context, version_of
from tests.sealed import (
    SealedVote,
    a_minute_later,
    a_sealed_vote,
    archive_of,
    close_sealed,
    counted,
    two_agents,
)
from tests.site import Visitor, VisitorOf

MOST = 20


@pytest.fixture(autouse=True)
async def a_whole_minute(app: AppContext) -> None:
    """No test begins just before a minute ends."""
    await a_minute_later(app)


@pytest.fixture(params=["plain", "sealed"])
async def vote(request: pytest.FixtureRequest, app: AppContext) -> SealedVote:
    """An open vote by letter code, plain or sealed."""
    secrecy = request.param
    return await a_sealed_vote(app, electors=12, secrecy=secrecy, opened=secrecy == "sealed")


def sent(vote: SealedVote, number: int, form: str) -> BallotRequest:
    return BallotRequest(vote.page.card.slug, 1, {"1": 3}, form.encode(), code=vote.codes[number])


async def test_h8_after_the_third_ballot_one_a_minute_and_twenty_in_all(
    app: AppContext, vote: SealedVote
) -> None:
    for turn in range(1, MOST + 1):
        if turn > 3:
            await a_minute_later(app)
        taken = await cast_from_api(app, sent(vote, 0, f"form {turn}"))
        assert await version_of(app, taken) == turn
        if 3 <= turn < MOST:
            with pytest.raises(TooMany, match="revote-too-soon") as caught:
                await cast_from_api(app, sent(vote, 0, "too soon"))
            assert caught.value.values["retry_after"] <= 60
    await a_minute_later(app)
    with pytest.raises(NotAllowed, match="revotes-used-up"):
        await cast_from_api(app, sent(vote, 0, "one more"))
    both = [await cast_from_api(app, sent(vote, *one)) for one in ((0, "form 2"), (1, "another"))]
    assert [await version_of(app, one) for one in both] == [2, 1], "a form sent again"


async def test_h8_whoever_copied_a_code_and_used_it_up_keeps_nobody_from_voting(
    app: AppContext, vote: SealedVote
) -> None:
    first, second = await two_agents(app, vote)
    for turn in range(1, MOST + 1):
        await a_minute_later(app)
        await cast_from_api(app, sent(vote, 0, f"copied {turn}"))
    async with request_context(app, first) as ctx:
        request = await ask_code(ctx, vote.page.ref, "1", "Quelqu’un a voté à ma place.")
    async with request_context(app, second) as ctx:
        letter = await grant_code(ctx, vote.page.ref, request.id)
    codes = [letter.code, *vote.codes[1:]]
    for turn in range(1, MOST + 1):
        await a_minute_later(app)
        taken = await cast_from_api(app, sent(vote._replace(codes=codes), 0, f"mine {turn}"))
        assert await version_of(app, taken) == MOST + turn
    await a_minute_later(app)
    with pytest.raises(NotAllowed, match="revotes-used-up"):
        await cast_from_api(app, sent(vote._replace(codes=codes), 0, "one more"))


async def test_when_somebody_voted_again_is_forgotten_after_its_minute(
    app: AppContext, vote: SealedVote
) -> None:
    # Paces name no vote, and other tests leave theirs: those that are new are this voter's.
    paces = text("SELECT waits_until FROM revote_pace WHERE slot <> ALL(:others)")
    async with request_context(app) as ctx:
        others = (await ctx.db.scalars(text("SELECT slot FROM revote_pace"))).all()
    for turn in range(3):
        await cast_from_api(app, sent(vote, 2, f"form {turn}"))
    async with request_context(app) as ctx:
        (moment,) = await ctx.db.scalars(paces, {"others": others})
    assert moment.second == moment.microsecond == 0, "to the minute"
    await a_minute_later(app)
    async with request_context(app) as ctx:
        await batch_publisher.forget_paces(ctx)
        assert not (await ctx.db.scalars(paces, {"others": others})).all()


async def test_h8_a_page_says_that_the_earlier_vote_stands_and_when_to_come_back(
    app: AppContext, vote: SealedVote, visitor_of: VisitorOf
) -> None:
    for turn in range(3):
        await cast_from_api(app, sent(vote, 3, f"form {turn}"))
    visitor: Visitor = await visitor_of(None)
    here = f"/fr/c/{vote.page.card.slug}/voter/1"
    await visitor.open(here)
    await visitor.send("/voter/1", **{f"g-{o.number}": "2" for o in vote.poll.options})
    check = visitor.page
    await visitor.send("/valider", code=vote.codes[3])
    assert visitor.page.status_code == 429
    assert visitor.page.headers["retry-after"] == "60"
    assert "Votre vote précédent reste enregistré" in visitor.text
    assert "attendez une minute" in visitor.text
    assert "Votre brouillon est gardé" in visitor.text
    await a_minute_later(app)
    visitor.page = check
    await visitor.send("/valider", code=vote.codes[3])
    assert visitor.page.status_code == 200


async def test_h8_an_entry_of_the_board_shows_so_many_ballots_and_the_next_one_the_rest(
    app: AppContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch_publisher, "MAX_ENTRY_BALLOTS", 4)
    vote = await a_sealed_vote(app, electors=12)
    for number in range(9):
        await cast_from_api(app, sent(vote, number, f"form {number}"))
    async with request_context(app) as ctx:
        assert await batch_publisher.seal_batch(ctx, vote.poll.id) == 9
    for number in range(9, 12):
        await cast_from_api(app, sent(vote, number, f"form {number}"))
    await close_sealed(app, vote)
    out = io.BytesIO()
    async with request_context(app) as ctx:
        lines = await board_entries(ctx, vote.poll.id)
        await write_board(ctx, vote.poll, out)
        query = "SELECT entry, count(*) FROM sealed_ballot WHERE poll_id = :poll GROUP BY entry"
        rows = (await ctx.db.execute(text(query), {"poll": vote.poll.id})).all()
    shown = {one.entry.number: len(hashes_of([one])) for one in lines if hashes_of([one])}
    assert list(shown.values()) == [4, 4, 1, 3]
    assert dict(tuple(row) for row in rows) == shown
    assert read_board(out.getvalue()) == lines
    assert not faults_of(lines)
    assert b'"faults":[]' in counted(await archive_of(app, vote.poll.id)).minutes
