"""One demo for all journeys, and the axe rules they hold pages to."""

from collections.abc import Iterator

import pytest

from tests.journeys.demo import Demo, a_demo


@pytest.fixture(scope="session")
def demo() -> Iterator[Demo]:
    """A living network, as `./dev demo` starts it."""
    with a_demo() as running:
        yield running
