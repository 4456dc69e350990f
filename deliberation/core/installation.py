"""The installation's secret, which all processes must share.

The table `install` stores a check value of the secret from the first start on. A process with
another secret would give each voter a second pseudonym, so it does not start.
"""

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncSession

from deliberation.core.secrets import keyed
from deliberation.core.settings import CannotStart


async def hold_to_secret(db: AsyncSession, secret: bytes) -> None:
    """Store the secret's check value if there is none. Raises `CannotStart` for another secret."""
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


async def change_secret(db: AsyncSession, secret: bytes, votes: Sequence[str]) -> None:
    """Replace the secret's check. `votes`: those whose codes or marks depend on the old secret.

    Raises `CannotStart` when there are any: voting codes, voter pseudonyms, boards and receipts
    depend on the secret until the result is published.
    """
    if votes:
        raise CannotStart(_AT_WORK.format(votes=", ".join(votes)))
    await db.execute(_CHANGE, {"check": secret_check(secret)})


def secret_check(secret: bytes) -> str:
    """A check value of the secret."""
    return keyed(secret, "beffroi/1/install").hex()


_KNOWN = text("SELECT secret_check FROM install")
_FIRST = text("UPDATE install SET secret_check = :check WHERE secret_check IS NULL")
_CHANGE = text("UPDATE install SET secret_check = :check")
_AT_WORK = (
    "These votes rest on the present secret: {votes}. It can be changed once their results are "
    "published and before the codes of the next vote are drawn."
)
_UNKNOWN = (
    "BEFFROI_SECRET: the database does not know this site's secret yet. Run `beffroi migrate` once "
    "with the database's owner in DATABASE_URL and this secret."
)
_ANOTHER = (
    "BEFFROI_SECRET: this is not the secret of the site that this database belongs to. With it "
    "voters would vote twice, and no code or receipt would hold. Give all processes the first "
    "secret (without DATABASE_URL: the file `secret` of the first data folder)."
)
