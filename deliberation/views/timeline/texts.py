"""A consultation's status and timeline in words, for the head of a page and for a card.

A phase holds until just before its end, so an end at midnight is shown as the last minute of the
day before.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

import msgspec

from deliberation.followup.answers.texts import AnswerDue, owed, owed_shortly
from deliberation.i18n import formats
from deliberation.i18n.catalogue import label, translate
from deliberation.i18n.catalogue import mark as _
from deliberation.i18n.formats import PARIS, last_minute
from deliberation.process.consultations.texts import PHASE_LABELS
from deliberation.views.timeline.status import Code, ComingPhase, Stage, State, Status, TimelineStep


class StepText(msgspec.Struct, frozen=True):
    """A step of the timeline in words; `text` may be empty."""

    kind: str
    title: str
    state: State
    when: str
    text: str


class StatusMessage(msgspec.Struct, frozen=True):
    """Three sentences; each may be empty but the first."""

    now: str
    until: str
    next: str


STATUS: dict[Code, str] = {
    "vote": _("Le vote est ouvert."),
    "proposals-and-discussion": _("Les propositions et le débat sont ouverts."),
    "proposals": _("Les propositions sont ouvertes."),
    "discussion": _("Le débat est ouvert."),
    "information": _("C’est le moment de s’informer."),
    "cancelled": _("Cette consultation a été annulée."),
    "not-begun": _("Cette consultation n’a pas encore commencé."),
    "late": _("La participation est terminée : la collectivité n’a pas encore répondu."),
    "expected": _("La participation est terminée : la collectivité prépare sa réponse."),
    "answered": _("La collectivité a répondu."),
    "followed-up": _("La collectivité a répondu. Ce qu’elle fait ensuite est suivi ici."),
    "paused": _("Rien n’est ouvert en ce moment."),
    "participation-over": _("La participation est terminée."),
    "over": _("Cette consultation est terminée."),
}
BADGES: dict[str, str] = {
    "vote": _("Vote ouvert"),
    "proposals": _("Propositions ouvertes"),
    "discussion": _("Débat ouvert"),
    "information": _("À découvrir"),
}
NEXT: dict[str, str] = {
    "information": _("L’information commencera le %(day)s."),
    "proposals": _("Les propositions ouvriront le %(day)s."),
    "discussion": _("Le débat ouvrira le %(day)s."),
    "vote": _("Le vote ouvrira le %(day)s."),
    "decision": _("La collectivité répondra entre le %(day)s et le %(end)s."),
    "follow_up": _("Le suivi de la décision commencera le %(day)s."),
}


def status_message(lang: str, status: Status, now: datetime, standing: AnswerDue) -> StatusMessage:
    """Sentences on the current state, its end and the next phase, for the head of a page."""
    return StatusMessage(
        now=translate(lang, STATUS[status.code]),
        until=_until(lang, status.until, now) if status.until else owed(lang, standing),
        next=_next(lang, status.next) if status.next else "",
    )


def timeline_texts(
    lang: str, steps: Sequence[TimelineStep], standing: AnswerDue
) -> tuple[StepText, ...]:
    """The steps of a timeline in words."""
    return tuple(
        StepText(
            kind=step.kind,
            title=label(lang, PHASE_LABELS, step.kind),
            state=step.state,
            when=period(lang, step.opens_at, step.closes_at),
            text=_step_text(lang, step, standing),
        )
        for step in steps
    )


def badge(lang: str, phases: Sequence[Stage], standing: AnswerDue) -> tuple[str, str]:
    """(kind, words) of the badge of a consultation: what is open, late, expected or answered."""
    if standing.state == "cancelled":
        return "closed", translate(lang, _("Annulée"))
    open_now = {phase.kind for phase in phases if phase.state == "open"}
    for kind, words in BADGES.items():
        if kind in open_now:
            return "open", translate(lang, words)
    if all(phase.state == "promised" for phase in phases):
        return "soon", translate(lang, _("Bientôt"))
    if standing.state == "late":
        return "due", owed_shortly(lang, standing.by, standing.late)
    if standing.counting:
        return "progress", translate(lang, _("Dépouillement en cours"))
    if standing.state == "expected":
        return "soon", owed_shortly(lang, standing.by, 0)
    if standing.state == "answered":
        return "answered", translate(lang, _("Réponse publiée"))
    if any(phase.state == "promised" for phase in phases):
        return "soon", translate(lang, _("Entre deux étapes"))
    return "closed", translate(lang, _("Terminée"))


def due_date(lang: str, phases: Sequence[Stage], now: datetime) -> str:
    """The date that matters in a list: what is left, when it opens, when it ended."""
    open_now = {phase.kind: phase for phase in phases if phase.state == "open"}
    for kind in BADGES:
        if kind in open_now:
            left = formats.span(lang, open_now[kind].closes_at - now)
            return translate(lang, _("Encore %(left)s"), left=left)
    later = [phase for phase in phases if phase.state == "promised"]
    if later and len(later) == len(phases):
        first = min(later, key=lambda phase: phase.opens_at)
        return translate(lang, _("Ouvre le %(day)s"), day=formats.day(lang, first.opens_at))
    taken = [phase for phase in phases if phase.kind in BADGES and phase.state == "done"]
    if not taken:
        return ""
    last = last_minute(max(phase.closes_at for phase in taken))
    return translate(lang, _("Participation close le %(day)s"), day=formats.day(lang, last))


@lru_cache(maxsize=4096)
def period(lang: str, opens: datetime, closes: datetime) -> str:
    """`du 4 mars au 20 mai 2027`."""
    end = last_minute(closes)
    same_year = opens.astimezone(PARIS).year == end.astimezone(PARIS).year
    return translate(
        lang,
        _("du %(begin)s au %(end)s"),
        begin=formats.day(lang, opens, year=not same_year),
        end=formats.day(lang, end),
    )


def _step_text(lang: str, step: TimelineStep, standing: AnswerDue) -> str:
    if step.state == "wait":
        return translate(lang, _("Le vote est clos, le résultat n’est pas encore publié."))
    if step.kind == "decision" and step.state in ("now", "due"):
        return owed(lang, standing)
    return ""


def _until(lang: str, closes_at: datetime, now: datetime) -> str:
    end = formats.moment(lang, last_minute(closes_at), weekday=True)
    left = formats.span(lang, closes_at - now)
    return translate(
        lang, _("Jusqu’au %(moment)s, heure de Paris (encore %(left)s)."), moment=end, left=left
    )


def _next(lang: str, coming: ComingPhase) -> str:
    end = formats.day(lang, last_minute(coming.closes_at))
    if coming.event == "continues":
        return translate(lang, _("Le débat continuera jusqu’au %(day)s."), day=end)
    return translate(lang, NEXT[coming.kind], day=formats.day(lang, coming.opens_at), end=end)
