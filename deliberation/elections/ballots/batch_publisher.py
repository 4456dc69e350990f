"""Publishes the hashes of sealed ballots on the bulletin board, in batches, in random order.

One statement rewrites the rows of a batch, so that neither their order, their place on disk nor
their transaction number shows who cast them when. At the close all ballots, turnout marks and codes
are rewritten once more: the last batch may be small, and a mark or code carries the number of the
transaction that used it. Submission keys are erased, and no mark keeps a day that fewer than five
voters share. Dead rows stay until VACUUM; the write-ahead log and page backups keep them longer
(see `SECURITY.md`).
"""

from typing import Any
from uuid import UUID

from sqlalchemy import text

from deliberation.core.context import RequestContext
from deliberation.elections.bulletin_board.entries import add_entry, last_entry
from deliberation.elections.electorate.turnout import rewrite_turnout

MIN_BATCH_VOTERS = 5  # before the close; the last batch may be smaller
MAX_ENTRY_BALLOTS = 1000  # hashes in one board entry


async def seal_waiting_ballots(ctx: RequestContext) -> None:
    """Periodic: publish a batch for each open ballot box with enough waiting voters."""
    for poll_id in (await ctx.db.scalars(_OPEN_URNS)).all():
        await seal_batch(ctx, poll_id)


async def seal_batch(ctx: RequestContext, poll_id: UUID, *, last: bool = False) -> int:
    """Publish the waiting ballots of a poll and rewrite their rows. Returns their number.

    A board entry lists at most `MAX_ENTRY_BALLOTS` hashes, in random order. Does nothing while
    fewer than `MIN_BATCH_VOTERS` voters wait, except for the `last` batch, at the close. One
    publisher works on a poll at a time: a second one returns at once; the close waits.
    """
    where: dict[str, Any] = {"poll": poll_id}
    if last:
        await ctx.db.execute(_WAIT_ALONE, where)
    elif not await ctx.db.scalar(_ALONE, where):
        return 0
    if not last and await ctx.db.scalar(_WAITING_VOTERS, where) < MIN_BATCH_VOTERS:
        return 0
    before = await last_entry(ctx, poll_id)
    where |= {"entry": before.number + 1 if before else 1, "most": MAX_ENTRY_BALLOTS}
    await ctx.db.execute(text("SELECT set_config('beffroi.sealing', 'on', true)"))
    await ctx.db.execute(_REWRITE_ALL if last else _REWRITE_WAITING, where)
    await ctx.db.execute(text("SELECT set_config('beffroi.sealing', 'off', true)"))
    entries = (await ctx.db.scalars(_HASHES, where)).all()
    for hashes in entries:
        await add_entry(ctx, poll_id, "ballots", {"hashes": [one.hex() for one in hashes]})
    if last:
        await rewrite_turnout(ctx, poll_id)
    return sum(map(len, entries))


async def forget_paces(ctx: RequestContext) -> None:
    """Periodic: delete expired waiting times of voters who changed their vote often."""
    await ctx.db.execute(text("DELETE FROM revote_pace WHERE waits_until <= clock_now()"))


_OPEN_URNS = text(
    """
    SELECT id FROM poll WHERE source = 'live' AND counted_at IS NULL
        AND EXISTS (SELECT FROM board_line WHERE poll_id = poll.id) AND NOT board_is_closed(id)
    """
)
_ALONE = text(
    "SELECT pg_try_advisory_xact_lock(hashtextextended('sealer:' || CAST(:poll AS uuid), 0))"
)
_WAIT_ALONE = text(
    "SELECT pg_advisory_xact_lock(hashtextextended('sealer:' || CAST(:poll AS uuid), 0))"
)
_WAITING_VOTERS = text(
    "SELECT count(DISTINCT slot) FROM sealed_ballot WHERE poll_id = :poll AND entry IS NULL"
)
# gen_random_uuid() draws from the system's source of chance, where random() would not.
_REWRITE_WAITING = text(
    """
    WITH gone AS (DELETE FROM sealed_ballot WHERE poll_id = :poll AND entry IS NULL RETURNING *),
         drawn AS (SELECT *, row_number() OVER (ORDER BY gen_random_uuid()) - 1 AS place FROM gone)
    INSERT INTO sealed_ballot (poll_id, slot, version, submission, sealed, hash, entry)
    SELECT poll_id, slot, version, submission, sealed, hash,
           CAST(:entry AS integer) + place / CAST(:most AS integer)
    FROM drawn ORDER BY place
    """
)
# After the close a submission's name has no use: the hash replaces it.
_REWRITE_ALL = text(
    """
    WITH gone AS (DELETE FROM sealed_ballot WHERE poll_id = :poll RETURNING *),
         drawn AS (SELECT *, row_number() OVER (
             PARTITION BY entry IS NULL ORDER BY gen_random_uuid()) - 1 AS place FROM gone)
    INSERT INTO sealed_ballot (poll_id, slot, version, submission, sealed, hash, entry)
    SELECT poll_id, slot, version, hash, sealed, hash,
           coalesce(entry, CAST(:entry AS integer) + place / CAST(:most AS integer))
    FROM drawn ORDER BY gen_random_uuid()
    """
)
_HASHES = text(
    """
    SELECT array_agg(hash ORDER BY gen_random_uuid()) FROM sealed_ballot
    WHERE poll_id = :poll AND entry >= :entry GROUP BY entry ORDER BY entry
    """
)
