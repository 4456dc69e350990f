"""Read the demo's story: TOML files into frozen structs.

Days are offsets from the day on which the story is played; keys name people and proposals inside
the files.
"""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal, TypeVar

import msgspec

from deliberation.core.context import Role
from deliberation.elections.methods.offered import Method
from deliberation.followup.answers.model import Decision
from deliberation.process.comments.model import Stance
from deliberation.process.consultations.model import PhaseKind
from voting import formats
from voting.formats import Election

Kind = TypeVar("Kind", bound=msgspec.Struct)

STORY = Path(__file__).parent / "story"
ELECTIONS = Path(__file__).parent / "elections"


class AuthorityStory(msgspec.Struct, frozen=True, kw_only=True):
    """A tenant of the demo."""

    slug: str
    kind: str
    name: str
    tagline: str
    accent: str
    contact_email: str
    phone: str
    address: str
    population: int | None = None
    publication_director: str
    host: str
    dpo_email: str


class RoleStory(msgspec.Struct, frozen=True):
    """A role somebody holds."""

    authority: str
    role: Role


class PersonStory(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody of the story; `demo` ones are offered to sign in as, and `who` says what for."""

    key: str
    name: str
    email: str
    roles: list[RoleStory] = []
    demo: bool = False
    who: str = ""


class PhaseStory(msgspec.Struct, frozen=True, rename={"begin": "from", "end": "to"}):
    """A phase, in days from today."""

    kind: PhaseKind
    begin: float
    end: float


class OptionStory(msgspec.Struct, frozen=True, kw_only=True):
    """An option: a proposal's key, or a key of its own with a title."""

    proposal: str = ""
    key: str = ""
    title: str = ""
    description: str = ""

    @property
    def name(self) -> str:
        """Its key in the electorate's tables."""
        return self.proposal or self.key


class CampStory(msgspec.Struct, frozen=True, kw_only=True):
    """A share of the electorate, and how it tends to vote, by option."""

    share: float
    weights: dict[str, list[float]] = {}  # for each grade, worst to best
    approves: dict[str, float] = {}  # chance of approving
    strengths: dict[str, float] = {}  # Plackett-Luce weights
    ranked: list[int] = []  # how many are ranked: at least, at most


class ElectorateStory(msgspec.Struct, frozen=True, kw_only=True):
    """Voters of a demo poll: number of ballots and camps of opinion."""

    ballots: int
    no_opinion: float = 0.0
    camp: list[CampStory]


class PollStory(msgspec.Struct, frozen=True, kw_only=True):
    """A question put to the vote."""

    question: str
    method: Method
    compare: str | None = None
    grades: list[str] = []
    whole_ballots: bool = False
    option: list[OptionStory]
    electorate: ElectorateStory | None = None


class ReplyStory(msgspec.Struct, frozen=True):
    """A reply to a comment."""

    author: str
    body: str


class HiddenStory(msgspec.Struct, frozen=True):
    """A comment hidden in the demo: reason, moderator, and who reported it."""

    reason: str
    by: str
    reported_by: str
    reason_note: str = ""


class ReportStory(msgspec.Struct, frozen=True):
    """A report that still waits."""

    reason: str
    by: str
    note: str = ""


class CommentStory(msgspec.Struct, frozen=True, kw_only=True):
    """An argument or a question."""

    author: str
    stance: Stance
    body: str
    reply: list[ReplyStory] = []
    hidden: HiddenStory | None = None
    report: ReportStory | None = None


class AnswerStory(msgspec.Struct, frozen=True, kw_only=True):
    """An official answer; to a result when `poll` is given."""

    author: str
    decision: Decision
    day: float
    body: str
    poll: int = 0


class ProposalStory(msgspec.Struct, frozen=True, kw_only=True):
    """A proposal with what followed."""

    key: str
    author: str
    title: str
    theme: str = ""
    place: str = ""
    supports: int = 0
    day: float
    body: str
    comment: list[CommentStory] = []
    answer: list[AnswerStory] = []


class TrusteeStory(msgspec.Struct, frozen=True):
    """The trustees of a ballot box, and whom they represent."""

    name: str


class LostCodeStory(msgspec.Struct, frozen=True):
    """A new code that the first agent asks for; the second grants it, or it still waits."""

    day: float
    reason: str
    granted: bool = True


class ExtensionStory(msgspec.Struct, frozen=True, rename={"until": "to"}):
    """A later close that the first agent asks for and the second grants."""

    day: float
    until: float
    reason: str


class PaperStory(msgspec.Struct, frozen=True):
    """Papers typed by both agents; the second first mistypes the one at place `differs`, if any."""

    day: float
    ballots: int
    differs: int = 0


class CountStory(msgspec.Struct, frozen=True):
    """Day on which two trustees, by their positions, count and sign, and the first agent
    publishes.
    """

    day: float
    by: list[int]


class SealedStory(msgspec.Struct, frozen=True, kw_only=True):
    """A consultation's sealed votes.

    `prefix`: of the numbers on the roll; `agents`: the two who prepare and decide, with
    their `functions`; `again`: the share of voters who change their ballot;
    `demo_credentials`: visitors get the demo people's codes and the trustees' keys.
    """

    electors: int
    prefix: str
    agents: list[str]
    functions: list[str]
    again: float = 0.0
    demo_credentials: bool = False
    trustee: list[TrusteeStory]
    lost: LostCodeStory | None = None
    extension: ExtensionStory | None = None
    paper: PaperStory | None = None
    count: CountStory | None = None


class ConsultationStory(msgspec.Struct, frozen=True, kw_only=True, rename={"undecided": "open"}):
    """A consultation from its first day on."""

    authority: str
    slug: str
    title: str
    question: str
    summary: str
    decided: list[str] = []
    undecided: list[str] = []
    not_negotiable: list[str] = []
    promise: str
    themes: list[str] = []
    body: str
    phase: list[PhaseStory]
    sealed: SealedStory | None = None
    poll: list[PollStory] = []
    proposal: list[ProposalStory] = []
    result_answer: list[AnswerStory] = []


class BallotStory(msgspec.Struct, frozen=True):
    """Ballots alike, and how many there were."""

    count: int
    ranking: list[list[str]]


class ElectionStory(msgspec.Struct, frozen=True, kw_only=True):
    """A real election, typed from published counts."""

    title: str
    place: str
    date: date
    kind: Literal["grades", "rankings"]
    method: str
    compare: str | None = None
    approved_from: str = ""
    options: list[str]
    source: str
    source_url: str
    note: str
    grades: list[str] = []
    judges: int = 0
    tallies: dict[str, list[int]] = {}
    ballot: list[BallotStory] = []

    def read(self) -> Election:
        """Its ballots, through the project's own file format."""
        document: dict[str, object] = {"candidates": self.options, "title": self.title}
        if self.kind == "grades":
            document |= {"grades": self.grades, "tallies": self.tallies, "judges": self.judges}
        else:
            document |= {"ballots": self.ballot}
        return formats.read(msgspec.json.encode(document))


class _Network(msgspec.Struct, frozen=True):
    authority: list[AuthorityStory]


class _People(msgspec.Struct, frozen=True):
    person: list[PersonStory]


@cache
def authorities() -> list[AuthorityStory]:
    """The demo's tenants."""
    return _read(STORY / "network.toml", _Network).authority


@cache
def people() -> list[PersonStory]:
    """All people of the story."""
    return _read(STORY / "people.toml", _People).person


def demo_people() -> list[PersonStory]:
    """People as whom visitors can sign in."""
    return [person for person in people() if person.demo]


@cache
def consultations() -> list[ConsultationStory]:
    """All consultations."""
    files = sorted((STORY / "consultations").glob("*.toml"))
    return [_read(path, ConsultationStory) for path in files]


@cache
def elections() -> dict[str, ElectionStory]:
    """The real elections, by the slug of their page."""
    return {path.stem: _read(path, ElectionStory) for path in sorted(ELECTIONS.glob("*.toml"))}


def logo(slug: str) -> str:
    """An authority's drawing, or nothing."""
    path = STORY / "logos" / f"{slug}.svg"
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _read(path: Path, kind: type[Kind]) -> Kind:
    return msgspec.toml.decode(path.read_bytes(), type=kind)
