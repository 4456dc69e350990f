"""Reconciliation of a vote's turnout marks with its ballots."""

from collections.abc import Iterator, Mapping

from deliberation.elections.sealed_protocol.board import Fault


def reconciliation_faults(marks: Mapping[str, int], ballots: Mapping[str, int]) -> Iterator[Fault]:
    """Faults where ballots and turnout marks differ in number: online, then paper and counter.

    `marks`, `ballots`: by channel. Nobody can know whose mark or whose ballot it is.

    >>> marks, ballots = {"online": 4, "paper": 3}, {"online": 4, "counter": 1}
    >>> [fault.values for fault in reconciliation_faults(marks, ballots)]
    [{'marks': 3, 'papers': 1}]
    """
    slots, marked = ballots.get("online", 0), marks.get("online", 0)
    if marked != slots:
        yield Fault("marks-and-slots", {"marks": marked, "slots": slots})
    papers, marked = sum(ballots.values()) - slots, sum(marks.values()) - marked
    if marked != papers:
        yield Fault("marks-and-papers", {"marks": marked, "papers": papers})
