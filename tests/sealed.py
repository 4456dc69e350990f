"""Builders of sealed votes: trustees, a roll with codes, an open ballot box, ballots, the count."""

import hashlib
import io
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import Interval, bindparam, text

from deliberation.core.context import AppContext, Viewer
from deliberation.core.ids import ALPHABET, new_id
from deliberation.elections.ballot_box.lifecycle import close_ballot_box, open_ballot_box
from deliberation.elections.ballots.casting import BallotRequest, cast_from_api
from deliberation.elections.electorate.countersigners import CountersignerDraft, name_countersigner
from deliberation.elections.electorate.eligibility import code_hash
from deliberation.elections.electorate.model import Elector, ElectorCode
from deliberation.elections.paper.archives import export_archive
from deliberation.elections.polls.queries import PollView, poll_view
from deliberation.elections.results.sealed_count import CountDraft, publish_count
from deliberation.elections.sealed_protocol.archive import open_archive
from deliberation.elections.sealed_protocol.keys import TrusteeKey, key_from, sign
from deliberation.elections.sealed_protocol.receipts import SealedReceipt
from deliberation.elections.sealed_protocol.shares import write_shares
from deliberation.elections.trustees.model import Trustee
from deliberation.elections.verification.minutes import SealedCount, count_archive
from deliberation.process.consultations.queries import ConsultationPage, consultation_page
from tests.builders import TITLES, Days, a_member, a_poll, request_context

# Five trustees of all tests: opening a key file costs a quarter of a second each.
TRUSTEES: list[TrusteeKey] = [
    key_from(f"Dépositaire {n}", hashlib.sha256(b"trustee %d" % n).digest()) for n in range(1, 6)
]


# Consultation -> the two agents who run it.
_AGENTS: dict[UUID, tuple[Viewer, Viewer]] = {}


class SealedVote(NamedTuple):
    """A poll whose ballot box is open, and the codes of its electors, one per voter."""

    page: ConsultationPage
    poll: PollView
    codes: list[str]


async def a_sealed_vote(
    app: AppContext,
    titles: Sequence[str] = TITLES,
    *,
    electors: int = 12,
    trustees: int = 3,
    vote: Days = (-1, 3),
    opened: bool = True,
    **values: Any,
) -> SealedVote:
    """A sealed vote by codes, its roll and trustees in place, its ballot box open."""
    values = {"secrecy": "sealed", "eligibility": "code", **values}
    page, poll = await a_poll(app, titles, vote=vote, **values)
    codes = await a_roll(app, page, electors)
    await some_trustees(app, page, trustees)
    if opened:
        async with request_context(app) as ctx:
            await open_ballot_box(ctx, str(poll.id))
    async with request_context(app) as ctx:
        page = await consultation_page(ctx, page.card.slug)
        return SealedVote(page, await poll_view(ctx, page.ref, poll.number), codes)


async def a_roll(app: AppContext, page: ConsultationPage, electors: int) -> list[str]:
    """As many people on a consultation's roll, each with a code; the codes."""
    codes = []
    async with request_context(app) as ctx:
        for number in range(1, electors + 1):
            digest = hashlib.sha256(f"{page.card.id}/{number}".encode()).digest()
            code = "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest[:20])
            elector = Elector(
                id=new_id(),
                consultation_id=page.card.id,
                number=str(number),
                name=f"Électrice {number}",
                email=f"elector-{number}@example.org",
                subject=f"subject-{number}",
            )
            ctx.db.add(elector)
            await ctx.db.flush()
            ctx.db.add(
                ElectorCode(hash=code_hash(ctx.app, code), elector_id=elector.id, issued_at=ctx.now)
            )
            codes.append(code)
    return codes


async def some_trustees(app: AppContext, page: ConsultationPage, trustees: int = 3) -> None:
    """The first of the tests' trustees, who have all rehearsed, and two who countersign."""
    await countersigned(app, page)
    async with request_context(app) as ctx:
        for number, key in enumerate(TRUSTEES[:trustees], start=1):
            ctx.db.add(
                Trustee(
                    consultation_id=page.card.id,
                    number=number,
                    public=msgspec.to_builtins(key.public),
                    rehearsed_at=ctx.now,
                )
            )


