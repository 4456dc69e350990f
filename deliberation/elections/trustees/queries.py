"""Reading the trustees of a consultation."""

from uuid import UUID

import msgspec
from sqlalchemy import select

from deliberation.core.context import RequestContext
from deliberation.elections.sealed_protocol.keys import TrusteePublic
from deliberation.elections.trustees.model import Trustee

# Number of trustees -> how many of them open the ballot box together.
THRESHOLDS = {3: 2, 5: 3}


async def trustees_of(ctx: RequestContext, consultation_id: UUID) -> list[TrusteePublic]:
    """The trustees' public keys, in their order."""
    query = (
        select(Trustee.public)
        .where(Trustee.consultation_id == consultation_id)
        .order_by(Trustee.number)
    )
    return [msgspec.convert(one, TrusteePublic) for one in (await ctx.db.scalars(query)).all()]
