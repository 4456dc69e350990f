"""Run by `./dev oracles`, which installs the other programs; without them nothing is collected
here but the comparison with Debian's `belenios-tool`, which needs no Python package.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import settings

PEERS = ("abcvoting", "gmpy2", "pabutools", "pref_voting", "starvote", "votelib")
collect_ignore_glob = [] if all(map(find_spec, PEERS)) else ["test_peers_*.py"]

# A verdict is repeatable: the same examples each time.
settings.register_profile("differential", derandomize=True, deadline=None, max_examples=60)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All that is here is an oracle test: `-m oracle`, `-m 'not oracle'`."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("oracle")
