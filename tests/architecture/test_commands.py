"""Commands and permissions take references; pages ask permissions, never dates, what is open."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = {"ConsultationPage", "ConsultationCard"}  # read models, made to be shown


def takes_a_page(source: str, *, whole: bool) -> Iterator[str]:
    """The functions that take a read model: all of a module, or those that record an event."""
    for function in ast.walk(ast.parse(source)):
        if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        names = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
        if not whole and "record" not in names:
            continue
        for argument in (*function.args.args, *function.args.kwonlyargs):
            if argument.annotation and ast.unparse(argument.annotation) in PAGES:
                yield function.name


def asks_dates(source: str) -> bool:
    """Whether a page decides from phases itself what is refused, instead of asking a permission."""
    return any(
        isinstance(node, ast.ImportFrom)
        and node.module == "deliberation.process.consultations.phases"
        and {"refused", "open_actions"} & {alias.name for alias in node.names}
        for node in ast.walk(ast.parse(source))
    )


def test_no_command_and_no_permission_takes_a_page() -> None:
    # `draft_of` turns a page back into what agents write; it changes nothing.
    found = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in sorted((ROOT / "deliberation").rglob("*.py"))
        for name in takes_a_page(
            path.read_text(encoding="utf-8"), whole=path.stem in ("commands", "permissions")
        )
        if name != "draft_of"
    ]
    assert found == []


def test_no_page_and_no_resource_decides_from_dates_what_is_refused() -> None:
    found = [
        str(path.relative_to(ROOT))
        for door in ("web", "api")
        for path in sorted((ROOT / door).rglob("*.py"))
        if asks_dates(path.read_text(encoding="utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize("whole", [True, False])
def test_a_planted_command_that_takes_a_page_is_found(whole: bool) -> None:
    planted = (
        "async def end(ctx: Ctx, page: ConsultationPage) -> None:\n    await record(ctx, E())\n"
    )
    assert list(takes_a_page(planted, whole=whole)) == ["end"]


def test_a_planted_page_that_asks_dates_is_found() -> None:
    assert asks_dates("from deliberation.process.consultations.phases import OPENS, refused\n")
