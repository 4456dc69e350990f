"""Committees formed one option at a time: the published order, and all that ties allow.

A rule is one function: given the options taken so far, which may be taken next, and the numbers
that say so. `walked` follows it from the start.
"""

from collections.abc import Callable, Hashable
from typing import Any, NamedTuple

from voting.methods.committees.found import Found, MemberSupport, Shape, named, shape_of
from voting.ties import TieReport, TieRule, arranged

MOST_COMMITTEES = 1000
MOST_STATES = 20_000
MOST_WORK = 10**9

Taken = tuple[int, ...]


class Offer(NamedTuple):
    """The options that may be taken next (none: the count is over), and the numbers of the step."""

    tied: list[int]
    values: dict[str, Any]


class Rule(NamedTuple):
    """`offer`: from the options taken so far, in their order. `state`: what the rest of the count
    depends on, beside the set of options taken. `removes`: options leave instead of joining.
    """

    offer: Callable[[Taken], Offer]
    state: Callable[[Taken], Hashable] = lambda taken: None
    removes: bool = False


class _Tree(NamedTuple):
    """Every way to break ties, twins taken in one order: what each state leads to."""

    first: Hashable
    ends: dict[Hashable, frozenset[Shape]]
    complete: bool


def walked(vote: MemberSupport, ties: TieRule, rule: Rule) -> Found:
    """Take options one by one; when ties are met, find every committee that they allow.

    Up to 1,000 committees (twins counted once) and 20,000 states, fewer on large votes; beyond,
    `complete` is False. Evidence: `steps`, up to the first tie that matters when it stays open.
    """
    taken: Taken = ()
    steps: list[dict[str, Any]] = []
    reports: list[TieReport] = []
    tree: _Tree | None = None
    is_open = False
    while (offer := rule.offer(taken)).tied:
        names = sorted(vote.options[option] for option in offer.tied)
        if len(names) > 1:
            tree = tree or _explored(vote, rule, taken)
            matters = _matters(vote, rule, tree, taken, offer)
            kind = "removal" if rule.removes else "seat"
            where = f"{kind}:{len(taken) + 1}"
            if not is_open:
                reports.append(TieReport(tuple(names), where, ties.kind, matters))
            is_open = is_open or (matters is not False and ties.kind == "left")
            names = names if ties.kind == "left" else arranged(ties, names)
        if not is_open:
            action = "left" if rule.removes else "joined"
            steps.append({"action": action, "option": names[0], **offer.values})
        taken = (*taken, vote.options.index(names[0]))
    shapes, complete = [shape_of(vote.twins, taken)], True
    if tree:
        shapes, complete = sorted({*shapes, *tree.ends[tree.first]}), tree.complete
    if rule.removes:
        sizes = [len(same) for same in vote.twins]
        shapes = [tuple(a - b for a, b in zip(sizes, one, strict=True)) for one in shapes]
        taken = tuple(option for option in range(len(vote.options)) if option not in taken)
    scores = named(vote, vote.approvals)
    return Found(vote.twins, shapes, complete, list(taken), reports, scores, {"steps": steps}, {})


def _explored(vote: MemberSupport, rule: Rule, first: Taken) -> _Tree:
    """Depth first through every state, then back: what each leads to."""
    most = max(100, min(MOST_STATES, MOST_WORK // max(1, vote.marks.size)))
    after: dict[tuple[Shape, Hashable], list[tuple[Shape, Hashable]]] = {}
    ends: dict[Hashable, frozenset[Shape]] = {}
    waiting, found = [first], set[Shape]()
    while waiting and len(after) < most and len(found) < MOST_COMMITTEES:
        taken = waiting.pop()
        key = _key(vote, rule, taken)
        if key in after:
            continue
        following = [(*taken, same[0]) for same in _by_group(vote, rule.offer(taken).tied)]
        after[key] = [_key(vote, rule, one) for one in following]
        if not following:
            ends[key] = frozenset([key[0]])
            found.add(key[0])
        waiting += following
    for key in sorted(after, key=lambda one: -sum(one[0])):
        leads = [ends.get(one, frozenset()) for one in after[key]]
        ends[key] = frozenset().union(ends.get(key, ()), *leads)
    return _Tree(_key(vote, rule, first), ends, not waiting)


def _matters(
    vote: MemberSupport, rule: Rule, tree: _Tree, taken: Taken, offer: Offer
) -> bool | None:
    """Whether the committees depend on who is taken; None where not all ways were followed."""
    groups = _by_group(vote, offer.tied)
    keys = [_key(vote, rule, (*taken, same[0])) for same in groups]
    reached = [tree.ends.get(key, frozenset()) for key in keys]
    if not tree.complete:
        return True if len(frozenset().union(*reached)) > 1 else None
    if any(one != reached[0] for one in reached):
        return True
    # Twins: it does not matter who comes first when all of them come.
    places = [place for place, same in enumerate(vote.twins) if set(same) & set(offer.tied)]
    twins = [place for place, same in zip(places, groups, strict=True) if len(same) > 1]
    return any(shape[place] < len(vote.twins[place]) for shape in reached[0] for place in twins)


def _by_group(vote: MemberSupport, options: list[int]) -> list[list[int]]:
    """Options with their twins, in the order of the groups."""
    kept = set(options)
    groups = ([option for option in same if option in kept] for same in vote.twins)
    return [same for same in groups if same]


def _key(vote: MemberSupport, rule: Rule, taken: Taken) -> tuple[Shape, Hashable]:
    return shape_of(vote.twins, taken), rule.state(taken)
