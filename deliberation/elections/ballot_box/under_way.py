"""Votes that are open or uncounted: they block a new secret, and a backup mentions them."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

# The sealed votes that are open, as slug/number.
OPEN_SEALED_VOTES = """
    SELECT consultation.slug || '/' || poll.number
    FROM poll JOIN consultation ON consultation.id = poll.consultation_id
    WHERE board_is_open(poll.id) AND NOT board_is_closed(poll.id) ORDER BY 1
"""


async def votes_bound_to_secret(db: AsyncSession) -> list[str]:
    """The votes with codes, marks or a board made with the site's secret, as slug/number."""
    return list((await db.scalars(_BOUND)).all())


_BOUND = text(
    """
    SELECT consultation.slug || '/' || poll.number
    FROM poll JOIN consultation ON consultation.id = poll.consultation_id
    WHERE poll.source = 'live' AND poll.counted_at IS NULL AND consultation.state <> 'withdrawn'
    AND (EXISTS (SELECT FROM board_line WHERE poll_id = poll.id)
        OR EXISTS (SELECT FROM roll_mark WHERE poll_id = poll.id)
        OR EXISTS (SELECT FROM elector_code JOIN elector ON elector.id = elector_id
                   WHERE elector.consultation_id = consultation.id AND revoked_at IS NULL))
    ORDER BY 1
    """
)
