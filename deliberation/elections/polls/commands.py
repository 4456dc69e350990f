"""Writing, changing and removing polls, until the vote begins; locking one, marking it counted."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from sqlalchemy import delete, select, text, update

from deliberation.core import clock
from deliberation.core.context import RequestContext, permit
from deliberation.core.errors import Invalid, existing
from deliberation.elections.methods.offered import (
    SETTINGS,
    Completion,
    Method,
    Missing,
    Utility,
    fields_of,
    usual,
)
from deliberation.elections.polls.eligibility import ROLLED, Eligibility, Secrecy
from deliberation.elections.polls.events import PollChanged, PollDrafted, PollRemoved
from deliberation.elections.polls.label_texts import GRADES
from deliberation.elections.polls.model import Option, Poll
from deliberation.elections.polls.permissions import may_write_poll, may_write_polls
from deliberation.journal.commands import record
from deliberation.process.consultations.model import Consultation
from deliberation.process.consultations.permissions import may_run
from deliberation.process.consultations.queries import ConsultationRef, PhaseView, place_of
from deliberation.process.consultations.versions import keep
from deliberation.process.proposals.model import Proposal
from deliberation.process.subjects.commands import add_subject, next_number, remove, rename
from voting.ballots.checks import InvalidBallots, check_names
from voting.methods import METHODS, comparable
from voting.tally import allows

ANNOUNCED = (
    "question", "method", "method_options", "compared", "grades", "approved_from", "secrecy",
    "eligibility", "whole_ballots", "seats", "budget",
)  # fmt: skip
Euros = Annotated[int, msgspec.Meta(ge=1, le=10**12)]
Grade = Annotated[str, msgspec.Meta(min_length=1, max_length=40)]


class OptionDraft(msgspec.Struct, frozen=True, kw_only=True):
    """Something one can vote for; `proposal` is the number of a published proposal, if any.

    `cost`: of a project, in whole euros, for the methods that fund projects.
    """

    title: Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
    description: Annotated[str, msgspec.Meta(max_length=600)] = ""
    proposal: Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)] | None = None
    cost: Euros | None = None


class PollDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A question to put to the vote.

    `grades` (majority judgment only): worst first, 3 to 7; none: the usual seven. `missing`: how a
    judgment or a score left out is read; `quorum`: how many must judge an option for it to be
    ranked, where those left out are not counted (default: half of the ballots). `max_score`: the
    highest score. `points`: how many points, or credits, a ballot shares out. `seats`: how many
    options are elected. `budget` (euros), `utility` and `completion`: of the methods that fund
    projects; each option then has its cost. What the method does not use is refused, but for
    `missing`: `methods.fields_of` says what it uses.

    `approved_from` (judgments compared with approval): the lowest grade read as an approval; empty:
    the one in the middle. `secrecy`: `plain` is not secret from those who run the site.
    `whole_ballots`: all ballots are published whole after the vote. `phase`: the vote phase during
    which it is voted on; none: that of before, or the first one that has not begun. `reason`: why
    it changes, once the consultation is public; it is published.
    """

    question: Annotated[str, msgspec.Meta(min_length=5, max_length=140)]
    method: Method
    compared: Method | None = None
    grades: Annotated[list[Grade], msgspec.Meta(max_length=7)] = []
    missing: Missing | None = None
    quorum: Annotated[int, msgspec.Meta(ge=1, le=10**9)] | None = None
    max_score: Annotated[int, msgspec.Meta(ge=1, le=100)] | None = None
    points: Annotated[int, msgspec.Meta(ge=1, le=1000)] | None = None
    seats: Annotated[int, msgspec.Meta(ge=1, le=30)] | None = None
    budget: Euros | None = None
    utility: Utility | None = None
    completion: Completion | None = None
    approved_from: Annotated[str, msgspec.Meta(max_length=40)] = ""
    secrecy: Secrecy = "plain"
    eligibility: Eligibility = "email"
    whole_ballots: bool = False
    phase: UUID | None = None
    options: Annotated[list[OptionDraft], msgspec.Meta(min_length=2, max_length=30)]
    reason: Annotated[str, msgspec.Meta(max_length=400)] = ""


async def draft_poll(ctx: RequestContext, consultation: ConsultationRef, draft: PollDraft) -> Poll:
    """Add a poll to a consultation, as its next number.

    Raises `Conflict("poll-begun")` once its vote phase has begun, `Invalid` for what cannot be
    voted on.
    """
    permit(may_write_polls(ctx, consultation, ctx.now))
    phase = _phase(ctx, consultation, draft)
    permit(may_write_poll(ctx, consultation, phase, ctx.now))
    proposals = await _checked(ctx, consultation, draft)
    number = await next_number(ctx, consultation.id, "poll")
    poll = Poll(
        id=await add_subject(ctx, "poll", draft.question, "", number, **place_of(consultation)),
        consultation_id=consultation.id,
        phase_id=phase.id if phase else None,
        number=number,
        source="live",
        source_note="",
        **_columns(draft),
    )
    ctx.db.add(poll)
    await ctx.db.flush()
    await add_options(ctx, poll.id, draft.options, proposals)
    await record(ctx, PollDrafted(poll_id=poll.id, **place_of(consultation)))
    return poll


