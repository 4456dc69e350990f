"""The texts of the voting methods: one file per family, one entry per method."""

from deliberation.explanations.methods import (
    budgets,
    committees,
    eliminations,
    grades,
    pairwise,
    points,
    sums,
    transferable,
)
from deliberation.explanations.methods.text import MethodText

# In the order in which they are offered where somebody chooses one.
METHOD_TEXTS: dict[str, MethodText] = {
    **grades.TEXTS,
    **pairwise.TEXTS,
    **eliminations.TEXTS,
    **sums.TEXTS,
    **points.TEXTS,
    **transferable.TEXTS,
    **committees.TEXTS,
    **budgets.TEXTS,
}

__all__ = ["METHOD_TEXTS", "MethodText"]
