"""No statement returns rows without columns.

asyncpg (0.32, `record_dealloc` in `recordobj.c`) writes behind such a row when it is freed: a site
whose statements return some ends, sooner or later, in a crash.
"""

import re

from tests.architecture.sources import Sources, read

# A subquery may: its rows reach no driver.
WITHOUT_COLUMNS = re.compile(r"(?<!\()SELECT\s+FROM\b")


def statements(sources: Sources) -> list[str]:
    """Files with a statement that returns rows without columns."""
    return [
        path
        for path, text in sources.items()
        if WITHOUT_COLUMNS.search(re.sub(r"\(\s+", "(", text))
    ]


def test_every_statement_returns_columns() -> None:
    assert statements(read("deliberation", "api", "web")) == []


def test_a_planted_statement_is_found() -> None:
    planted = {"a.py": '"SELECT FROM poll FOR UPDATE"', "b.py": "EXISTS (\n SELECT FROM poll)"}
    assert statements(planted) == ["a.py"]
