"""No room is above 1,500 lines or 15 files, and no code file above 350 lines."""

from collections import defaultdict

from tests.architecture.sources import PACKAGES, Sources, read

FILE_LINES = 350
ROOM_LINES = 1500
ROOM_FILES = 15
CODE = (".py", ".sql", ".html", ".css", ".js")


def oversized(sources: Sources) -> dict[str, str]:
    """File or folder -> by how much it passes its limit. Only Python counts for a folder."""
    found = {}
    rooms: dict[str, list[int]] = defaultdict(list)
    for path, text in sources.items():
        lines = text.count("\n")
        if lines > FILE_LINES:
            found[path] = f"{lines} lines, at most {FILE_LINES}"
        if path.endswith(".py"):
            rooms[path.rpartition("/")[0]].append(lines)
    for room, files in rooms.items():
        if len(files) > ROOM_FILES or sum(files) > ROOM_LINES:
            limits = f"at most {ROOM_FILES} and {ROOM_LINES}"
            found[room] = f"{len(files)} files of {sum(files)} lines, {limits}"
    return found


def test_no_file_and_no_room_is_too_large() -> None:
    found = oversized(read(*PACKAGES, suffixes=CODE))
    assert not found, "\n".join(f"{path}: {by_how_much}" for path, by_how_much in found.items())


def test_a_planted_file_or_room_that_is_too_large_is_found() -> None:
    planted = {"web/large.py": "\n" * 351, "api/wide/0.py": ""}
    planted |= {f"api/many/{number}.py": "" for number in range(16)}
    planted |= {f"api/long/{number}.css": "\n" * 350 for number in range(16)}
    planted |= {f"api/long/{number}.py": "\n" * 301 for number in range(5)}
    assert oversized(planted).keys() == {"web/large.py", "api/many", "api/long"}
