"""Logs never quote what somebody wrote."""

import json
import re
import sys
from collections.abc import Callable
from io import TextIOWrapper
from pathlib import Path

import pytest
import structlog
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from deliberation.core.context import AppContext
from deliberation.core.database import transaction
from deliberation.operations.logs import configure_logs
from deliberation.operations.mail import post
from deliberation.operations.queue import Lane, enqueue, run_one
from tests.builders import request_context

CANARY = "canari-7f3a"
Written = Callable[[], str]


@pytest.fixture
def written(capfd: pytest.CaptureFixture[str]) -> Written:
    configure_logs()
    return lambda: capfd.readouterr().err


async def test_a_failing_statement_is_logged_without_its_values(
    app: AppContext, written: Written
) -> None:
    async def fail() -> None:
        async with transaction(app.engine) as db:
            await db.execute(text("SELECT CAST(:word AS integer) / 0"), {"word": "7"})
            await db.execute(text("SELECT 1 / (length(:word) - length(:word))"), {"word": CANARY})

    with pytest.raises(DBAPIError) as caught:
        await fail()
    structlog.get_logger().error("page-failed", exc_info=caught.value)
    said = written()
    line = json.loads(said.strip().splitlines()[-1])
    assert line["event"] == "page-failed"
    assert re.match(r"\w+Error  ?< \w+", line["exception"])
    assert re.search(r"deliberation/operations/test_logs\.py:\d+ >", line["exception"])
    assert len(said) < 2000
    assert CANARY not in said


@pytest.mark.parametrize(("level", "lines"), [("info", False), ("debug", True)])
def test_an_error_is_one_short_line_and_at_debug_a_traceback(
    capfd: pytest.CaptureFixture[str], level: str, lines: bool
) -> None:
    def deeper(depth: int) -> None:
        if depth:
            deeper(depth - 1)
        raise RuntimeError("two\nlines")

    configure_logs(level)
    try:
        deeper(30)
    except RuntimeError as error:
        structlog.get_logger().error("page-failed", number="0a1b2c3d", exc_info=error)
    configure_logs()
    line = json.loads(capfd.readouterr().err)
    assert line["number"] == "0a1b2c3d"
    assert ("Traceback" in line["exception"]) is lines
    assert ("\n" in line["exception"]) is lines
    assert line["exception"].startswith("RuntimeError: two lines | ") is not lines


async def test_a_traceback_holds_no_values_of_variables(written: Written) -> None:
    def fail(secret: str) -> None:
        choice = secret * 2
        raise RuntimeError(f"{len(choice)} letters")

    try:
        fail(CANARY)
    except RuntimeError as error:
        structlog.get_logger().error("page-failed", exc_info=error)
    said = written()
    assert "RuntimeError" in said
    assert CANARY not in said


async def test_a_failing_job_is_named_and_not_quoted(app: AppContext, written: Written) -> None:
    async def fail(ctx: object, words: str) -> None:
        raise RuntimeError(words)

    async with transaction(app.engine) as db:
        await db.execute(text("DELETE FROM job"))
        await enqueue(db, "fail", words=CANARY)
    await run_one(app, Lane({"fail": fail}))
    said = written()
    assert "job-failed" in said
    assert CANARY not in said
    async with transaction(app.engine) as db:
        await db.execute(text("DELETE FROM job"))


async def test_a_mail_is_delivered_without_a_word_in_the_logs(
    app: AppContext, written: Written
) -> None:
    async with request_context(app) as ctx:
        await post(ctx, f"{CANARY}@example.org", CANARY, CANARY)
    assert CANARY not in written()


@pytest.mark.parametrize(
    "statement", ["SELECT CAST(:word AS integer)", "SELECT CAST(CAST(:word AS text) AS integer)"]
)
async def test_l1_what_the_database_says_is_logged_without_the_values_it_quotes(
    app: AppContext, written: Written, statement: str
) -> None:
    with pytest.raises(DBAPIError) as caught:
        async with transaction(app.engine) as db:
            await db.execute(text(statement), {"word": CANARY})
    assert CANARY in str(caught.value), "the error itself quotes it"
    structlog.get_logger().error("page-failed", exc_info=caught.value)
    said = written()
    assert "SELECT" in said
    assert CANARY not in said


def test_f25_a_line_that_cannot_be_written_stops_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    configure_logs()
    with Path("/dev/full").open("wb", buffering=0) as full:
        monkeypatch.setattr(sys, "stderr", TextIOWrapper(full, write_through=True))
        for level in ("debug", "info", "warning", "error", "critical", "exception"):
            getattr(structlog.get_logger(), level)("work-failed")
        with pytest.raises(OSError, match="No space left"):
            sys.stderr.write("it is full")
