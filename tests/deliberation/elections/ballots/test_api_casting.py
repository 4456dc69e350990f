"""Ballots that programs send: few statements, each cast alone in its transaction."""

import asyncio
from dataclasses import replace

import pytest
from litestar import Litestar
from sqlalchemy import text

from deliberation.core.context import AppContext
from deliberation.core.database import connect
from deliberation.core.errors import NotAllowed, NotFound, SignInNeeded
from deliberation.core.pools import autocommit_connection, disconnect
from deliberation.core.rate_limits import LIMITS
from deliberation.elections.ballots.casting import READ, READ_DRAFT, BallotRequest, cast_from_api
from deliberation.elections.ballots.commands import Receipt
from deliberation.elections.electorate.eligibility import code_hash
from deliberation.elections.sealed_protocol.receipts import SealedReceipt
from deliberation.network.people.model import Person
from deliberation.network.sessions.commands import open_session
from tests.builders import (
    a_consultation,
    a_member,
    a_person,
    a_poll,
    an_authority,
    request_context,
    version_of,
)
from tests.sealed import a_roll, a_sealed_vote
from tests.site import Visitor


def _sent(slug: str, code: str, submission: bytes = b"one form") -> BallotRequest:
    return BallotRequest(slug=slug, number=1, choice={"1": 3}, submission=submission, code=code)


@pytest.mark.parametrize("secrecy", ["plain", "sealed"])
async def test_many_more_ballots_than_connections_are_all_taken_in(
    app: AppContext, secrecy: str
) -> None:
    vote = await a_sealed_vote(app, electors=60, secrecy=secrecy, opened=secrecy == "sealed")
    sendings = [_sent(vote.page.card.slug, code) for code in vote.codes] * 2
    receipts = await asyncio.gather(*(cast_from_api(app, sent) for sent in sendings))
    assert receipts[:60] == receipts[60:]
    references = {one.reference for one in receipts}
    assert len(references) == 60
    assert {await version_of(app, one) for one in receipts[:60]} == {1}


async def test_a_sealed_ballot_may_be_changed_and_each_form_keeps_its_receipt(
    app: AppContext,
) -> None:
    vote = await a_sealed_vote(app)
    slug, code = vote.page.card.slug, vote.codes[0]
    forms = [b"first", b"second", b"third"]
    receipts = [await cast_from_api(app, _sent(slug, code, form)) for form in forms]
    assert [await version_of(app, one) for one in receipts] == [1, 2, 3]
    assert all(isinstance(one, SealedReceipt) for one in receipts)
    assert await cast_from_api(app, _sent(slug, code, b"first")) == receipts[0]


async def test_who_votes_is_said_by_a_session_or_a_code(app: AppContext) -> None:
    page, poll = await a_poll(app)
    slug = page.card.slug
    async with request_context(app, await a_person(app)) as ctx:
        person = await ctx.db.get_one(Person, ctx.person.id)
        token = await open_session(ctx, person)
    receipt = await cast_from_api(app, replace(_sent(slug, ""), token=token))
    assert isinstance(receipt, Receipt)
    assert (receipt.poll, receipt.closes_at) == (poll.number, poll.closes_at)
    for wrong in ("", "not a token"):
        with pytest.raises(SignInNeeded):
            await cast_from_api(app, replace(_sent(slug, ""), token=wrong))


@pytest.mark.parametrize(
    ("eligibility", "code", "refusal"),
    [
        ("code", "", "code-needed"),
        ("code", "22222-22222-22222-22222", "code-wrong"),
        ("code", "not a code", "code-short"),
        ("link", "", "browser-needed"),
        ("oidc", "", "identity-needed"),
    ],
)
async def test_without_the_right_proof_nothing_is_recorded(
    app: AppContext, eligibility: str, code: str, refusal: str
) -> None:
    page, _ = await a_poll(app, eligibility=eligibility)
    await a_roll(app, page, 2)
    with pytest.raises(NotAllowed) as refused:
        await cast_from_api(app, _sent(page.card.slug, code))
    assert refused.value.code == refusal


async def test_what_is_not_public_takes_no_ballot(app: AppContext) -> None:
    page = await a_consultation(app, vote=(-1, 3), opened=False)
    for slug in (page.card.slug, "nowhere"):
        with pytest.raises(NotFound):
            await cast_from_api(app, _sent(slug, "x"))


