"""Loading a past vote from a file: a consultation with one closed poll, counted at once."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import repeat
from typing import Annotated, Any
from uuid import UUID

import msgspec

from deliberation.core.context import RequestContext
from deliberation.core.errors import Invalid
from deliberation.elections.ballots.commands import add_past_ballots
from deliberation.elections.methods.offered import Method
from deliberation.elections.polls.commands import OptionDraft
from deliberation.elections.polls.label_texts import IMPORT_LABELS
from deliberation.elections.polls.past_polls import add_past_poll
from deliberation.elections.polls.queries import poll_view
from deliberation.elections.results.commands import publish
from deliberation.elections.results.events import BallotsImported
from deliberation.elections.results.plain_count import count
from deliberation.i18n.catalogue import SOURCE, label, translate
from deliberation.i18n.catalogue import mark as _
from deliberation.i18n.formats import PARIS
from deliberation.journal.commands import record
from deliberation.network.authorities.commands import Slug
from deliberation.process.consultations.commands import (
    ConsultationDraft,
    PhaseDraft,
    add_past_consultation,
)
from deliberation.process.consultations.queries import (
    ConsultationPage,
    ConsultationRef,
    consultation_page,
    consultation_ref,
    place_of,
)
from voting.ballot_rules import ballot_rules, packed
from voting.ballots import Ballots, Grades, kind_of, matrix_of
from voting.formats import Election
from voting.methods import METHODS, comparable
from voting.tally import allows

WITHDRAWN = _("Retirées avant le comptage : %(names)s.")


class ImportDraft(msgspec.Struct, frozen=True, kw_only=True):
    """The description of a past vote. `source_note`: where the ballots come from, in a sentence."""

    slug: Slug
    title: Annotated[str, msgspec.Meta(min_length=5, max_length=80)]
    method: Method
    compared: Method | None = None
    approved_from: Annotated[str, msgspec.Meta(max_length=40)] = ""
    source_note: Annotated[str, msgspec.Meta(min_length=5, max_length=1000)]
    question: Annotated[str, msgspec.Meta(max_length=140)] = ""
    summary: Annotated[str, msgspec.Meta(max_length=300)] = ""
    body: Annotated[str, msgspec.Meta(max_length=20_000)] = ""


async def load_ballots(
    ctx: RequestContext, authority_id: UUID, election: Election, draft: ImportDraft, held_on: date
) -> ConsultationPage:
    """Publish a past vote of an authority. One transaction does it all.

    Nobody is asked who may: for the operator's command line and the demo. Raises `Invalid`, and
    `InvalidBallots` for what cannot be counted.
    """
    ballots = election.ballots
    _check(draft, ballots, held_on, ctx.now)
    await add_past_consultation(ctx, authority_id, _consultation_draft(draft, held_on))
    consultation = await consultation_ref(ctx, draft.slug)
    poll_id = await _add_poll(ctx, consultation, draft, election)
    if not (isinstance(ballots, Grades) and ballots.tallied):
        await add_past_ballots(ctx, poll_id, _packed(draft.method, ballots))
    poll = await poll_view(ctx, consultation, 1)
    await publish(ctx, poll, count(poll, ballots))
    await record(ctx, BallotsImported(poll_id=poll_id, **place_of(consultation)))
    return await consultation_page(ctx, draft.slug)


def _check(draft: ImportDraft, ballots: Ballots, held_on: date, now: datetime) -> None:
    errors: dict[str, Any] = {}
    if METHODS[draft.method].ballot != kind_of(ballots):
        errors["method"] = "not-comparable"
    elif draft.compared is not None and draft.compared not in comparable(draft.method):
        errors["compared"] = "not-comparable"
    # Tallies say how often each grade was given, not who gave which together.
    if (
        isinstance(ballots, Grades)
        and ballots.tallied
        and _ballot(draft) not in ("grades", "approvals")
    ):
        errors["compared"] = "not-comparable"
    if draft.approved_from and draft.approved_from not in getattr(ballots, "grades", ()):
        errors["approved_from"] = "not-a-choice"
    if _midnight(held_on) + timedelta(days=1) > now:
        errors["held_on"] = "not-past"
    if errors:
        raise Invalid(errors)


def _consultation_draft(draft: ImportDraft, held_on: date) -> ConsultationDraft:
    """The consultation of a vote held on one day."""
    day = _midnight(held_on)
    return ConsultationDraft(
        slug=draft.slug,
        title=draft.title,
        question=draft.question or label(SOURCE, IMPORT_LABELS, "question"),
        summary=draft.summary or label(SOURCE, IMPORT_LABELS, "summary"),
        promise=label(SOURCE, IMPORT_LABELS, "promise"),
        body=draft.body,
        phases=[PhaseDraft("vote", day, _midnight(held_on + timedelta(days=1)))],
    )


async def _add_poll(
    ctx: RequestContext, consultation: ConsultationRef, draft: ImportDraft, election: Election
) -> UUID:
    ballots = election.ballots
    grades = list(ballots.grades) if isinstance(ballots, Grades) else []
    known = METHODS[draft.method].options
    said = {key: v for key, v in election.settings.items() if allows(known.get(key, ()), v)}
    approving = bool(grades) and _ballot(draft) == "approvals"
    return await add_past_poll(
        ctx,
        consultation,
        draft.question or draft.title,
        [OptionDraft(title=title, cost=election.costs.get(title)) for title in ballots.options],
        method=draft.method,
        method_options=({"missing": "worst"} if grades else {}) | said,
        compared=draft.compared,
        approved_from=(draft.approved_from or grades[len(grades) // 2]) if approving else "",
        grades=grades,
        whole_ballots=True,
        seats=election.seats,
        budget=election.budget,
        source_note=_source_note(draft, election),
    )


def _ballot(draft: ImportDraft) -> str:
    """The ballots that the compared method reads."""
    return METHODS[draft.compared or draft.method].ballot


def _source_note(draft: ImportDraft, election: Election) -> str:
    """Source of the ballots, with the options that the file says were withdrawn."""
    if not election.source.withdrawn:
        return draft.source_note
    names = ", ".join(election.source.withdrawn)
    return f"{draft.source_note} {translate(SOURCE, WITHDRAWN, names=names)}"


def _packed(method: str, ballots: Ballots) -> Iterator[bytes]:
    """Each ballot as the ballot box holds it."""
    rules = ballot_rules(method, len(ballots.options))
    for row, times in zip(matrix_of(ballots).tolist(), ballots.counts.tolist(), strict=True):
        yield from repeat(packed(rules, row), times)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), PARIS)