async def change_poll(
    ctx: RequestContext, consultation: ConsultationRef, number: int, draft: PollDraft
) -> None:
    """Replace a poll's question, method and options. Raises as `draft_poll`, and `NotFound`.

    Of a public consultation: with a reason, and what the poll was stays readable.
    """
    poll = await _locked(ctx, consultation, number)
    proposals = await _checked(ctx, consultation, draft)
    before = await _announced(ctx, consultation, poll)
    if draft.phase not in (None, poll.phase_id):
        permit(may_write_poll(ctx, consultation, _phase(ctx, consultation, draft), ctx.now))
        poll.phase_id = draft.phase
    for name, value in _columns(draft).items():
        setattr(poll, name, value)
    await rename(ctx, poll.id, draft.question)
    await ctx.db.execute(delete(Option).where(Option.poll_id == poll.id))
    await ctx.db.flush()
    await add_options(ctx, poll.id, draft.options, proposals)
    row = await ctx.db.get_one(Consultation, consultation.id)
    after = await _announced(ctx, consultation, poll)
    await keep(ctx, row, number, before, after, draft.reason)
    await record(ctx, PollChanged(poll_id=poll.id, **place_of(consultation)))


async def remove_poll(
    ctx: RequestContext, consultation: ConsultationRef, number: int, reason: str = ""
) -> None:
    """Take a poll away; the others keep their numbers. Raises as `change_poll`."""
    poll = await _locked(ctx, consultation, number)
    row = await ctx.db.get_one(Consultation, consultation.id)
    await keep(ctx, row, number, await _announced(ctx, consultation, poll), {}, reason)
    await ctx.db.execute(delete(Option).where(Option.poll_id == poll.id))
    await ctx.db.execute(delete(Poll).where(Poll.id == poll.id))
    await remove(ctx, poll.id)
    await record(ctx, PollRemoved(poll_id=poll.id, **place_of(consultation)))


async def lock_poll(ctx: RequestContext, poll_id: UUID) -> None:
    """Wait for the ballots being cast, and keep others waiting until this transaction ends."""
    await ctx.db.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended('poll:' || :id, 0))"),
        {"id": str(poll_id)},
    )


async def mark_counted(ctx: RequestContext, poll_id: UUID, moment: datetime) -> None:
    """Note when the result was published: nothing is accepted afterwards."""
    await ctx.db.execute(update(Poll).where(Poll.id == poll_id).values(counted_at=moment))


async def _locked(ctx: RequestContext, consultation: ConsultationRef, number: int) -> Poll:
    """The row to change, once it is certain that no ballot has been cast."""
    permit(may_run(ctx, consultation.authority_id))
    query = select(Poll).where(Poll.consultation_id == consultation.id, Poll.number == number)
    poll = existing((await ctx.db.scalars(query)).one_or_none())
    phase = consultation.phase(poll.phase_id)
    permit(may_write_poll(ctx, consultation, phase, ctx.now))
    await lock_poll(ctx, poll.id)
    permit(may_write_poll(ctx, consultation, phase, await clock.now(ctx.db)))
    return poll


def _phase(
    ctx: RequestContext, consultation: ConsultationRef, draft: PollDraft
) -> PhaseView | None:
    """The vote phase that a poll names, or the first that has not begun; None without any.

    Raises `Invalid` for what is no vote phase of the consultation.
    """
    votes = [phase for phase in consultation.phases if phase.kind == "vote"]
    if draft.phase is None:
        coming = (one for one in votes if not may_write_poll(ctx, consultation, one, ctx.now))
        return next(coming, None)
    if found := next((phase for phase in votes if phase.id == draft.phase), None):
        return found
    raise Invalid({"phase": "not-a-choice"})


async def _announced(
    ctx: RequestContext, consultation: ConsultationRef, poll: Poll
) -> dict[str, Any]:
    """Announced content of a poll; `phase`: the id and the dates of its vote phase."""
    phase = consultation.phase(poll.phase_id)
    query = select(Option.title, Option.description, Option.cost).where(Option.poll_id == poll.id)
    options = (await ctx.db.execute(query.order_by(Option.number))).all()
    return {
        **{name: getattr(poll, name) for name in ANNOUNCED},
        "options": [[part for part in one if part is not None] for one in options],
        "phase": [phase.id, phase.opens_at, phase.closes_at] if phase else None,
    }


