"""The random order of a list: fair for any size, whichever way it is drawn, and stable."""

from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any
from unittest.mock import patch

import pytest

from deliberation.process.proposals import draw
from deliberation.process.proposals.draw import drawn

SEEDS = 2_000
# Chi-squared over its degrees of freedom: beyond this once in ten million fair draws, at most.
UNFAIR = {1: 28.5, 9: 5.5, 89: 1.95, 99: 1.9, 9_899: 1.08, 49: 2.4}


@pytest.fixture(params=["shuffle", "network"])
def way(request: pytest.FixtureRequest) -> Iterator[str]:
    """Each of the two ways, for any size."""
    with patch.object(draw, "SHUFFLED", 2**31 if request.param == "shuffle" else 0):
        yield request.param


@cache
def firsts(way: str, count: int) -> list[list[int]]:
    """The first ten numbers of many draws."""
    return [drawn(seed, count, 0, 10) for seed in range(SEEDS)]


def fair(found: Counter[Any], cells: int) -> bool:
    """Whether some cells were met equally often."""
    expected = found.total() / cells
    gap = sum((n - expected) ** 2 for n in found.values()) / expected
    gap += (cells - len(found)) * expected
    return gap / (cells - 1) < UNFAIR[cells - 1]


@pytest.mark.parametrize("count", [2, 10, 100, 5_000])
def test_each_number_is_as_likely_at_the_first_place(way: str, count: int) -> None:
    cells = min(count, 50) if count > 100 else count
    first: Counter[int] = Counter((found[0] - 1) * cells // count for found in firsts(way, count))
    assert fair(first, cells)


@pytest.mark.parametrize("count", [10, 100, 5_000])
@pytest.mark.parametrize("places", [(0, 1), (0, 9), (4, 5)])
def test_each_pair_is_as_likely_at_two_places(
    way: str, count: int, places: tuple[int, int]
) -> None:
    """Of many numbers, pairs of tenths are counted."""
    pairs: Counter[tuple[int, int]] = Counter()
    for found in firsts(way, count):
        pairs[found[places[0]] * 10 // (count + 1), found[places[1]] * 10 // (count + 1)] += 1
    if count == 10:  # one number to a tenth: two places never hold the same
        assert all(one != other for one, other in pairs)
        assert fair(pairs, 90)
    else:
        assert fair(pairs, 100)


def test_the_seeds_of_visitors_alone_are_fair_enough(way: str) -> None:
    """Thirty-two draws put no proposal of two hundred on more than five first pages of twenty."""
    met = Counter(number for seed in range(32) for number in drawn(seed, 200, 0, 20))
    assert max(met.values()) <= 10
    assert len(met) > 180


@pytest.mark.parametrize("count", [0, 1, 2, 3, 7, 64, 65, 1_000, 4_096, 4_097])
def test_a_draw_holds_every_number_once_in_any_pages(way: str, count: int) -> None:
    whole = drawn(3, count, 0, count)
    assert sorted(whole) == list(range(1, count + 1))
    pages = [drawn(3, count, first, 7) for first in range(0, count, 7)]
    assert [number for page in pages for number in page] == whole


def test_another_seed_is_another_order_and_a_large_draw_costs_no_more(way: str) -> None:
    assert drawn(1, 50, 0, 50) != drawn(2, 50, 0, 50)
    if way == "network":
        assert len(set(drawn(5, 2**31 - 1, 2**30, 1_000))) == 1_000
