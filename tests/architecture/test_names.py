"""A class name means one thing, and identifiers use the words of the glossary."""

import ast
from collections import defaultdict

from tests.architecture.sources import Sources, read, tree


def shared_names(sources: Sources) -> dict[str, list[str]]:
    """Public class name -> the files that define it, where there are several."""
    found = defaultdict(list)
    for path, text in sources.items():
        for node in ast.walk(tree(text)):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found[node.name].append(path)
    return {name: paths for name, paths in found.items() if len(paths) > 1}


def test_a_class_name_means_one_thing() -> None:
    found = [f"{n}: {', '.join(p)}" for n, p in shared_names(read()).items()]
    assert not found, "\n".join(found)


def test_a_planted_second_class_of_a_name_is_found() -> None:
    planted = {"web/a.py": "class Vote: ...\nclass _Own: ...", "voting/b.py": "class Vote: ..."}
    assert shared_names(planted) == {"Vote": ["web/a.py", "voting/b.py"]}
