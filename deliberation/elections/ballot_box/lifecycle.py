"""The life of a sealed ballot box: missing requirements, opening, close."""

from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import func, select, text

from deliberation.core import clock
from deliberation.core.context import RequestContext
from deliberation.elections.ballot_box.interventions import interventions
from deliberation.elections.ballots.batch_publisher import seal_batch
from deliberation.elections.bulletin_board.entries import (
    add_entry,
    first_entry,
    moment_text,
    signing_key,
)
from deliberation.elections.electorate.countersigners import MIN_COUNTERSIGNERS, countersigners
from deliberation.elections.electorate.queries import electorate_of
from deliberation.elections.polls.commands import lock_poll
from deliberation.elections.polls.permissions import FREEZE
from deliberation.elections.polls.queries import (
    PollView,
    poll_view,
    poll_views,
    question_of,
)
from deliberation.elections.pseudonyms.key_folder import folder_fault, key_is_here
from deliberation.elections.pseudonyms.keys import destroy_key, kept_keys, make_key
from deliberation.elections.sealed_protocol.keys import public_text
from deliberation.elections.trustees.model import Trustee
from deliberation.elections.trustees.queries import THRESHOLDS, trustees_of
from deliberation.operations.queue import enqueue
from deliberation.process.consultations.dates import hold_dates
from deliberation.process.consultations.queries import ConsultationRef, consultation_ref


class MissingRequirement(msgspec.Struct, frozen=True):
    """Something that a ballot box needs before it can be opened."""

    code: str
    values: dict[str, Any] = {}


class PseudonymKeyElsewhere(Exception):
    """The key folder of this process lacks the pseudonym key, so it does not close the ballot
    box.
    """


async def opening_requirements(
    ctx: RequestContext, consultation: ConsultationRef
) -> list[MissingRequirement]:
    """Requirements that a consultation's sealed votes do not meet yet; empty when they can open."""
    trustees = await trustees_of(ctx, consultation.id)
    found = []
    if len(trustees) not in THRESHOLDS:
        found.append(MissingRequirement("trustees", {"count": len(trustees)}))
    elif not await _rehearsed(ctx, consultation.id):
        found.append(MissingRequirement("rehearsal"))
    named = len(await countersigners(ctx, consultation.id))
    if named < MIN_COUNTERSIGNERS:
        found.append(MissingRequirement("countersigners", {"count": named}))
    electors, codes = await electorate_of(ctx, consultation.id)
    if not electors:
        found.append(MissingRequirement("roll"))
    polls = [poll for poll in await poll_views(ctx, consultation) if poll.secrecy == "sealed"]
    if electors > codes and any(poll.eligibility == "code" for poll in polls):
        found.append(MissingRequirement("codes", {"count": electors - codes}))
    if fault := await folder_fault(ctx):
        found.append(MissingRequirement(f"folder-{fault}"))
    return found


async def open_due_ballot_boxes(ctx: RequestContext) -> None:
    """Periodic: enqueue the opening of each sealed vote that begins and meets all requirements."""
    due = await ctx.db.scalars(_TO_OPEN, {"before": FREEZE})
    for poll_id in due.all():
        await enqueue(ctx.db, "open-urn", once=f"open-urn:{poll_id}", poll_id=str(poll_id))


async def open_ballot_box(ctx: RequestContext, poll_id: str) -> str | None:
    """Job: announce on the board what is voted on, by whom and for which trustees.

    From here on the database refuses to change any of it. Does nothing while a requirement is
    missing.
    """
    poll_uuid = UUID(poll_id)
    await lock_poll(ctx, poll_uuid)
    row = (await ctx.db.execute(_WHERE, {"poll": poll_uuid})).one_or_none()
    if row is None or await first_entry(ctx, poll_uuid) is not None:
        return "open-already"
    consultation = await consultation_ref(ctx, row.slug)
    poll = await poll_view(ctx, consultation, row.number)
    if (
        poll.secrecy != "sealed"
        or poll.state == "counted"
        or await opening_requirements(ctx, consultation)
    ):
        return "not-ready"
    pseudonym_key = make_key(ctx.app, poll.id)
    await add_entry(ctx, poll.id, "open", await _announced(ctx, consultation, poll, pseudonym_key))
    await hold_dates(ctx, row.phase_id)
    return None


async def close_due_ballot_boxes(ctx: RequestContext) -> None:
    """Periodic: enqueue the close of each ballot box after its vote; delete keys of closed ones."""
    for poll_id in (await ctx.db.scalars(_TO_CLOSE)).all():
        await enqueue(ctx.db, "close-urn", once=f"close-urn:{poll_id}", poll_id=str(poll_id))
    for poll_id in kept_keys(ctx.app):
        if await ctx.db.scalar(text("SELECT board_is_closed(:poll)"), {"poll": poll_id}):
            destroy_key(ctx.app, poll_id)


