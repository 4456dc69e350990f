"""Read a consultation's form: collect all errors, and save all or nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec

from api.core.problems import messages
from api.core.refusals import refusal
from deliberation.core.context import RequestContext
from deliberation.core.errors import Conflict, Invalid
from deliberation.elections.polls.commands import PollDraft, change_poll, draft_poll, remove_poll
from deliberation.elections.polls.queries import PollView
from deliberation.i18n.catalogue import translate
from deliberation.process.consultations.commands import (
    ConsultationDraft,
    PhaseDraft,
    change_consultation,
    check_phases,
    consultation_row,
    draft_consultation,
)
from deliberation.process.consultations.queries import (
    ConsultationPage,
    ConsultationRef,
    consultation_ref,
)
from deliberation.text.inputs import read_draft
from web.shell.forms import Filled, Form, FormValues
from web.staff.consultations.fields import (
    BOUNDS,
    POLLS,
    REASON,
    blocks,
    consultation_data,
    filled_rows,
    poll_data,
    poll_typed,
    slug_from,
    stored_rows,
)


class Calendar(msgspec.Struct, frozen=True):
    """The phases alone, so that their order is checked even when a text is missing."""

    phases: list[PhaseDraft]


@dataclass(kw_only=True)
class Written(Filled):
    """A form as it was read; `errors` by the form's own names. Polls without a draft are wrong."""

    lang: str
    consultation: ConsultationDraft | None
    polls: list[tuple[str, dict[str, Any], PollDraft | None]]  # stored number or "", fields, draft
    polls_shown: bool
    rows: list[str]  # of the calendar, in the order of the draft's phases

    def refuse(self, found: Invalid, prefix: str = "") -> None:
        """Add what was found wrong, at the field where it was typed."""
        for path, sentence in messages(self.lang, found).items():
            name, text = _place(self.lang, prefix + path, sentence, self.rows, self.polls)
            self.errors.setdefault(name, text)


def read_form(
    fields: Mapping[str, Any], lang: str, page: ConsultationPage | None, titles: Mapping[int, str]
) -> Written:
    """Make drafts of a sent form. `titles`: of the published proposals, by number."""
    typed = FormValues(fields)
    if page is not None and page.card.state == "open":
        typed["slug"] = page.card.slug  # links to it are out in the world
    elif not str(typed["slug"]).strip():
        typed["slug"] = slug_from(str(typed["title"]))
    data = consultation_data(typed, page.card.phases if page else ())
    read: list[tuple[str, dict[str, Any], PollDraft | None]] = []
    written = Written(
        lang=lang,
        typed=typed,
        consultation=None,
        polls=read,
        polls_shown=POLLS in fields,
        rows=filled_rows(typed, page.card.phases if page else ()),
    )
    written.consultation = _draft(written, ConsultationDraft, data, "")
    if not typed["slug"]:  # it is made from the title; a missing title has its own error
        written.errors.pop("slug", None)
    if written.consultation is None:
        _check_calendar(written, data)
    for index, block in enumerate(blocks(typed)):
        read.append((block["number"], block, None))
        data = {**poll_data(block, titles), REASON: typed[REASON]}
        draft = _draft(written, PollDraft, data, f"polls.{index}.")
        read[index] = (block["number"], block, draft)
    return written


async def save_form(
    ctx: RequestContext,
    authority_id: UUID,
    page: ConsultationPage | None,
    polls: Sequence[PollView],
    written: Written,
) -> str | None:
    """Keep all of it and return the slug; or nothing of it, what is wrong being in `errors`."""
    if written.consultation is None:
        return None
    try:
        async with ctx.db.begin_nested():
            await _save(ctx, authority_id, page, polls, written, written.consultation)
            if written.errors:
                raise Invalid({})
    except Invalid as found:
        written.refuse(found)
    except Conflict as found:
        written.errors[""] = refusal(ctx.lang, found.code, found.values)
    return None if written.errors else written.consultation.slug


