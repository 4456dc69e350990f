"""What a database answers when it is not itself: told from our own errors, and tried again."""

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

# The connection, the disk, the memory, an operator, a lock that is not given: nothing of ours.
_TROUBLE = (
    ConnectionError,
    TimeoutError,
    NoConnectionLeft,
    asyncpg.InterfaceError,
    asyncpg.InsufficientResourcesError,
    asyncpg.LockNotAvailableError,
    asyncpg.OperatorInterventionError,
    asyncpg.PostgresConnectionError,
    asyncpg.PostgresIOError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.TargetServerAttributeNotMatched,
    asyncpg.TransactionRollbackError,
)


def is_trouble(error: BaseException) -> bool:
    """Whether the database could not be reached or could not do its work just now."""
    return any(isinstance(one, _TROUBLE) or _no_socket(one) for one in _chain(error))


def is_unusable(error: BaseException) -> bool:
    """Whether a value was refused that the database cannot hold: too large, or no text of its."""
    return any(type(one) in _UNUSABLE for one in _chain(error))


async def tried_again(work: Callable[[], Awaitable[_Done]]) -> _Done:
    """Do some work in a transaction of its own; after a conflict with another one, do it again.

    PostgreSQL undoes one of two transactions that wait for each other (a deadlock) or that no order
    explains (a serialization failure): all of it, so that nothing is done twice. Raises the last
    error after `TRIES`.
    """
    for tried in range(1, TRIES):
        try:
            return await work()
        except Exception as error:
            if not any(isinstance(one, _CONFLICT) for one in _chain(error)):
                raise
        # Two that met do not meet again.
        await asyncio.sleep(PAUSE * 2**tried * secrets.randbelow(1000) / 1000)
    return await work()


# What asyncpg itself finds wrong is a DataError; what the server does has a class of its own.
_UNUSABLE = {
    asyncpg.DataError,
    asyncpg.CharacterNotInRepertoireError,
    asyncpg.DatetimeFieldOverflowError,
    asyncpg.NumericValueOutOfRangeError,
    asyncpg.UntranslatableCharacterError,
}
_CONFLICT = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """An error and those that it wraps."""
    while error is not None:
        yield error
        error = getattr(error, "orig", None) or error.__cause__


def _no_socket(error: BaseException) -> bool:
    """A server's socket that is not there; a file of ours would be named."""
    return isinstance(error, OSError) and error.errno == errno.ENOENT and error.filename is None
