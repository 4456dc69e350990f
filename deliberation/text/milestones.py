"""Milestones of a growing count: a step of one would reveal a single vote."""

MILESTONES = (10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 25_000, 50_000)


def milestone(people: int | None) -> int | None:
    """The last milestone that a count has reached; None before the first, 0 for nobody.

    >>> milestone(786), milestone(9), milestone(0)
    (500, None, 0)
    """
    if not people:
        return people
    return max((step for step in MILESTONES if step <= people), default=None)
