"""First texts of a new account that contain a link wait for moderation, against spam."""

import re
from datetime import timedelta
from uuid import UUID

from sqlalchemy import text

from deliberation.core.context import ROLES, RequestContext

NEW = timedelta(days=7)  # since the account was opened
SETTLED = timedelta(days=1)  # that a text of the same mailbox has been public

# What a reader can follow or copy: `https://…`, `www.…`, `exemple.fr/page`, `[mots](adresse)`.
_LINK = re.compile(
    r"(?:https?|ftp)://|\bwww\.|\bmailto:|\]\(|(?<![\w@.-])(?:[\w-]+\.)+[^\W\d_]{2,}/\S",
    re.IGNORECASE,
)


def has_link(*texts: str) -> bool:
    """Whether one of some texts holds a link."""
    return any(_LINK.search(one) for one in texts)


async def must_wait(ctx: RequestContext, authority_id: UUID, *texts: str) -> bool:
    """Whether moderation reads these texts of the viewer before anybody else does."""
    if ctx.person.has(authority_id, *ROLES) or not has_link(*texts):
        return False
    values = {
        "person": ctx.person.id,
        "voter": ctx.person.voter_id,
        "young": ctx.now - NEW,
        "settled": ctx.now - SETTLED,
    }
    return bool(await ctx.db.scalar(_NEWCOMER, values))


_NEWCOMER = text(
    """
    WITH own AS (SELECT id FROM person WHERE voter_id = :voter)
    SELECT created_at > :young AND NOT EXISTS (
        SELECT FROM subject JOIN own ON own.id = author_id
        WHERE state IN ('published', 'withdrawn') AND published_at < :settled
    ) FROM person WHERE id = :person
    """
)