async def close_ballot_box(ctx: RequestContext, poll_id: str) -> str | None:
    """Job: publish the last ballots, rewrite the ballot box, write the close entry; irreversible.

    The lock waits for the ballots being cast; the database's clock is asked only then. While papers
    are awaited, the ballots are shown and the close is written once they are typed, or their time
    is over. Raises `PseudonymKeyElsewhere`: a key that this process cannot destroy would outlive
    the vote.
    """
    poll_uuid = UUID(poll_id)
    await lock_poll(ctx, poll_uuid)
    due = (await ctx.db.execute(_CLOSING, {"poll": poll_uuid})).one_or_none()
    now = await clock.now(ctx.db)
    if due is None or due.closes_at > now:
        return "not-due"
    if not await key_is_here(ctx, poll_uuid):
        raise PseudonymKeyElsewhere
    if due.begins > now:
        if due.waiting:
            await seal_batch(ctx, poll_uuid, last=True)
            return None
        return "papers-awaited"
    await seal_batch(ctx, poll_uuid, last=True)
    counts = (await ctx.db.execute(_COUNTS, {"poll": poll_uuid})).one()
    await add_entry(
        ctx,
        poll_uuid,
        "close",
        {"closed_at": moment_text(due.closes_at), **dict(counts._mapping)}
        | {"interventions": await interventions(ctx, poll_uuid)}
        | await _roll(ctx, poll_uuid),
    )
    return None


async def _announced(
    ctx: RequestContext, consultation: ConsultationRef, poll: PollView, pseudonym_key: str
) -> dict[str, Any]:
    """The first entry's body: all that decides the vote, known before the first ballot."""
    assert poll.opens_at is not None
    assert poll.closes_at is not None
    trustees = await trustees_of(ctx, consultation.id)
    return {
        "address": f"{ctx.app.settings.origin}/c/{consultation.slug}/voter/{poll.number}",
        **msgspec.to_builtins(question_of(poll)),
        "eligibility": poll.eligibility,
        **await _roll(ctx, poll.id),
        "opens_at": moment_text(poll.opens_at),
        "closes_at": moment_text(poll.closes_at),
        "trustees": [msgspec.to_builtins(one) for one in trustees],
        "countersigners": [
            {"name": one.name, "function": one.function, "since": moment_text(one.since)}
            for one in await countersigners(ctx, consultation.id)
        ],
        "threshold": THRESHOLDS[len(trustees)],
        "key": public_text(signing_key(ctx.app, poll.id)),
        "slot_key": pseudonym_key,
    }


async def _roll(ctx: RequestContext, poll_id: UUID) -> dict[str, Any]:
    """Number of electors on a poll's roll, and its digest: the close shows that it is the same.

    The rows' own random numbers are part of it: nobody can try names against the digest.
    """
    return dict((await ctx.db.execute(_ROLL, {"poll": poll_id})).one()._mapping)


async def _rehearsed(ctx: RequestContext, consultation_id: UUID) -> bool:
    query = select(func.bool_and(Trustee.rehearsed_at.is_not(None))).where(
        Trustee.consultation_id == consultation_id
    )
    return bool((await ctx.db.scalars(query)).one())


_ROLL = text(
    """
    SELECT count(*) AS electors, encode(sha256(coalesce(string_agg(sha256(convert_to(
        jsonb_build_array(elector.id, elector.number, name, email, subject)::text, 'UTF8'
    )), '' ORDER BY elector.id), '')), 'hex') AS roll
    FROM elector JOIN poll ON poll.consultation_id = elector.consultation_id
    WHERE poll.id = :poll
    """
)


_TO_OPEN = text(
    """
    SELECT poll.id FROM poll
    JOIN consultation ON consultation.id = poll.consultation_id AND consultation.state = 'open'
    JOIN phase ON phase.id = poll.phase_id
    WHERE poll.profile = 'P1' AND poll.source = 'live' AND poll.counted_at IS NULL
      AND NOT board_is_open(poll.id)
      AND clock_now() BETWEEN phase.opens_at - CAST(:before AS interval) AND phase.closes_at
    """
)


_WHERE = text(
    """
    SELECT consultation.slug, poll.number, poll.phase_id FROM poll
    JOIN consultation ON consultation.id = poll.consultation_id AND consultation.state = 'open'
    WHERE poll.id = :poll
    """
)


_TO_CLOSE = text(
    """
    SELECT poll.id FROM poll
    JOIN phase ON phase.id = poll.phase_id
    WHERE poll.profile = 'P1' AND poll.source = 'live' AND poll.counted_at IS NULL
      AND board_is_open(poll.id) AND NOT board_is_closed(poll.id)
      AND phase.closes_at <= clock_now() AND (
          typing_ends(poll.id, phase.closes_at) <= clock_now()
          OR EXISTS (SELECT FROM sealed_ballot WHERE poll_id = poll.id AND entry IS NULL))
    """
)


# The phase's row is held, so that nobody extends the vote while it is being closed.
_CLOSING = text(
    """
    SELECT phase.closes_at, typing_ends(poll.id, phase.closes_at) AS begins, EXISTS (
        SELECT FROM sealed_ballot WHERE poll_id = poll.id AND entry IS NULL
    ) AS waiting
    FROM poll
    JOIN phase ON phase.id = poll.phase_id
    WHERE poll.id = :poll AND board_is_open(poll.id) AND NOT board_is_closed(poll.id)
    FOR UPDATE OF phase
    """
)


_COUNTS = text(
    """
    SELECT
        (SELECT count(*) FROM roll_mark WHERE poll_id = :poll AND channel = 'online') AS marks,
        (SELECT count(*) FROM roll_mark WHERE poll_id = :poll AND channel <> 'online') AS papers,
        (SELECT count(DISTINCT slot) FROM sealed_ballot WHERE poll_id = :poll) AS slots,
        (SELECT count(*) FROM sealed_ballot WHERE poll_id = :poll) AS versions
    """
)
