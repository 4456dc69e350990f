"""The votes of a run: one of each profile, its electors and codes, and what they leave behind."""

import hashlib
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from uuid import UUID

import asyncpg
import msgspec
from sqlalchemy import text

from deliberation.core.context import AppContext, Viewer
from deliberation.core.errors import Invalid, NotAllowed, NotFound
from deliberation.core.ids import ALPHABET, new_id
from deliberation.elections.ballot_box.lifecycle import open_ballot_box
from deliberation.elections.ballots import commands
from deliberation.elections.bulletin_board.entries import board_entries
from deliberation.elections.counting.outcomes import ballots_of, outcome_of
from deliberation.elections.electorate.eligibility import code_hash
from deliberation.elections.polls.queries import PollView, poll_view, question_of
from deliberation.elections.pseudonyms import keys as pseudonym_keys
from deliberation.elections.results.commands import count_poll
from deliberation.elections.results.queries import recount_bytes, result_page
from deliberation.elections.results.sealed_count import CountDraft, publish_count
from deliberation.elections.sealed_protocol.archive import NotABallotArchive
from deliberation.elections.sealed_protocol.board import SignedEntry, faults_of, hashes_of
from deliberation.elections.sealed_protocol.keys import sign
from deliberation.elections.sealed_protocol.receipts import SealedReceipt
from deliberation.elections.sealed_protocol.sealing import (
    CannotOpen,
    context_of,
    opened,
    unpadded,
    unwrap,
)
from deliberation.elections.verification.claims import Published, findings, receipt_state
from deliberation.elections.verification.minutes import SealedCount, read_minutes
from deliberation.process.consultations.queries import ConsultationPage, consultation_page
from tests.builders import TITLES, a_poll, close_now, request_context
from tests.faults.checker import Found, Recorded
from tests.faults.history import Attempt
from tests.sealed import TRUSTEES, archive_of, close_sealed, counted, some_trustees
from voting.records.documents import as_document
from voting.records.recount import recount

GRADES = 7
ELECTORS = 600  # of a vote: as many as change it a few times, since nobody may without end


@dataclass
class Vote:
    """A poll that takes ballots by code: voters by place, and where the ballot box keeps theirs."""

    page: ConsultationPage
    poll: PollView
    codes: list[str]
    slots: dict[bytes, int]
    voters: dict[UUID, int]
    mirrors: list[list[SignedEntry]] = field(default_factory=list)
    submissions: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Name of the vote in the history."""
        return str(self.poll.id)

    @property
    def address(self) -> str:
        """API path that takes its ballots."""
        return f"/api/v1/consultations/{self.page.card.slug}/polls/{self.poll.number}/ballot"


async def a_vote(
    app: AppContext,
    secrecy: str,
    electors: int = ELECTORS,
    *,
    closes_in: float = 86400,
    eligibility: str = "code",
) -> Vote:
    """An open vote of a profile with that many electors; `closes_in`: seconds from now."""
    page, poll = await a_poll(
        app, TITLES, vote=(-1, closes_in / 86400), secrecy=secrecy, eligibility=eligibility
    )
    codes, voters = await _roll(app, page, electors)
    if secrecy == "sealed":
        await some_trustees(app, page)
        async with request_context(app) as ctx:
            await open_ballot_box(ctx, str(poll.id))
    async with request_context(app) as ctx:
        page = await consultation_page(ctx, page.card.slug)
        poll = await poll_view(ctx, page.ref, poll.number)
    if secrecy == "sealed":
        key = pseudonym_keys.pseudonym_key(app, poll.id)
        assert key is not None
        slots = {pseudonym_keys.sealed_pseudonym(key, poll.id, one): n for one, n in voters.items()}
    else:
        slots = {commands.plain_pseudonym(ctx.app, poll.id, one): n for one, n in voters.items()}
    return Vote(page, poll, codes, slots, voters)


async def end_vote(app: AppContext, vote: Vote) -> None:
    """End a vote now and close its ballot box, or count it."""
    if vote.poll.secrecy == "sealed":
        await mirror(app, vote)
        await close_sealed(app, vote)  # type: ignore[arg-type]
    else:
        await close_now(app, vote.page)
        async with request_context(app) as ctx:
            await count_poll(ctx, vote.name)


async def mirror(app: AppContext, vote: Vote) -> None:
    """Keep a copy of the board as it is now, as a witness would.

    And of which form each ballot came by, which the close forgets.
    """
    async with request_context(app) as ctx:
        vote.mirrors.append(await board_entries(ctx, vote.poll.id))
        rows = (await ctx.db.execute(_SUBMISSIONS, {"poll": vote.poll.id})).all()
    vote.submissions |= {row.hash: row.submission for row in rows}


async def found_in(app: AppContext, vote: Vote, history: list[Attempt]) -> Found:
    """State of a closed vote, read by ourselves and by the project's own checks."""
    if vote.poll.secrecy == "sealed":
        return await _sealed(app, vote, history)
    return await _plain(app, vote)


