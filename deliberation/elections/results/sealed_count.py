"""Publish the trustees' count: check it against the board first; it never changes afterwards."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec

from deliberation.core import clock
from deliberation.core.context import RequestContext, permit
from deliberation.core.errors import Conflict, Invalid
from deliberation.elections.bulletin_board.entries import add_entry, board_entries
from deliberation.elections.counting.outcomes import ranking_alone
from deliberation.elections.paper.paper_ballots import marks_of
from deliberation.elections.polls.commands import lock_poll, mark_counted
from deliberation.elections.polls.model import Poll
from deliberation.elections.polls.queries import PollView
from deliberation.elections.results.events import ResultPublished
from deliberation.elections.results.model import Minutes, Result
from deliberation.elections.sealed_protocol.board import Fault, entry_of
from deliberation.elections.sealed_protocol.canonical import digest
from deliberation.elections.verification.claims import Published, findings
from deliberation.elections.verification.minutes import MinutesDocument, read_minutes
from deliberation.journal.commands import record
from deliberation.network.sessions.permissions import needs_confirmation
from deliberation.process.consultations.permissions import may_run
from deliberation.process.consultations.queries import ConsultationRef, place_of
from voting.outcome import Outcome
from voting.records.documents import from_document

# Claims that may fail: the minutes name ballots that cannot be decrypted or do not add up.
SHOWN_ELSEWHERE = frozenset({"closed", "complete", "adds-up"})


class CountDraft(msgspec.Struct, frozen=True, kw_only=True):
    """The upload: the minutes, the trustees' signatures by place, the recount file, the PDF."""

    minutes: bytes
    signatures: Mapping[str, str]
    recount: bytes | None
    pdf: bytes


async def publish_count(
    ctx: RequestContext, consultation: ConsultationRef, poll: PollView, draft: CountDraft
) -> None:
    """Publish the signed count of a sealed vote. For agents, once. Raises as `load_count`."""
    permit(may_run(ctx, consultation.authority_id))
    permit(needs_confirmation(ctx))
    await load_count(ctx, consultation, poll, draft)


async def load_count(
    ctx: RequestContext, consultation: ConsultationRef, poll: PollView, draft: CountDraft
) -> None:
    """Publish a count without a permission check, for the operator of the database.

    Raises `Conflict`: `urn-not-closed`, `already-counted`; `Invalid` naming the file at fault
    (`minutes`, `signatures`, `recount`).
    """
    await lock_poll(ctx, poll.id)
    row = await ctx.db.get_one(Poll, poll.id, with_for_update=True)
    if row.counted_at is not None:
        raise Conflict("already-counted")
    board = await board_entries(ctx, poll.id)
    if entry_of(board, "close") is None:
        raise Conflict("urn-not-closed")
    minutes = _checked(draft)
    await add_entry(ctx, poll.id, "result", {"minutes": digest(draft.minutes)})
    published = Published(
        board=await board_entries(ctx, poll.id),
        minutes=draft.minutes,
        signatures=draft.signatures,
        recount=draft.recount,
    )
    _accept(published)
    await _write(ctx, poll.id, minutes, draft)
    await record(ctx, ResultPublished(poll_id=poll.id, **place_of(consultation)))


def outcome_in(minutes: MinutesDocument) -> Outcome:
    """The outcome of the minutes; of a small count it holds winners and ranking only."""
    if not minutes.small:
        return from_document(minutes.outcome)
    winners, ranking = minutes.outcome["winners"], minutes.outcome["ranking"]
    return ranking_alone(minutes.question, tuple(winners), tuple(map(tuple, ranking)))


def _checked(draft: CountDraft) -> MinutesDocument:
    try:
        return read_minutes(draft.minutes)
    except msgspec.DecodeError as error:
        raise Invalid({"minutes": "not-minutes"}) from error


def _accept(published: Published) -> None:
    """Refuse a count that is not this vote's, not signed, or not recounted the same."""
    fields = {"same-vote": "minutes", "signed": "signatures", "recount": "recount"}
    errors: dict[str, Any] = {}
    for one in findings(published):
        if not one.holds and one.claim not in SHOWN_ELSEWHERE:
            errors[fields.get(one.claim, "minutes")] = _code(one.faults[0])
    if errors:
        raise Invalid(errors)


def _code(fault: Fault) -> tuple[str, dict[str, Any]]:
    return fault.code, fault.values


async def _write(
    ctx: RequestContext, poll_id: UUID, minutes: MinutesDocument, draft: CountDraft
) -> None:
    now = await clock.now(ctx.db)
    outcome = outcome_in(minutes)
    ctx.db.add(
        Minutes(
            poll_id=poll_id,
            minutes=draft.minutes,
            signatures=dict(draft.signatures),
            pdf=draft.pdf,
            published_at=now,
        )
    )
    ctx.db.add(
        Result(
            poll_id=poll_id,
            counted_at=now,
            outcome=msgspec.to_builtins(outcome),
            compared=minutes.compared,
            digest=outcome.digest,
            ballots=minutes.counts.counted,
            marks=await marks_of(ctx, poll_id),
            recount=draft.recount or b"",
        )
    )
    await mark_counted(ctx, poll_id, now)
