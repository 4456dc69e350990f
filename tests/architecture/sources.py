"""The project's files as text and syntax trees: what the architecture tests read.

Each wall is a function from sources to the violations found in them, so that a test can plant a
source that violates it and see it reported.
"""

import ast
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("voting", "deliberation", "api", "web")

# Path relative to the project -> text.
Sources = Mapping[str, str]


@cache
def read(*packages: str, suffixes: tuple[str, ...] = (".py",)) -> dict[str, str]:
    """The text of each file with one of these suffixes; generated migrations are left out."""
    return {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
        for package in packages or PACKAGES
        for path in sorted((ROOT / package).rglob("*"))
        if path.suffix in suffixes and "versions" not in path.parts
    }


@cache
def tree(text: str) -> ast.Module:
    """The syntax tree of a Python source."""
    return ast.parse(text)


def package_of(path: str) -> str:
    """The dotted name of the package that a file stands in; of a module between areas its own."""
    folder = path.rpartition("/")[0]
    return (path.removesuffix(".py") if folder == "deliberation" else folder).replace("/", ".")


@cache
def layers() -> dict[str, list[list[str]]]:
    """Container -> its layers of import-linter, highest first; siblings share a layer."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return {
        container: [layer.replace(":", "|").replace(" ", "").split("|") for layer in one["layers"]]
        for one in contracts["tool"]["importlinter"]["contracts"]
        if one["type"] == "layers"
        for container in one.get("containers", [""])
    }


def stands_above(upper: str, lower: str) -> bool:
    """Whether the contracts let one package import another (both dotted, from `deliberation`)."""
    ours, theirs = upper.split("."), lower.split(".")
    shared = 0
    while shared < min(len(ours), len(theirs)) and ours[shared] == theirs[shared]:
        shared += 1
    container = ".".join(ours[:shared])
    if shared in (len(ours), len(theirs)) or container not in layers():
        return False
    level = {name: place for place, names in enumerate(layers()[container]) for name in names}
    return level[ours[shared]] < level[theirs[shared]]
