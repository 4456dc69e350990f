"""Reading polls."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec
from sqlalchemy import Select, func, select

from deliberation.consultations.queries import ConsultationPage
from deliberation.kit.act import Act
from deliberation.kit.errors import NotFound
from deliberation.polls.methods import BALLOTS, Eligibility
from deliberation.polls.model import Option, Poll
from deliberation.proposals.model import Proposal


class OptionView(msgspec.Struct, frozen=True):
    """Something one can vote for; `proposal` is the number of the proposal it comes from."""

    number: int
    title: str
    description: str
    proposal: int | None


class PollView(msgspec.Struct, frozen=True, kw_only=True):
    """A poll as everybody sees it, before, during and after the vote.

    `grades`: best first, as they are shown; a mark is `len(grades)` for the best, 1 for the worst.
    `ballot`: grades, approvals or rankings. `compared` is shown after the count beside the method
    that decides; for approvals read from judgments, `approved_from` is the lowest approved grade.
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
    grades: list[str]
    options: list[OptionView]
    opens_at: datetime | None
    closes_at: datetime | None
    state: Literal["coming", "open", "closed", "counted"]
    profile: Literal["P0", "P1"]  # P0: not secret for those who run the site; P1: sealed
    eligibility: Eligibility
    whole_ballots: bool
    source: Literal["live", "import"]
    source_note: str
    tie_seed: str


async def poll_views(act: Act, page: ConsultationPage) -> list[PollView]:
    """The polls of a consultation, in order: one statement."""
    query = _polls().where(Poll.consultation_id == page.card.id).order_by(Poll.number)
    return [_view(act, page, row) for row in (await act.db.execute(query)).all()]


async def poll_view(act: Act, page: ConsultationPage, number: int) -> PollView:
    """One poll: one statement. Raises `NotFound`."""
    query = _polls().where(Poll.consultation_id == page.card.id, Poll.number == number)
    row = (await act.db.execute(query)).one_or_none()
    if row is None:
        raise NotFound
    return _view(act, page, row)


def option_titles(poll: PollView) -> list[str]:
    """The options' names in the order of a packed ballot."""
    return [option.title for option in poll.options]


def _polls() -> Select[*tuple[Any, ...]]:
    options = (
        select(
            func.json_agg(
                func.json_build_array(
                    Option.number, Option.title, Option.description, Proposal.number
                )
            )
        )
        .select_from(Option)
        .outerjoin(Proposal, Proposal.id == Option.proposal_id)
        .where(Option.poll_id == Poll.id)
        .scalar_subquery()
    )
    return select(Poll, options.label("options"))


def _view(act: Act, page: ConsultationPage, row: Any) -> PollView:
    poll: Poll = row.Poll
    phase = next((phase for phase in page.card.phases if phase.kind == "vote"), None)
    return PollView(
        id=poll.id,
        number=poll.number,
        question=poll.question,
        method=poll.method,
        method_options=poll.method_options,
        ballot=BALLOTS[poll.method],
        compared=poll.compared,
        approved_from=poll.approved_from,
        grades=poll.grades[::-1],
        options=sorted((OptionView(*one) for one in row.options), key=lambda one: one.number),
        opens_at=phase.opens_at if phase else None,
        closes_at=phase.closes_at if phase else None,
        state=_state(page, poll),
        profile=poll.profile,  # type: ignore[arg-type]
        eligibility=poll.eligibility,  # type: ignore[arg-type]
        whole_ballots=poll.whole_ballots,
        source=poll.source,  # type: ignore[arg-type]
        source_note=poll.source_note,
        tie_seed=f"{page.card.slug}/{poll.number}",
    )


def _state(page: ConsultationPage, poll: Poll) -> Literal["coming", "open", "closed", "counted"]:
    if poll.counted_at is not None:
        return "counted"
    phase = next((phase for phase in page.card.phases if phase.kind == "vote"), None)
    if phase is None or page.card.state != "open" or phase.state == "promised":
        return "coming"
    return "open" if phase.state == "open" else "closed"
