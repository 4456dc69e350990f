"""Queries of polls."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec
from sqlalchemy import Integer, Select, Text, Uuid, bindparam, cast, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from deliberation.core.context import RequestContext
from deliberation.core.database import fetch, fetch_one, prepared
from deliberation.elections.counting.question import Question
from deliberation.elections.methods.offered import ballot_of
from deliberation.elections.polls.eligibility import Eligibility, Secrecy
from deliberation.elections.polls.model import Option, Poll, stored_secrecy
from deliberation.process.consultations.queries import ConsultationRef, PhaseView
from deliberation.process.proposals.model import Proposal
from voting.ballot_rules import BallotRules, ballot_rules

PollState = Literal["coming", "open", "closed", "counted", "cancelled"]


class OptionView(msgspec.Struct, frozen=True):
    """Something one can vote for; `proposal` is the number of the proposal it comes from.

    `cost`: of a project, in euros, where a budget is shared out.
    """

    number: int
    title: str
    description: str
    proposal: int | None
    cost: int | None = None


class GradeView(msgspec.Struct, frozen=True):
    """A grade, and the number that stands for it in a ballot: 1 is the worst."""

    mark: int
    name: str


class PollView(msgspec.Struct, frozen=True, kw_only=True):
    """A poll as everybody sees it, before, during and after the vote.

    `grades`: from the worst, as in recount files, boards and tables, each with its mark.
    `ballot`: how it is filled in (`voting.ballot_rules.BallotRules.kind`). `seats`: how many
    options are elected; `budget`: the euros that are shared out between projects. `compared` is
    shown after the count beside the method that decides; for approvals read from judgments,
    `approved_from` is the lowest approved grade.
    `phase`: the vote phase during which it is voted on, None while there is none.
    `tie_seed`: the text whose order decides ties (`voting.ties.by_published_seed`).
    """

    id: UUID
    number: int
    question: str
    method: str
    method_options: dict[str, str]
    ballot: str
    compared: str | None
    approved_from: str
    grades: list[GradeView]
    options: list[OptionView]
    phase: UUID | None
    opens_at: datetime | None
    closes_at: datetime | None
    state: PollState
    secrecy: Secrecy
    eligibility: Eligibility
    whole_ballots: bool
    seats: int = 1
    budget: int | None = None
    source: Literal["live", "import"]
    source_note: str
    tie_seed: str

    def __hash__(self) -> int:
        """By id: what is kept of a poll (`web.shell.templating.kept`) is compared as a whole."""
        return hash(self.id)

    @property
    def grades_best_first(self) -> list[GradeView]:
        """The grades as people read them."""
        return self.grades[::-1]


async def poll_views(ctx: RequestContext, consultation: ConsultationRef) -> list[PollView]:
    """The polls of a consultation, in order: one statement."""
    rows = await fetch(ctx.db, _ALL, consultation=consultation.id)
    return [poll_in(consultation, row) for row in rows]


async def poll_view(ctx: RequestContext, consultation: ConsultationRef, number: int) -> PollView:
    """One poll: one statement. Raises `NotFound`."""
    row = await fetch_one(ctx.db, _ONE, consultation=consultation.id, number=number)
    return poll_in(consultation, row)


def grade_names(poll: PollView) -> list[str]:
    """The grades' names from the worst, as ballots are counted."""
    return [grade.name for grade in poll.grades]


def option_titles(poll: PollView) -> list[str]:
    """The options' names in the order of a packed ballot."""
    return [option.title for option in poll.options]


def ballot_rules_of(poll: PollView) -> BallotRules:
    """Limits of a ballot of this poll."""
    return ballot_rules(poll.method, len(poll.options), len(poll.grades), poll.method_options)


def polls_query() -> Select[*tuple[Any, ...]]:
    """Columns of a poll that `view_of` reads."""
    one = func.json_build_array(
        Option.number, Option.title, Option.description, Proposal.number, Option.cost
    )
    options = (
        select(cast(func.json_agg(aggregate_order_by(one, Option.number)), Text))
        .select_from(Option)
        .outerjoin(Proposal, Proposal.id == Option.proposal_id)
        .where(Option.poll_id == Poll.id)
        .scalar_subquery()
    )
    return select(
        *(column for column in Poll.__table__.c if column.key != "method_options"),
        cast(Poll.method_options, Text).label("method_options"),
        options.label("options"),
    )


def view_of(
    slug: str, consultation: str, vote: PhaseView | None, row: Mapping[str, Any]
) -> PollView:
    """A poll's view: a row of `polls_query`, its consultation's slug and state, its vote phase."""
    settings = _chosen.decode(row["method_options"])
    return PollView(
        id=row["id"],
        number=row["number"],
        question=row["question"],
        method=row["method"],
        method_options=settings,
        ballot=ballot_of(row["method"], settings),
        compared=row["compared"],
        approved_from=row["approved_from"],
        grades=[GradeView(mark, name) for mark, name in enumerate(row["grades"], start=1)],
        options=[OptionView(*one) for one in _options.decode(row["options"] or "[]")],
        phase=vote.id if vote else None,
        opens_at=vote.opens_at if vote else None,
        closes_at=vote.closes_at if vote else None,
        state=_state(consultation, vote, row["counted_at"]),
        secrecy=stored_secrecy(row["profile"]),
        eligibility=row["eligibility"],
        whole_ballots=row["whole_ballots"],
        seats=row["seats"],
        budget=row["budget"],
        source=row["source"],
        source_note=row["source_note"],
        tie_seed=f"{slug}/{row['number']}",
    )


_OWN = polls_query().where(Poll.consultation_id == bindparam("consultation", type_=Uuid))
_ALL = prepared(_OWN.order_by(Poll.number))
_ONE = prepared(_OWN.where(Poll.number == bindparam("number", type_=Integer)))
_options = msgspec.json.Decoder(list[tuple[int, str, str, int | None, int | None]])
_chosen = msgspec.json.Decoder(dict[str, str])


def poll_in(consultation: ConsultationRef, row: Mapping[str, Any]) -> PollView:
    """The poll in a row of `polls_query`."""
    vote = consultation.phase(row["phase_id"])
    return view_of(consultation.slug, consultation.state, vote, row)


def question_of(poll: PollView) -> Question:
    """A poll's question, as the counting and the bulletin board take it."""
    return Question(
        question=poll.question,
        choices=option_titles(poll),
        ballot=poll.ballot,
        grades=grade_names(poll),
        method=poll.method,
        method_options=poll.method_options,
        compared=poll.compared,
        approved_from=poll.approved_from,
        tie_seed=poll.tie_seed,
        whole_ballots=poll.whole_ballots,
        seats=poll.seats,
        budget=poll.budget,
        costs=[option.cost for option in poll.options if option.cost is not None],
    )


def _state(consultation: str, vote: PhaseView | None, counted_at: datetime | None) -> PollState:
    if counted_at is not None:
        return "counted"
    if consultation == "cancelled":
        return "cancelled"
    if vote is None or consultation != "open" or vote.state == "promised":
        return "coming"
    return "open" if vote.state == "open" else "closed"