async def _save(
    ctx: RequestContext,
    authority_id: UUID,
    page: ConsultationPage | None,
    polls: Sequence[PollView],
    written: Written,
    draft: ConsultationDraft,
) -> None:
    if page is None:
        await draft_consultation(ctx, authority_id, draft)
    else:
        await change_consultation(ctx, await consultation_row(ctx, page.card.slug), draft)
    if written.polls_shown:
        await ctx.db.flush()
        rows = stored_rows(page.card.phases) if page else {}
        stored = {str(poll.number): poll_typed(poll, rows) for poll in polls}
        await _save_polls(ctx, await consultation_ref(ctx, draft.slug), stored, written, draft)


async def _save_polls(
    ctx: RequestContext,
    consultation: ConsultationRef,
    stored: Mapping[str, dict[str, Any]],
    written: Written,
    draft: ConsultationDraft,
) -> None:
    """Write what is new, change what was touched, remove what is gone.

    `stored`: the votes of before by number, as the form showed them.
    """
    for gone in stored.keys() - {number for number, _, _ in written.polls}:
        await remove_poll(ctx, consultation, int(gone), str(written.typed[REASON]))
    phases = dict(zip(written.rows, draft.phases, strict=True))
    for index, (number, block, poll) in enumerate(written.polls):
        if poll is None or stored.get(number) == block:
            continue
        chosen = _saved(consultation, phases.get(block["phase"]))
        poll = msgspec.structs.replace(poll, phase=chosen)
        try:
            if number in stored:
                await change_poll(ctx, consultation, int(number), poll)
            else:
                await draft_poll(ctx, consultation, poll)
        except Invalid as found:
            written.refuse(found, f"polls.{index}.")


def _saved(consultation: ConsultationRef, draft: PhaseDraft | None) -> UUID | None:
    """The phase that was saved as a draft says: its id is known once it is stored."""
    if draft is None:
        return None
    if draft.id is not None:
        return draft.id
    dates = (draft.kind, draft.opens_at, draft.closes_at)
    found = (one for one in consultation.phases if (one.kind, one.opens_at, one.closes_at) == dates)
    return next((one.id for one in found), None)


def _draft(written: Written, kind: Any, data: Mapping[str, Any], prefix: str) -> Any:
    try:
        return read_draft(kind, data)
    except Invalid as found:
        written.refuse(found, prefix)
        return None


def _check_calendar(written: Written, data: Mapping[str, Any]) -> None:
    form = Form(Calendar, data, written.lang)
    if form.draft is not None:
        try:
            check_phases(form.draft.phases)
        except Invalid as found:
            written.refuse(found)


def _place(
    lang: str,
    path: str,
    sentence: str,
    rows: Sequence[str],
    polls: Sequence[tuple[str, dict[str, Any], PollDraft | None]],
) -> tuple[str, str]:
    """Field of the form where an error of a draft is shown, and its sentence there."""
    parts = path.split(".")
    if parts[-1] == REASON:  # one for all that changes
        return REASON, sentence
    if parts[0] == "phases" and len(parts) == 3:
        bound = parts[2] if parts[2] in BOUNDS else BOUNDS[0]
        return f"phases.{rows[int(parts[1])]}.{bound}", sentence
    if parts[0] == POLLS and len(parts) > 3:
        return _poll_place(lang, parts, sentence, polls[int(parts[1])][1])
    if len(parts) == 2 and parts[1].isdecimal():
        return parts[0], _line(lang, int(parts[1]) + 1, sentence)
    return path, sentence


def _poll_place(
    lang: str, parts: list[str], sentence: str, block: Mapping[str, Any]
) -> tuple[str, str]:
    field_, index = parts[2], int(parts[3])
    if field_ == "grades":  # drafts hold the worst first, the form the best
        index = len(block["grades"].split("\n")) - 1 - index
    free = len([line for line in block["options"].split("\n") if line.strip()])
    if field_ == "options" and index >= free:
        return ".".join((*parts[:2], "proposals")), sentence
    return ".".join(parts[:3]), _line(lang, index + 1, sentence)


def first_lines(lang: str, errors: Mapping[str, str]) -> dict[str, str]:
    """The errors of lists by list, each naming its line: `frame_ancestors.2` at its field."""
    placed: dict[str, str] = {}
    for path, sentence in errors.items():
        name, text = _place(lang, path, sentence, (), ())
        placed.setdefault(name, text)
    return placed


def _line(lang: str, number: int, sentence: str) -> str:
    return translate(lang, "Ligne %(number)s : %(sentence)s", number=number, sentence=sentence)