async def _roll(
    app: AppContext, page: ConsultationPage, electors: int
) -> tuple[list[str], dict[UUID, int]]:
    """Electors with a code each, written by COPY."""
    codes = [_code(f"{page.card.id}/{number}") for number in range(electors)]
    voters = {new_id(): number for number in range(electors)}
    now = None
    async with request_context(app) as ctx:
        now = ctx.now
    rows = [
        (one, page.card.id, str(number), f"Électrice {number}") for one, number in voters.items()
    ]
    keys = [(code_hash(app, codes[number]), one, now) for one, number in voters.items()]
    # The database's owner writes a million rows without its rules for each of them.
    url = app.engine.url.set(drivername="postgresql")
    if electors > 100_000:
        url = url.set(username="postgres")
    connection = await asyncpg.connect(url.render_as_string(hide_password=False))
    try:
        if electors > 100_000:
            await connection.execute("SET session_replication_role = replica")
        await connection.copy_records_to_table(
            "elector", records=rows, columns=["id", "consultation_id", "number", "name"]
        )
        await connection.copy_records_to_table(
            "elector_code", records=keys, columns=["hash", "elector_id", "issued_at"]
        )
    finally:
        await connection.close()
    return codes, voters


def _code(seed: str) -> str:
    digest = hashlib.sha256(seed.encode()).digest()
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest[:20])


async def _marks(app: AppContext, vote: Vote) -> list[int | None]:
    async with request_context(app) as ctx:
        query = text("SELECT voter_id FROM roll_mark WHERE poll_id = :poll")
        rows = (await ctx.db.scalars(query, {"poll": vote.poll.id})).all()
    return [vote.voters.get(one) for one in rows]


async def _closed_at(app: AppContext, vote: Vote) -> float:
    """The close by this machine's clock: the install's offset is taken off."""
    async with request_context(app) as ctx:
        query = text(
            "SELECT extract(epoch FROM closes_at - clock_offset)::float8 FROM phase, install"
            " WHERE phase.kind = 'vote' AND consultation_id = :id"
        )
        moment: float = (await ctx.db.scalars(query, {"id": vote.page.card.id})).one()
    return moment


async def _plain(app: AppContext, vote: Vote) -> Found:
    async with request_context(app) as ctx:
        query = text(
            "SELECT slot AS pseudonym, version, encode(submission, 'hex') AS submission,"
            " encode(packed, 'hex') AS row, receipt FROM urn_ballot WHERE poll_id = :poll"
        )
        rows = (await ctx.db.execute(query, {"poll": vote.poll.id})).all()
        published, file = None, b""
        with suppress(NotFound):  # of few ballots there is no file
            published = await result_page(ctx, vote.page.ref, vote.poll.number)
            file = await recount_bytes(ctx, vote.page.ref, vote.poll.number)
        poll = await poll_view(ctx, vote.page.ref, vote.poll.number)
    recorded = [
        Recorded(vote.slots.get(one.pseudonym), one.version, one.submission, one.row, one.receipt)
        for one in rows
    ]
    last = _last(recorded)
    question = question_of(poll)
    rowed = Counter(bytes.fromhex(row) for row in last.values())
    ours = outcome_of(question, ballots_of(question, rowed))
    faults = [] if published else ["no result is published"]
    if file and not recount(file).same:
        faults.append("the published file does not give the published result")
    elif await _received(app, vote) not in (None, len(last)):
        faults.append("the result counts another number of ballots than the urn holds")
    elif published and ours.ranking != published.outcome.ranking:
        faults.append("the ballots in the urn do not give the published ranking")
    return Found(
        recorded=recorded,
        counted=last,
        marked=await _marks(app, vote),
        closed_at=await _closed_at(app, vote),
        faults=faults,
    )


async def _sealed(app: AppContext, vote: Vote, history: list[Attempt]) -> Found:
    recorded = _named(vote, await _opened_here(app, vote), history)
    last = _last(recorded)
    try:
        faults = await _count_faults(app, vote, last, history)
    except (NotABallotArchive, NotAllowed, Invalid) as error:
        faults = [f"the count stops: {type(error).__name__} {error.args}"]
    return Found(
        recorded=recorded,
        counted=last,
        marked=await _marks(app, vote),
        closed_at=await _closed_at(app, vote),
        faults=faults,
    )


async def _count_faults(
    app: AppContext, vote: Vote, last: dict[int, str], history: list[Attempt]
) -> list[str]:
    """Faults of the trustees' count, by two pairs of them, and of its publication."""
    archive = await archive_of(app, vote.poll.id)
    one, other = counted(archive, (0, 1)), counted(archive, (1, 2))
    faults = [] if one == other else ["two pairs of trustees do not count the same"]
    minutes = read_minutes(one.minutes)
    faults += [f"count: {fault.code} {fault.values}" for fault in minutes.faults]
    faults += [f"count: unreadable {fault.hash}" for fault in minutes.unreadable]
    rowed = Counter(bytes.fromhex(row) for row in last.values())
    ours = outcome_of(minutes.question, ballots_of(minutes.question, rowed), summed=True)
    for name, value in minutes.outcome.items():
        if as_document(ours)[name] != value:
            faults.append(f"the opened ballots give another {name} than the minutes")
    return faults + await _published_faults(app, vote, one, history)


