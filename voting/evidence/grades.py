"""Evidence of the methods on grades."""

import msgspec

from voting.evidence.base import Evidence


class Gauge(msgspec.Struct, frozen=True):
    """An option's majority grade ("" without judgments), the judges above and below it, and "+" if
    more are above.
    """

    grade: str
    above: int = msgspec.field(name="p")
    below: int = msgspec.field(name="q")
    sign: str


class GradeDifference(msgspec.Struct, frozen=True):
    """First step at which the majority values of two neighbours differ, and their grades at that
    step.
    """

    above: str
    below: str
    step: int
    grades: list[str]


class GradesEvidence(Evidence, frozen=True, kw_only=True, omit_defaults=True):
    """`grades`: worst first. `profile`: option -> judgments by grade, missing ones read as the
    rules say. `missing`: option -> missing judgments. `excluded`: options that lack judgments.
    """

    grades: list[str]
    judges: int
    profile: dict[str, list[int]]
    missing: dict[str, int]
    gauges: dict[str, Gauge]
    differences: list[GradeDifference]
    excluded: list[str]

    @property
    def best_first(self) -> list[str]:
        """The grades as people read them."""
        return self.grades[::-1]

    def judgments(self, option: str) -> list[int]:
        """An option's judgments by grade, best first."""
        return self.profile[option][::-1]
