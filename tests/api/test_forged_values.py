"""Values that the database cannot hold are refused as such, and never quoted in the log."""

import base64
import json
from typing import Any
from uuid import UUID

import pytest
import structlog

from deliberation.core.context import AppContext
from deliberation.core.cursor import to_cursor
from deliberation.operations.logs import configure_logs
from tests.builders import a_consultation, a_proposal
from tests.site import Visitor, VisitorOf

CURSORS: list[tuple[str, Any]] = [
    ("random", [1, 99999999999]),
    ("random", [2**70, 1]),
    ("random", ["x", 1]),
    ("newest", ["2026-01-01T00:00:00", 1]),
    ("newest", ["0001-01-01T00:00:00+23:59", 1]),
    ("newest", ["9999-12-31T23:59:59-23:59", 1]),
    ("supported", [1]),
    ("supported", {"a": 1}),
    ("supported", [[[1]] * 3, None]),
]


def coded(keys: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(keys).encode()).decode().rstrip("=")


@pytest.mark.parametrize(("sort", "keys"), CURSORS)
async def test_l1_a_forged_cursor_is_refused(
    app: AppContext, visitor_of: VisitorOf, sort: str, keys: Any
) -> None:
    page = await a_consultation(app)
    await a_proposal(app, page)
    visitor: Visitor = await visitor_of(None)
    path = f"/api/v1/consultations/{page.card.slug}/proposals"
    answer = await visitor.http.get(path, params={"sort": sort, "cursor": coded(keys)})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] == "not-a-cursor"


@pytest.mark.parametrize("cursor", ["é", "=", "AAAA", "[" * 200, coded([[]] * 40), "A" * 200])
async def test_l1_a_cursor_of_nonsense_is_no_failure(
    app: AppContext, visitor_of: VisitorOf, cursor: str
) -> None:
    page = await a_consultation(app)
    number = await a_proposal(app, page)
    visitor: Visitor = await visitor_of(None)
    here = f"/consultations/{page.card.slug}/proposals"
    for path, params in [
        (f"/api/v1{here}", {"cursor": cursor}),
        (f"/api/v1{here}/{number}/comments", {"side": "for", "cursor": cursor}),
    ]:
        assert (await visitor.http.get(path, params=params)).status_code == 422, path
    for path in ("propositions", f"p/{number}"):
        answer = await visitor.http.get(
            f"/fr/c/{page.card.slug}/{path}", params={"suite": cursor, "cote": "pour"}
        )
        assert answer.headers["location"] == f"/fr/c/{page.card.slug}/{path}?cote=pour"


async def test_a_cursor_of_what_no_text_holds_is_refused(visitor_of: VisitorOf) -> None:
    visitor: Visitor = await visitor_of(None)
    for key in ("\x00", "\ud800"):
        cursor = coded([key, "00000000-0000-0000-0000-000000000000"])
        answer = await visitor.http.get("/api/v1/authorities", params={"cursor": cursor})
        assert answer.json()["errors"][0]["pointer"] == "/cursor"


async def test_a_list_goes_on_after_the_longest_name(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    visitor: Visitor = await visitor_of(None)
    cursor = to_cursor("漢" * 120, UUID(int=0))
    answer = await visitor.http.get("/api/v1/authorities", params={"cursor": cursor})
    assert answer.json() == {"items": [], "next": ""}


async def test_a_failure_told_again_and_again_is_written_once(
    capfd: pytest.CaptureFixture[str],
) -> None:
    configure_logs()
    for _ in range(50):
        try:
            raise RuntimeError("the same each time")
        except RuntimeError as error:
            structlog.get_logger().error("request-failed", exc_info=error)
    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines()]
    assert [("exception" in line) for line in lines] == [True] + [False] * 49
    assert {line.get("repeated") for line in lines[1:]} == {"RuntimeError"}
