"""One installation: what all its processes must share, and how the database knows it.

The table `install` holds a keyed check of the secret, from the first start on. A process with
another secret would give each voter a second place in the urn, so it does not start.
"""

import hashlib
import hmac

from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncSession

from deliberation.kit.settings import CannotStart


async def hold_to_secret(db: AsyncSession, secret: bytes) -> None:
    """Write the secret's check down if there is none yet. Raises `CannotStart` for another one."""
    check = {"check": secret_check(secret)}
    known = await db.scalar(_KNOWN)
    if known is None:
        try:
            async with db.begin_nested():
                await db.execute(_FIRST, check)
        except ProgrammingError as error:  # this role may not
            raise CannotStart(_UNKNOWN) from error
        known = await db.scalar(_KNOWN)
    if known != check["check"]:
        raise CannotStart(_ANOTHER)


def secret_check(secret: bytes) -> str:
    """What tells one secret from another without giving it away."""
    return hmac.digest(secret, b"beffroi/1/install", hashlib.sha256).hex()


_KNOWN = text("SELECT secret_check FROM install")
_FIRST = text("UPDATE install SET secret_check = :check WHERE secret_check IS NULL")
_UNKNOWN = (
    "BEFFROI_SECRET: the database does not know this site's secret yet. Run `beffroi migrate` once "
    "with the database's owner in DATABASE_URL and this secret."
)
_ANOTHER = (
    "BEFFROI_SECRET: this is not the secret of the site that this database belongs to. With it "
    "voters would vote twice, and no code or receipt would hold. Give all processes the first "
    "secret (without DATABASE_URL: the file `secret` of the first data folder)."
)
