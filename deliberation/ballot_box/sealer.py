"""The sealer: shows waiting ballots on the board, in batches, in an order drawn at random.

A batch is rewritten by one statement: its rows leave no trace, in their order, place or transaction
number, of who cast them when. At the close the whole urn and the roll's marks are rewritten once,
because the last batch may be smaller. (Dead rows stay until VACUUM, write-ahead log and page
backups longer: `SECURITY.md` says so.)
"""

from typing import Any
from uuid import UUID

from sqlalchemy import text

from deliberation.ballot_box.board import add_line, last_entry
from deliberation.kit.act import Act

FEWEST = 5  # voters in a batch before the close


async def seal_waiting_ballots(act: Act) -> None:
    """Periodic: a batch for each open urn in which enough voters wait."""
    for poll_id in (await act.db.scalars(_OPEN_URNS)).all():
        await seal_batch(act, poll_id)


async def seal_batch(act: Act, poll_id: UUID, *, last: bool = False) -> int:
    """Show the waiting ballots of a poll and rewrite their rows; how many there were.

    Fewer than `FEWEST` voters wait on, unless it is the `last` batch, at the close. One sealer
    works on a poll at a time; a second one leaves at once.
    """
    where: dict[str, Any] = {"poll": poll_id}
    if not await act.db.scalar(_ALONE, where):
        return 0
    if not last and await act.db.scalar(_WAITING_VOTERS, where) < FEWEST:
        return 0
    before = await last_entry(act, poll_id)
    where["entry"] = before.number + 1 if before else 1
    await act.db.execute(text("SELECT set_config('beffroi.sealing', 'on', true)"))
    await act.db.execute(_REWRITE_ALL if last else _REWRITE_WAITING, where)
    await act.db.execute(text("SELECT set_config('beffroi.sealing', 'off', true)"))
    hashes = [row.hex() for row in (await act.db.scalars(_HASHES, where)).all()]
    if hashes:
        await add_line(act, poll_id, "ballots", {"hashes": hashes})
    if last:
        await act.db.execute(_REWRITE_MARKS, where)
    return len(hashes)


_OPEN_URNS = text(
    """
    SELECT poll_id FROM board_line GROUP BY poll_id HAVING bool_and(kind NOT IN ('close', 'result'))
    """
)
_ALONE = text(
    "SELECT pg_try_advisory_xact_lock(hashtextextended('sealer:' || CAST(:poll AS uuid), 0))"
)
_WAITING_VOTERS = text(
    "SELECT count(DISTINCT slot) FROM sealed_ballot WHERE poll_id = :poll AND entry IS NULL"
)
# gen_random_uuid() draws from the system's source of chance, where random() would not.
_REWRITE_WAITING = text(
    """
    WITH gone AS (DELETE FROM sealed_ballot WHERE poll_id = :poll AND entry IS NULL RETURNING *)
    INSERT INTO sealed_ballot (poll_id, slot, version, submission, sealed, hash, entry)
    SELECT poll_id, slot, version, submission, sealed, hash, CAST(:entry AS integer)
    FROM gone ORDER BY gen_random_uuid()
    """
)
_REWRITE_ALL = text(
    """
    WITH gone AS (DELETE FROM sealed_ballot WHERE poll_id = :poll RETURNING *)
    INSERT INTO sealed_ballot (poll_id, slot, version, submission, sealed, hash, entry)
    SELECT poll_id, slot, version, submission, sealed, hash,
           coalesce(entry, CAST(:entry AS integer))
    FROM gone ORDER BY gen_random_uuid()
    """
)
_HASHES = text(
    """
    SELECT hash FROM sealed_ballot WHERE poll_id = :poll AND entry = :entry
    ORDER BY gen_random_uuid()
    """
)
_REWRITE_MARKS = text(
    """
    WITH gone AS (DELETE FROM roll_mark WHERE poll_id = :poll RETURNING *)
    INSERT INTO roll_mark (poll_id, voter_id, marked_on, channel)
    SELECT poll_id, voter_id, marked_on, channel FROM gone ORDER BY gen_random_uuid()
    """
)
