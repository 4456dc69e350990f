"""Check that all processes of a site share one folder of pseudonym keys.

Each serving process puts its folder's name in the application name of its database connections,
where the others read it.
"""

from typing import Any, Literal
from uuid import UUID

import structlog
from sqlalchemy import text

from deliberation.core.context import RequestContext, permit
from deliberation.core.database import serving_name
from deliberation.core.errors import Conflict, NotAllowed, Refusal
from deliberation.core.settings import CannotStart
from deliberation.elections.bulletin_board.entries import first_entry
from deliberation.elections.polls.commands import lock_poll
from deliberation.elections.polls.queries import PollView
from deliberation.elections.pseudonyms.events import SlotKeyRenewed
from deliberation.elections.pseudonyms.keys import (
    check_of,
    folder_name,
    folder_of,
    make_key,
    pseudonym_key,
)
from deliberation.elections.pseudonyms.model import RenewedKey
from deliberation.elections.sealed_protocol.board import body_of
from deliberation.elections.sealed_protocol.bodies import OpenBody
from deliberation.journal.commands import record
from deliberation.process.consultations.queries import ConsultationRef, place_of

log = structlog.get_logger()

Fault = Literal["unwritable", "several"]


async def folder_fault(ctx: RequestContext) -> Fault | None:
    """Fault of the key folder that keeps sealed votes from opening: not writable, or several
    folders.
    """
    own = folder_name(ctx.app.settings)
    if not own:
        return "unwritable"
    names = {"own": serving_name(own), "any": serving_name("%")}
    return "several" if await ctx.db.scalar(_OTHERS, names) else None


async def key_is_here(ctx: RequestContext, poll_id: UUID) -> bool:
    """Whether this process has the key of an open vote: the announced one or its replacement."""
    entry, renewed = await first_entry(ctx, poll_id), await ctx.db.get(RenewedKey, poll_id)
    in_force = renewed.key_check if renewed else entry and body_of(entry, OpenBody).pseudonym_key
    return in_force == check_of(pseudonym_key(ctx.app, poll_id))


async def check_keys(ctx: RequestContext) -> None:
    """Raise `CannotStart` when this process lacks a key of an open vote, or uses another folder."""
    folder = folder_of(ctx.app.settings)
    for poll_id, slug, number in (await ctx.db.execute(_OPEN)).all():
        if not await key_is_here(ctx, poll_id):
            raise CannotStart(_MISSING.format(slug=slug, number=number, folder=folder))
    if (fault := await folder_fault(ctx)) is None:
        return
    if await ctx.db.scalar(_SEALED_VOTES):
        raise CannotStart(_FAULTS[fault].format(folder=folder))
    log.warning("slot-key-folder", fault=fault, folder=str(folder))


async def renew_key(ctx: RequestContext, consultation: ConsultationRef, poll: PollView) -> None:
    """Replace the lost pseudonym key of an open vote, for the operator.

    First votes are still accepted; whoever has voted cannot change their vote any more.
    Raises `Conflict`:
    `no-urn-open`, `slot-key-held`.
    """
    permit(_may_renew(ctx))
    await lock_poll(ctx, poll.id)
    ballot_box: Any = (await ctx.db.execute(_STATE, {"poll": poll.id})).one()
    if not ballot_box.opened or ballot_box.closed:
        raise Conflict("no-urn-open")
    if await key_is_here(ctx, poll.id):
        raise Conflict("slot-key-held")
    check = make_key(ctx.app, poll.id)
    await ctx.db.merge(RenewedKey(poll_id=poll.id, key_check=check, renewed_at=ctx.now))
    await record(ctx, SlotKeyRenewed(poll_id=poll.id, **place_of(consultation)))


def _may_renew(ctx: RequestContext) -> Refusal | None:
    return NotAllowed("operator-only") if ctx.viewer is not None else None


_FAULTS: dict[Fault, str] = {
    "unwritable": "The folder of pseudonym keys, {folder}, cannot be written, and there are sealed "
    "votes. Give all processes of the site the same data folder (BEFFROI_FOLDER), writable.",
    "several": "Other processes of this site use another folder of pseudonym keys than {folder}, "
    "and there are sealed votes. Give all of them the same data folder (BEFFROI_FOLDER), or stop "
    "the others first.",
}
_MISSING = (
    "The sealed vote {number} of {slug} is open, and its pseudonym key is not in {folder}. Give "
    "this process the data folder (BEFFROI_FOLDER) of the one that opened the ballot box. If that "
    "folder is lost for good: `beffroi sealed renew-key {slug} {number}`; those who have voted can "
    "then no longer change their vote."
)
_OTHERS = text(
    """
    SELECT EXISTS (
        SELECT FROM pg_stat_activity WHERE datname = current_database()
        AND application_name LIKE :any AND application_name <> :own
    )
    """
)
_OPEN = text(
    """
    SELECT poll.id, consultation.slug, poll.number
    FROM poll JOIN consultation ON consultation.id = poll.consultation_id
    WHERE board_is_open(poll.id) AND NOT board_is_closed(poll.id)
    """
)
_SEALED_VOTES = text(
    """
    SELECT EXISTS (
        SELECT FROM poll JOIN consultation ON consultation.id = poll.consultation_id
        WHERE poll.profile = 'P1' AND poll.source = 'live' AND consultation.state <> 'withdrawn'
        AND NOT board_is_closed(poll.id)
    )
    """
)
_STATE = text("SELECT board_is_open(:poll) AS opened, board_is_closed(:poll) AS closed")
