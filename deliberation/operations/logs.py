"""Logs: one JSON line per event, never a cookie, body, vote or token.

Only named values are logged. An error is one short line: what it is, and where it was raised and
called from; at the level debug, the whole traceback. Neither contains values of variables, nor the
message of a database error, which quotes rows and parameters. The same error is written once a
minute, so that a repeated failure does not fill the disk. A line that cannot be written, as on a
full disk, is lost without an error: the record is the database.
"""

import logging
import sys
import time
import traceback
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg
import structlog
from structlog.typing import EventDict

REPEAT_AFTER = 60.0  # seconds before the same error is written again
FRAMES = 8  # of a traceback, the innermost ones
_written: dict[str, float] = {}


def configure_logs(level: str = "info") -> None:
    """Send structured lines to standard error: JSON, or plain text on a terminal."""
    terminal = sys.stderr.isatty()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            partial(_once_a_minute, whole=level.lower() == "debug"),
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


def _once_a_minute(logger: Any, method: str, event: EventDict, *, whole: bool) -> EventDict:
    """The exception of a log line as text, or as `repeated` within a minute of the same one."""
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()
    if isinstance(error, tuple):
        error = error[1]
    if not isinstance(error, BaseException):
        return event
    said = _traceback(error) if whole else _in_short(error)
    now = time.monotonic()
    for old in [text for text, moment in _written.items() if moment + REPEAT_AFTER < now]:
        del _written[old]
    if said in _written:
        event["repeated"] = type(error).__name__
    else:
        event["exception"] = said
        _written[said] = now
    return event


def _in_short(error: BaseException) -> str:
    """An error, its causes, and where it was raised and called from in our own code: one line."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [one for one in frames[:-1] if "site-packages" not in one.filename] + frames[-1:]
    places = (f"{'/'.join(Path(one.filename).parts[-3:])}:{one.lineno}" for one in own[-FRAMES:])
    statement = str(getattr(error, "statement", None) or "")
    parts = (" < ".join(_unquoted(error)), " > ".join(places), statement)
    return " | ".join(" ".join(part.split()) for part in parts if part)


def _traceback(error: BaseException) -> str:
    lines = ["Traceback (most recent call last):\n", *traceback.format_tb(error.__traceback__)]
    lines += [f"{one}\n" for one in _unquoted(error)]
    return "".join(lines) + str(getattr(error, "statement", None) or "")


def _unquoted(error: BaseException) -> list[str]:
    """An error and its causes: class and message, or SQLSTATE where the database has a part."""
    chain = [error]
    while (cause := chain[-1].__cause__ or chain[-1].__context__) and cause not in chain:
        chain.append(cause)
    if any(isinstance(one, asyncpg.PostgresError) for one in chain):
        return [f"{type(one).__name__} {getattr(one, 'sqlstate', None) or ''}" for one in chain]
    return [f"{type(one).__name__}: {one}" for one in chain]
