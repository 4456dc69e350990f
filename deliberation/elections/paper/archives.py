"""Write the encrypted ballot archive of a closed ballot box, for its trustees."""

from typing import IO
from uuid import UUID

from sqlalchemy import select

from deliberation.core.context import RequestContext
from deliberation.core.errors import NotAllowed
from deliberation.elections.ballots.model import SealedBallot
from deliberation.elections.bulletin_board.entries import board_entries
from deliberation.elections.paper.model import PaperBatch
from deliberation.elections.sealed_protocol.archive import ArchiveManifest, BallotSpool, Paper
from deliberation.elections.sealed_protocol.board import entry_of


async def export_archive(ctx: RequestContext, poll_id: UUID, out: IO[bytes]) -> ArchiveManifest:
    """Write the archive of a closed ballot box. Raises `NotAllowed("urn-not-closed")`."""
    board = await board_entries(ctx, poll_id)
    if entry_of(board, "close") is None:
        raise NotAllowed("urn-not-closed")
    query = (
        select(SealedBallot.pseudonym, SealedBallot.version, SealedBallot.sealed)
        .where(SealedBallot.poll_id == poll_id)
        .order_by(SealedBallot.hash)
        .execution_options(yield_per=500)
    )
    papers = await agreed_papers(ctx, poll_id)
    with BallotSpool() as spool:
        async for row in await ctx.db.stream(query):
            spool.add(row.pseudonym, row.version, row.sealed)
        return spool.write(out, str(poll_id), board, papers)


async def agreed_papers(ctx: RequestContext, poll_id: UUID) -> list[Paper]:
    """The batches from paper and counter on which both agents agree, in order."""
    query = (
        select(PaperBatch.number, PaperBatch.channel, PaperBatch.first)
        .where(PaperBatch.poll_id == poll_id, PaperBatch.agreed_at.is_not(None))
        .order_by(PaperBatch.number)
    )
    return [
        Paper(row.number, row.channel, sorted(row.first)) for row in await ctx.db.execute(query)
    ]
