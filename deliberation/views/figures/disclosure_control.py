"""Disclosure control: hide small numbers, in which a person could be recognised."""

from collections.abc import Sequence

from deliberation.elections.counting.outcomes import MIN_BALLOTS_FOR_SCORES

SMALLEST = MIN_BALLOTS_FOR_SCORES  # people; a smaller count, unless nobody, is hidden


def shown(people: int) -> int | None:
    """A count of people, or None when it is hidden.

    >>> shown(9), shown(10), shown(0)
    (None, 10, 0)
    """
    return None if 0 < people < SMALLEST else people


def hidden_cells(counts: Sequence[int]) -> list[int | None]:
    """Counts whose total is known, with the small ones hidden.

    When a single cell would be hidden, the smallest other one is hidden too: else the total would
    give it away.

    >>> hidden_cells([40, 3, 12, 0])
    [40, None, None, 0]
    """
    cells = [shown(count) for count in counts]
    others = [index for index, cell in enumerate(cells) if cell]
    if cells.count(None) == 1 and others:
        cells[min(others, key=lambda index: counts[index])] = None
    return cells
