"""Number of examples of a property test: a few by default, all of them by `./dev test long`."""

import os

from hypothesis import settings

# BEFFROI_EXAMPLES -> at most so many examples a property.
LIMITS = {"few": 3, "some": 10, "all": 10_000}
LIMIT = LIMITS[os.environ.get("BEFFROI_EXAMPLES", "some")]


def examples(all_of_them: int) -> settings:
    """Settings of a property that deserves so many examples when time does not matter."""
    return settings(max_examples=min(all_of_them, LIMIT))