def _columns(draft: PollDraft) -> dict[str, Any]:
    graded = "grades" in fields_of(draft.method)
    grades = (draft.grades or list(GRADES)) if graded else []
    approving = graded and METHODS[draft.compared or draft.method].ballot == "approvals"
    return {
        "question": draft.question,
        "method": draft.method,
        "method_options": _settings(draft),
        "seats": draft.seats or 1,
        "budget": draft.budget,
        "compared": draft.compared,
        "grades": grades,
        "approved_from": (draft.approved_from or grades[len(grades) // 2]) if approving else "",
        "secrecy": draft.secrecy,
        "eligibility": draft.eligibility,
        "whole_ballots": draft.whole_ballots,
    }


def _settings(draft: PollDraft) -> dict[str, str]:
    """The method's options from the draft, and the site's defaults."""
    known, found = METHODS[draft.method].options, {}
    for field, options in SETTINGS.items():
        given = getattr(draft, field) if field in fields_of(draft.method) else None
        for option in options:
            if option in known and (given is not None or field != "quorum"):
                found[option] = usual(draft.method, option) if given is None else str(given)
    if "increment" in known and draft.budget:  # at most 100,000 rounds of equal shares
        found["increment"] = str(max(1, draft.budget // 100_000))
    return found


def _setting_errors(draft: PollDraft) -> dict[str, Any]:
    """Settings that the method needs and the draft lacks, or that it does not use, or not with this
    value.
    """
    used, errors = fields_of(draft.method), dict[str, Any]()
    for field in (*SETTINGS, "seats", "budget"):
        given = getattr(draft, field)
        if given is not None and field not in used and field != "missing":
            errors[field] = "not-for-this-method"
        elif given is None and field in used & {"seats", "budget"}:
            errors[field] = "required"
    for field in SETTINGS.keys() & used:
        for option in {*SETTINGS[field]} & METHODS[draft.method].options.keys():
            given = getattr(draft, field)
            valid = METHODS[draft.method].options[option]
            if given is not None and not allows(valid, str(given)):
                errors[field] = "not-a-choice"
    if draft.seats is not None and draft.seats >= len(draft.options):
        errors.setdefault("seats", ("too-many-seats", {"options": len(draft.options)}))
    for index, project in enumerate(draft.options):
        if "costs" in used and project.cost is None:
            errors[f"options.{index}.cost"] = "required"
        elif "costs" not in used and project.cost is not None:
            errors[f"options.{index}.cost"] = "not-for-this-method"
    return errors


async def _checked(
    ctx: RequestContext, consultation: ConsultationRef, draft: PollDraft
) -> dict[int, UUID]:
    """The identifiers of the proposals among the options, by number, once all is in order."""
    errors: dict[str, Any] = _setting_errors(draft)
    columns = _columns(draft)
    if draft.compared is not None and draft.compared not in comparable(draft.method):
        errors["compared"] = "not-comparable"
    if columns["grades"] and len(columns["grades"]) < 3:
        errors["grades"] = ("too-few", {"least": 3})
    for index, grade in enumerate(columns["grades"]):
        if grade in columns["grades"][:index]:
            errors[f"grades.{index}"] = "twice"
    if columns["approved_from"] and columns["approved_from"] not in columns["grades"]:
        errors["approved_from"] = "not-a-choice"
    if draft.secrecy == "sealed":
        if draft.eligibility not in ROLLED:
            errors["eligibility"] = "sealed-needs-a-roll"
        if not METHODS[draft.method].summable and not draft.whole_ballots:
            errors["whole_ballots"] = "needs-whole-ballots"
    errors |= _title_errors([option.title for option in draft.options])
    proposals = await _proposals(ctx, consultation, draft)
    for index, option in enumerate(draft.options):
        if option.proposal is not None and option.proposal not in proposals:
            errors[f"options.{index}.proposal"] = "not-a-choice"
    if errors:
        raise Invalid(errors)
    return proposals


def _title_errors(titles: list[str]) -> dict[str, str]:
    """Errors of titles that are confusable, or that the published files cannot contain."""
    try:
        check_names(titles)
    except InvalidBallots as error:
        place = (error.column or 1) - 1
        same = error.reason in ("duplicate_option", "look_alike_options")
        return {f"options.{place}.title": "twice" if same else "one-line"}
    return {}


async def _proposals(
    ctx: RequestContext, consultation: ConsultationRef, draft: PollDraft
) -> dict[int, UUID]:
    wanted = [option.proposal for option in draft.options if option.proposal is not None]
    if not wanted:
        return {}
    query = select(Proposal.number, Proposal.id).where(
        Proposal.consultation_id == consultation.id,
        Proposal.kind == "proposal",
        Proposal.state == "published",
        Proposal.number.in_(wanted),
    )
    return {row.number: row.id for row in await ctx.db.execute(query)}


async def add_options(
    ctx: RequestContext, poll_id: UUID, options: Sequence[OptionDraft], proposals: dict[int, UUID]
) -> None:
    """Add a poll's options, numbered from 1; `proposals`: identifiers by the number drafts name."""
    ctx.db.add_all(
        Option(
            poll_id=poll_id,
            number=number,
            title=option.title,
            description=option.description,
            proposal_id=proposals[option.proposal] if option.proposal is not None else None,
            cost=option.cost,
        )
        for number, option in enumerate(options, start=1)
    )
    await ctx.db.flush()
