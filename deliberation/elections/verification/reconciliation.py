"""What the roll's marks and the ballots say differently of the same vote."""

from collections.abc import Iterator, Mapping

from deliberation.elections.sealed_protocol.board import Fault


def reconciliation_faults(marks: Mapping[str, int], ballots: Mapping[str, int]) -> Iterator[Fault]:
    """Where there are not as many ballots as voters marked, online and on paper or counter apart.

    `marks`, `ballots`: by channel. Nobody can know whose mark or whose ballot it is.

    >>> [fault.values for fault in reckoned({"online": 4, "paper": 3}, {"online": 4, "counter": 1})]
    [{'marks': 3, 'papers': 1}]
    """
    slots, marked = ballots.get("online", 0), marks.get("online", 0)
    if marked != slots:
        yield Fault("marks-and-slots", {"marks": marked, "slots": slots})
    papers, marked = sum(ballots.values()) - slots, sum(marks.values()) - marked
    if marked != papers:
        yield Fault("marks-and-papers", {"marks": marked, "papers": papers})
