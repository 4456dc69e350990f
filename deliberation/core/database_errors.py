"""Recognise transient database errors; retry after deadlocks and serialization failures."""

import asyncio
import errno
import secrets
from collections.abc import Awaitable, Callable, Iterator
from typing import TypeVar

import asyncpg
from sqlalchemy.exc import TimeoutError as NoConnectionLeft

_Done = TypeVar("_Done")

TRIES = 5
PAUSE = 0.02  # seconds before the second try, at most; twice as long before each next one

# Connection, disk, memory, operator, lock timeout: the database, not this program.
_UNAVAILABLE = (
    ConnectionError,
    TimeoutError,
    NoConnectionLeft,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # no server takes writes; or this one was about to hang up
    asyncpg.InsufficientResourcesError,
    asyncpg.LockNotAvailableError,
    asyncpg.OperatorInterventionError,
    asyncpg.PostgresConnectionError,
    asyncpg.PostgresIOError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.TransactionRollbackError,
)


def is_unavailable(error: BaseException) -> bool:
    """Whether the database could not be reached or could not do its work just now."""
    return any(isinstance(one, _UNAVAILABLE) or _no_socket(one) for one in _chain(error))


def refused_entry(error: BaseException) -> BaseException | None:
    """The server's own error where it knows the address, but lets nobody of that name in."""
    return next((one for one in _chain(error) if isinstance(one, _REFUSED)), None)


def is_unstorable(error: BaseException) -> bool:
    """Whether the database cannot store a value: too large, or not a text in its encoding."""
    return any(type(one) in _UNSTORABLE for one in _chain(error))


async def retried(work: Callable[[], Awaitable[_Done]]) -> _Done:
    """Run `work`, a transaction of its own; run it again after a conflict with another transaction.

    PostgreSQL rolls back one of two transactions after a deadlock or a serialization failure, so
    nothing is done twice. Raises the last error after `TRIES`.
    """
    for tried in range(1, TRIES):
        try:
            return await work()
        except Exception as error:
            if not any(isinstance(one, _CONFLICT) for one in _chain(error)):
                raise
        # Random back-off, so that both transactions do not collide again.
        await asyncio.sleep(PAUSE * 2**tried * secrets.randbelow(1000) / 1000)
    return await work()


_REFUSED = (asyncpg.InvalidAuthorizationSpecificationError, asyncpg.InvalidCatalogNameError)
# asyncpg raises DataError for what it refuses itself; the server's refusals have their own classes.
_UNSTORABLE = {
    asyncpg.DataError,
    asyncpg.CharacterNotInRepertoireError,
    asyncpg.DatetimeFieldOverflowError,
    asyncpg.NumericValueOutOfRangeError,
    asyncpg.UntranslatableCharacterError,
}
_CONFLICT = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """An error and the errors that it wraps."""
    while error is not None:
        yield error
        error = getattr(error, "orig", None) or error.__cause__


def _no_socket(error: BaseException) -> bool:
    """Whether the server's socket does not exist; a missing file would have a name."""
    return isinstance(error, OSError) and error.errno == errno.ENOENT and error.filename is None
