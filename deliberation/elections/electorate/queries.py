"""Figures of the electorate."""

from uuid import UUID

from sqlalchemy import func, select

from deliberation.core.context import RequestContext
from deliberation.elections.electorate.model import Elector, ElectorCode


async def electors_of(ctx: RequestContext, consultation_id: UUID) -> int:
    """Number of electors on the roll."""
    query = select(func.count()).where(Elector.consultation_id == consultation_id)
    return (await ctx.db.scalars(query)).one()


async def codes_of(ctx: RequestContext, consultation_id: UUID) -> int:
    """Number of electors with a valid code."""
    query = (
        select(func.count())
        .select_from(ElectorCode)
        .join(Elector, Elector.id == ElectorCode.elector_id)
        .where(Elector.consultation_id == consultation_id, ElectorCode.revoked_at.is_(None))
    )
    return (await ctx.db.scalars(query)).one()