async def test_a_code_revoked_while_a_ballot_is_under_way_casts_nothing(app: AppContext) -> None:
    vote = await a_sealed_vote(app)
    async with request_context(app) as ctx:
        digest = code_hash(app, vote.codes[0])
        voter = await ctx.db.scalar(
            text("SELECT elector_id FROM elector_code WHERE hash = :hash"), {"hash": digest}
        )
        await ctx.db.execute(
            text("UPDATE elector_code SET revoked_at = clock_now() WHERE hash = :hash"),
            {"hash": digest},
        )
    query = "SELECT refusal FROM cast_sealed($1, $2, $3, $4, 1, $5, $6, $7)"
    async with autocommit_connection(app.engine) as connection:
        values = (vote.poll.id, voter, b"slot", b"form", b"sealed", b"hash", digest)
        assert await connection.fetchval(query, *values) == "code-wrong"
        marks = "SELECT count(*) FROM roll_mark WHERE poll_id = $1"
        assert await connection.fetchval(marks, vote.poll.id) == 0


async def test_wrong_codes_of_a_network_are_limited_and_right_ones_never(
    app: AppContext, site: Litestar, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(LIMITS, "voting-code", LIMITS["voting-code"]._replace(most=2))
    page, _ = await a_poll(app, eligibility="code")
    codes = await a_roll(app, page, 3)
    visitor = Visitor(site, address="198.51.100.78")
    address = f"/api/v1/consultations/{page.card.slug}/polls/1/ballot"
    said = []
    for code in ("2" * 20, "3" * 20, *codes, "4" * 20):
        body = {"choice": {"1": 3}, "submission": "x" * 12, "code": code}
        bearer = {"authorization": "Bearer none"}
        answer = await visitor.http.put(address, json=body, headers=bearer)
        said.append(answer.status_code)
        assert answer.headers["cache-control"] == "no-store" or answer.status_code != 200
    await visitor.http.aclose()
    assert said == [403, 403, 200, 200, 200, 429]


async def test_a_statement_alone_outlives_a_lost_connection(app: AppContext) -> None:
    engine = connect(app.settings.database_url, size=1)
    async with autocommit_connection(engine) as connection:
        lost = await connection.fetchval("SELECT pg_backend_pid()")
    async with request_context(app) as ctx:
        ended = text("SELECT pg_terminate_backend(:pid, 30000)")  # and is waited for
        assert await ctx.db.scalar(ended, {"pid": lost})
    async with autocommit_connection(engine) as connection:
        assert await connection.fetchval("SELECT pg_backend_pid()") != lost
    await disconnect(engine)


async def test_l9_a_session_of_somebody_with_a_role_that_is_over_casts_nothing(
    app: AppContext,
) -> None:
    authority = await an_authority(app)
    page, _ = await a_poll(app, authority=authority)
    tokens = {}
    for who in (await a_member(app, authority, "agent"), await a_person(app)):
        async with request_context(app) as ctx:
            tokens[bool(who.roles)] = await open_session(ctx, who)
            idle = "UPDATE session SET seen_at = seen_at - interval '26 hours'"
            await ctx.db.execute(text(idle + " WHERE person_id = :id"), {"id": who.id})
    with pytest.raises(SignInNeeded):
        await cast_from_api(app, replace(_sent(page.card.slug, ""), token=tokens[True]))
    receipt = await cast_from_api(app, replace(_sent(page.card.slug, ""), token=tokens[False]))
    assert isinstance(receipt, Receipt)


async def test_no_plan_of_a_cast_reads_all_marks_or_ballots(app: AppContext) -> None:
    """A connection keeps its plans: one made for an empty table must not be a sequential scan."""
    query = (
        "SELECT proname FROM pg_proc WHERE proconfig @> '{enable_seqscan=off}'"
        " AND pronamespace = 'public'::regnamespace"
    )
    async with autocommit_connection(app.engine) as connection:
        names = {row["proname"] for row in await connection.fetch(query)}
        drafts = {"ballot_draft_of", "drop_ballot_draft"}
        assert names == {"cast_ballot", "cast_sealed", "has_turnout_mark"} | drafts
        assert await connection.fetchval("SHOW enable_seqscan") == "on"
    for statement in (READ, READ_DRAFT):
        assert "roll_mark" not in statement.sql
        assert "ballot_draft " not in statement.sql