async def a_sealed_ballot(
    app: AppContext,
    vote: SealedVote,
    code: str,
    choice: Mapping[str, int],
    submission: bytes | None = None,
    *,
    blank: bool = False,
) -> SealedReceipt:
    """A ballot cast with a code."""
    submission = submission or f"{code}/{dict(choice)}".encode()
    sent = BallotRequest(
        vote.page.card.slug, vote.poll.number, choice, submission, blank=blank, code=code
    )
    receipt = await cast_from_api(app, sent)
    assert isinstance(receipt, SealedReceipt)
    return receipt


async def a_minute_later(app: AppContext) -> None:
    """Move the clock to the next minute's beginning: whoever waits for it may vote again."""
    async with request_context(app) as ctx:
        then = "date_trunc('minute', statement_timestamp() + clock_offset) + interval '1 minute'"
        moved = f"UPDATE install SET clock_offset = {then} - statement_timestamp()"  # noqa: S608
        await ctx.db.execute(text(moved))


async def two_agents(app: AppContext, vote: SealedVote) -> tuple[Viewer, Viewer]:
    """The two agents who countersign a vote: the same ones at each call."""
    return await countersigned(app, vote.page)


async def countersigned(app: AppContext, page: ConsultationPage) -> tuple[Viewer, Viewer]:
    """Two agents of a consultation's authority, named before its first ballot."""
    if page.card.id not in _AGENTS:
        first, second = [await a_member(app, page.card.authority, "agent") for _ in range(2)]
        async with request_context(app, first) as ctx:
            for one in (first, second):
                draft = CountersignerDraft(person=one.id, function="Service des élections")
                await name_countersigner(ctx, page.ref, draft)
        _AGENTS[page.card.id] = first, second
    return _AGENTS[page.card.id]


async def close_sealed(app: AppContext, vote: SealedVote) -> None:
    """End the vote now and close its ballot box."""
    await end_vote(app, vote)
    async with request_context(app) as ctx:
        await close_ballot_box(ctx, str(vote.poll.id))


async def end_vote(
    app: AppContext, vote: SealedVote, *, ago: timedelta = timedelta()
) -> SealedVote:
    """End the vote now, or some time ago, which only the database's owner can."""
    async with request_context(app) as ctx:
        await ctx.db.execute(text("ALTER TABLE phase DISABLE TRIGGER USER"))
        await ctx.db.execute(
            text(
                "UPDATE phase SET closes_at = clock_now() - :ago,"
                " opens_at = least(opens_at, clock_now() - :ago - interval '1 day')"
                " WHERE kind = 'vote' AND consultation_id = :id"
            ).bindparams(bindparam("ago", type_=Interval)),
            {"id": vote.page.card.id, "ago": ago},
        )
        await ctx.db.execute(text("ALTER TABLE phase ENABLE TRIGGER USER"))
    async with request_context(app) as ctx:
        page = await consultation_page(ctx, vote.page.card.slug)
        return SealedVote(page, await poll_view(ctx, page.ref, vote.poll.number), vote.codes)


async def archive_of(app: AppContext, poll_id: UUID) -> bytes:
    """The archive of a closed ballot box."""
    out = io.BytesIO()
    async with request_context(app) as ctx:
        await export_archive(ctx, poll_id, out)
    return out.getvalue()


async def a_sealed_result(app: AppContext, vote: SealedVote) -> SealedCount:
    """Close a vote, have two trustees count and sign it, and publish what they hand in."""
    await close_sealed(app, vote)
    found = counted(await archive_of(app, vote.poll.id))
    signatures = {str(n): sign(TRUSTEES[n - 1].signing, "minutes", found.minutes) for n in (1, 2)}
    draft = CountDraft(
        minutes=found.minutes, signatures=signatures, recount=found.recount, pdf=b"%PDF-"
    )
    agent = Viewer(
        id=new_id(),
        voter_id=new_id(),
        name="Agente",
        email="agente@example.org",
        roles={vote.page.card.authority.id: frozenset({"agent"})},
    )
    async with request_context(app, agent) as ctx:
        await publish_count(ctx, vote.page.ref, vote.poll, draft)
    return found


def counted(archive: bytes, members: Sequence[int] = (0, 1)) -> SealedCount:
    """Count an archive with the keys of some of the tests' trustees, by their place."""
    with NamedTemporaryFile(suffix=".tar") as file:
        file.write(archive)
        file.flush()
        with open_archive(Path(file.name)) as opened:
            shares = []
            for member in members:
                out = io.BytesIO()
                write_shares(out, opened, TRUSTEES[member])
                out.seek(0)
                shares.append(out)
            return count_archive(opened, shares)
