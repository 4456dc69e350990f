"""Logs: one JSON line per event, never a cookie, body, vote or token.

Only named values are logged. Tracebacks contain no values of variables, and database errors no
message, since it quotes rows and parameters. The same traceback is written once a minute, so that a
repeated failure does not fill the disk. A line that cannot be written, as on a full disk, is lost
without an error: the record is the database.
"""

import logging
import sys
import time
import traceback
from contextlib import suppress
from typing import Any

import asyncpg
import structlog
from structlog.typing import EventDict

REPEAT_AFTER = 60.0  # seconds before the same traceback is written again
_written: dict[str, float] = {}


def configure_logs(level: str = "info") -> None:
    """Send structured lines to standard error: JSON, or plain text on a terminal."""
    terminal = sys.stderr.isatty()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _once_a_minute,
            structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
            if terminal
            else structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping()[level.upper()]
        ),
        logger_factory=lambda *_: _Lines(),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, force=True)


class _Lines:
    """Writes lines to standard error; ignores failures."""

    def msg(self, line: str) -> None:
        with suppress(OSError):
            sys.stderr.write(line + "\n")
            sys.stderr.flush()

    debug = info = warning = error = critical = msg


def _once_a_minute(logger: Any, method: str, event: EventDict) -> EventDict:
    """The exception of a log line as text, or as `repeated` within a minute of the same one."""
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()
    if isinstance(error, tuple):
        error = error[1]
    if not isinstance(error, BaseException):
        return event
    said = _unquoted(error)
    now = time.monotonic()
    for old in [text for text, moment in _written.items() if moment + REPEAT_AFTER < now]:
        del _written[old]
    if said in _written:
        event["repeated"] = type(error).__name__
    else:
        event["exception"] = said
        _written[said] = now
    return event


def _unquoted(error: BaseException) -> str:
    """A traceback; for database errors, only their class, SQLSTATE and statement."""
    chain = [error]
    while (cause := chain[-1].__cause__ or chain[-1].__context__) and cause not in chain:
        chain.append(cause)
    if not any(isinstance(one, asyncpg.PostgresError) for one in chain):
        return "".join(traceback.format_exception(error))
    lines = ["Traceback (most recent call last):\n", *traceback.format_tb(error.__traceback__)]
    lines += [f"{type(one).__name__} {getattr(one, 'sqlstate', None) or ''}\n" for one in chain]
    return "".join(lines) + str(getattr(error, "statement", None) or "")
