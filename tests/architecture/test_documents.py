"""The documents name files, commands, options and identifiers that exist."""

import re
import shlex
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from api.cli import COMMANDS, main
from tests.architecture.sources import ROOT

HISTORY = "CHANGELOG.md"  # says what had another name before
FORMATS = "SECURITY.md"  # names files of votes; it has tests of its own, `test_security_document`
DOCUMENTS = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in (*ROOT.glob("*.md"), *ROOT.glob("benchmarks/*.md"), *ROOT.glob("deploy/**/*.md"))
}
CURRENT = sorted(set(DOCUMENTS) - {HISTORY, FORMATS})
SUFFIXES = r"\.(?:py|sql|po|md|html|css|js|toml|lock|yml)"
PATH = re.compile(rf"(?:[\w.-]+/)+(?:[\w.-]+{SUFFIXES})?|[\w-]+{SUFFIXES}|(?:[\w-]+/)+[\w-]+")
NOT_PATHS = re.compile(r"beffroi/1/|https?:")


def files() -> str:
    """Every source file and folder, one a line, between slashes."""
    skipped = {".venv", ".git", "node_modules", "__pycache__", ".data"}
    paths = (path for path in ROOT.rglob("*") if not skipped & {*path.relative_to(ROOT).parts})
    return "".join(f"/{path.relative_to(ROOT).as_posix()}/\n" for path in paths)


def quoted(text: str) -> Iterator[str]:
    """The words between backticks, blocks of commands left out."""
    return iter(re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)))


def missing_paths(text: str, known: str) -> set[str]:
    """Paths in backticks that are the end of no file or folder: `process/subjects/kinds.py`."""
    named = {word for word in quoted(text) if not NOT_PATHS.match(word) and word[0] not in "._"}
    paths = {word for word in named if PATH.fullmatch(re.sub(r"[<>]", "", word))}
    return {path for path in paths if not re.search(_ending(path), known)}


def _ending(path: str) -> str:
    """A pattern of the end of a line of `files()`; `<room>` stands for any name."""
    return "/" + re.sub(r"<\w+>", r"[^/\\n]+", re.escape(path.strip("/"))) + "/\n"


def commands_in(text: str) -> Iterator[list[str]]:
    """The words after `beffroi` of each command, in blocks and between backticks."""
    blocks = "\n".join(re.findall(r"^```\n(.*?)^```", text, re.M | re.S)).replace("\\\n", " ")
    for line in [*re.split(r"[\n;&|]", blocks), *quoted(text)]:
        if found := re.search(r"(?:^|\s|/)beffroi ([a-z].*)", line):
            yield shlex.split(re.sub(r"\{.*\}", "", found[1]))


def unknown_word(words: list[str]) -> str:
    """The first word that is no command or option; empty when all exist."""
    command: click.Command = main
    left = iter(words)
    for word in left:
        if word.startswith("--"):
            option = next((one for one in command.params if word in one.opts), None)
            if option is None:
                return word
            if isinstance(option, click.Option) and not option.is_flag:
                next(left, None)
        elif isinstance(command, click.Group):
            found = command.get_command(click.Context(command), word)
            if found is None:
                return word
            command = found
    return ""


def test_every_path_that_a_document_names_exists() -> None:
    known = files()
    found = {name: missing_paths(DOCUMENTS[name], known) for name in CURRENT}
    assert {name: paths for name, paths in found.items() if paths} == {}


def test_a_path_that_does_not_exist_is_found() -> None:
    text = "`deliberation/kit/act.py`, `nowhere.py`, `kinds.py`, `functions/<room>.sql`"
    assert missing_paths(text, files()) == {"deliberation/kit/act.py", "nowhere.py"}


@pytest.mark.parametrize("name", sorted(set(DOCUMENTS) - {HISTORY}))
def test_every_command_that_a_document_names_exists(name: str) -> None:
    commands = [words for words in commands_in(DOCUMENTS[name]) if unknown_word(words)]
    assert commands == []
    listed = (ROOT / "dev").read_text(encoding="utf-8")
    for word in set(re.findall(r"\./dev ([a-z]+)", DOCUMENTS[name])):
        assert f"./dev {word}" in listed, word


def test_a_command_that_does_not_exist_is_found() -> None:
    text = "```\nbeffroi trustee keygen --out key\n```\n`beffroi tally votes.blt --fast`"
    assert [unknown_word(words) for words in commands_in(text)] == ["trustee", "--fast"]


def test_every_command_explains_itself() -> None:
    for name in COMMANDS:
        assert CliRunner().invoke(main, [name, "--help"]).exit_code == 0, name


def test_the_architecture_names_every_area_and_room_of_deliberation() -> None:
    document = DOCUMENTS["ARCHITECTURE.md"]
    named = {part for path in re.findall(r"`([\w./]+)`", document) for part in path.split("/")}
    packages = (ROOT / "deliberation").glob("**/__init__.py")
    rooms = {file.parent.name for file in packages if len(file.parent.relative_to(ROOT).parts) < 4}
    assert len(rooms) > 40
    missing = rooms - {"deliberation"} - named
    assert not missing, f"name these rooms in ARCHITECTURE.md: {sorted(missing)}"
    assert len(document.splitlines()) < 150
