"""Figures of the electorate."""

from uuid import UUID

from deliberation.core.context import RequestContext
from deliberation.core.database import fetch, prepared


async def electorate_of(ctx: RequestContext, consultation_id: UUID) -> tuple[int, int]:
    """Number of electors on the roll, and of those with a valid code."""
    rows = await fetch(ctx.db, _KEPT, consultation=consultation_id)
    return (rows[0]["electors"], rows[0]["codes"]) if rows else (0, 0)


_KEPT = prepared("SELECT electors, codes FROM electorate WHERE consultation_id = :consultation")