async def _published_faults(
    app: AppContext, vote: Vote, count: SealedCount, history: list[Attempt]
) -> list[str]:
    """Publish the count; all that `beffroi sealed verify` then finds, with mirrors and receipts."""
    async with request_context(app) as ctx:
        before = await board_entries(ctx, vote.poll.id)
    faults = [f"board: {fault.code} {fault.values}" for fault in faults_of(before)]
    signatures = {str(n): sign(TRUSTEES[n - 1].signing, "minutes", count.minutes) for n in (1, 2)}
    roles = {vote.page.card.authority.id: frozenset({"agent"})}
    agent = Viewer(new_id(), new_id(), "Agente", "", roles)
    if (await _count(app, "minutes", vote)) == 0 and not faults:
        async with request_context(app, agent) as ctx:
            await publish_count(
                ctx,
                vote.page.ref,
                vote.poll,
                CountDraft(
                    minutes=count.minutes,
                    signatures=signatures,
                    recount=count.recount,
                    pdf=b"%PDF-",
                ),
            )
    async with request_context(app) as ctx:
        board = await board_entries(ctx, vote.poll.id)
    published = Published(
        board=board, minutes=count.minutes, signatures=signatures, recount=count.recount
    )
    for kept in vote.mirrors or [before]:
        for finding in findings(published, mirror=kept):
            faults += [f"{finding.claim}: {fault.code}" for fault in finding.faults]
    shown = set(hashes_of(board))
    for sending in history:
        if sending.receipt is not None:
            receipt = msgspec.convert(sending.receipt, SealedReceipt)
            if receipt.hash not in shown or receipt_state(receipt, board[:1]) == "forged":
                faults.append(f"receipt {receipt.reference} is not genuine or not on the board")
    return faults


async def _opened_here(app: AppContext, vote: Vote) -> list[Recorded]:
    """Each sealed ballot of the ballot box, opened with two keys, its form not yet named."""
    async with request_context(app) as ctx:
        query = text("SELECT slot, version, sealed FROM sealed_ballot WHERE poll_id = :poll")
        rows = (await ctx.db.execute(query, {"poll": vote.poll.id})).all()
    found = []
    for pseudonym, version, sealed in rows:
        context = context_of(vote.name, pseudonym, version)
        try:
            keys = {n: unwrap(sealed, context, n, TRUSTEES[n].sealing) for n in (0, 2)}
            row = unpadded(opened(sealed, context, keys)).hex()
        except CannotOpen:
            row = "unreadable"
        found.append(
            Recorded(
                vote.slots.get(pseudonym), version, "", row, hashlib.sha256(sealed).hexdigest()
            )
        )
    return found


def _named(vote: Vote, recorded: list[Recorded], history: list[Attempt]) -> list[Recorded]:
    """The same ballots with their forms: as seen before the close, or as only the history tells.

    A ballot cast during the close is named by its receipt, or else by an unknown sending of the
    same voter with the same choice.
    """
    named = {one.reference: one.submission for one in history if one.state == "ok"}
    named |= vote.submissions
    taken = {named[one.reference] for one in recorded if one.reference in named}
    for one in recorded:
        if one.reference not in named:
            for sending in history:
                same = (sending.voter, sending.row) == (one.voter, one.row)
                if same and sending.state == "unknown" and sending.submission not in taken:
                    named[one.reference] = sending.submission
                    taken.add(sending.submission)
                    break
    return [
        msgspec.structs.replace(one, submission=named.get(one.reference, "")) for one in recorded
    ]


async def _received(app: AppContext, vote: Vote) -> int | None:
    """Number of ballots that the published result counts."""
    query = text("SELECT ballots FROM result WHERE poll_id = :poll")
    async with request_context(app) as ctx:
        found: int | None = await ctx.db.scalar(query, {"poll": vote.poll.id})
    return found


async def _count(app: AppContext, table: str, vote: Vote) -> int:
    query = text(f"SELECT count(*) FROM {table} WHERE poll_id = :poll")  # noqa: S608 (our names)
    async with request_context(app) as ctx:
        found: int = (await ctx.db.scalars(query, {"poll": vote.poll.id})).one()
    return found


def _last(recorded: list[Recorded]) -> dict[int, str]:
    found: dict[int, tuple[int, str]] = {}
    for one in recorded:
        if one.voter is not None and one.version > found.get(one.voter, (0, ""))[0]:
            found[one.voter] = (one.version, one.row)
    return {voter: row for voter, (_, row) in found.items()}


_SUBMISSIONS = text(
    "SELECT encode(hash, 'hex') AS hash, encode(submission, 'hex') AS submission"
    " FROM sealed_ballot WHERE poll_id = :poll"
)
