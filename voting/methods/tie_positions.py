"""Search of the outcomes that a count's ties can lead to; each position is examined once."""

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar

P = TypeVar("P")

Ends = frozenset[Hashable]
# How the count can end at a position, and the positions that can follow; one of them is empty.
Look = tuple[Ends, Iterable[P]]


class Ahead(NamedTuple):
    """The ends that ties still to come can lead to, and whether there are no others."""

    ends: Ends
    complete: bool

    @property
    def matters(self) -> bool | None:
        """Whether the end depends on these ties; None where this was not checked."""
        if len(self.ends) > 1:
            return True
        return False if self.complete else None


NOTHING = Ahead(frozenset(), True)


class Positions(Generic[P]):
    """The positions of one count. `look` is asked once of each, `most` times in all.

    `key`: what the rest of the count depends on, and nothing else; two positions with the same key
    are one. `every`: all ends are wanted; otherwise two are enough to know that a tie matters.
    """

    def __init__(
        self, look: Callable[[P], Look[P]], key: Callable[[P], Hashable], most: int, *, every: bool
    ) -> None:
        self.look, self.key, self.left, self.every = look, key, most, every
        self.known: dict[Hashable, Ahead] = {}

    def ahead(self, start: P) -> Ahead:
        """Every end that the count can come to from here, depth first."""
        way: list[_Visit[P]] = []
        found = self._visit(start, way)
        while way:
            here = way[-1]
            here.ends |= found.ends
            here.complete &= found.complete
            enough = not self.every and len(here.ends) > 1
            following = None if enough else next(here.after, None)
            if following is not None:
                found = self._visit(following, way)
                continue
            found = Ahead(here.ends, here.complete and not enough)
            self.known[here.key] = found
            way.pop()
        return found

    def _visit(self, position: P, way: "list[_Visit[P]]") -> Ahead:
        """Result of a position examined before; otherwise `NOTHING`, and the position joins the
        way.
        """
        key = self.key(position)
        if key in self.known:
            return self.known[key]
        if not self.left:
            return Ahead(frozenset(), False)
        self.left -= 1
        ends, after = self.look(position)
        way.append(_Visit(key, ends, iter(after)))
        return NOTHING


def every_way_meets(
    start: P, goal: P, after: Callable[[P], Iterable[P]], left: Callable[[P], tuple[int, ...]]
) -> bool:
    """Whether the count comes to `goal` from `start` whichever of the tied leave first.

    `after(position)`: the positions that can follow, none where the count ends; `left(position)`:
    who is left there.
    """
    waiting, met = [start], {start}
    while waiting:
        here = waiting.pop()
        if here == goal:
            continue
        following = set(after(here)) if set(left(goal)) < set(left(here)) else set[P]()
        if not following:
            return False
        waiting += following - met
        met |= following
    return True


def levels(values: Iterable[Any]) -> list[int]:
    """The rank of each value from the lowest, 0; equal values have one rank.

    >>> levels([(5, 0), (2, 7), (5, 0)])
    [1, 0, 1]
    """
    listed = list(values)
    rank = {value: place for place, value in enumerate(sorted(set(listed)))}
    return [rank[value] for value in listed]


@dataclass(slots=True, eq=False)
class _Visit(Generic[P]):
    """A position on the way, what was found beyond it, and the positions not yet looked at."""

    key: Hashable
    ends: Ends
    after: Iterator[P]
    complete: bool = True
