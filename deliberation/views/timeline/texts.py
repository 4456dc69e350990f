"""The thread of a consultation in words: what is open now, until when, what is owed, what comes.

Pure: phases, a standing and a moment in, sentences out. A phase holds until just before its end, so
an end at midnight is told as the last minute of the day before.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal, Protocol

import msgspec

from deliberation.followup.answers.texts import Standing, owed, owed_shortly
from deliberation.i18n import formats
from deliberation.i18n.catalogue import label, translate
from deliberation.i18n.catalogue import mark as _
from deliberation.i18n.formats import PARIS, last_minute
from deliberation.process.consultations.texts import PHASE_LABELS

State = Literal["done", "now", "next", "wait", "due"]


class Stage(Protocol):
    """A phase and where it stands: `promised`, `open` or `done`."""

    @property
    def kind(self) -> str: ...
    @property
    def opens_at(self) -> datetime: ...
    @property
    def closes_at(self) -> datetime: ...
    @property
    def state(self) -> str: ...


class Step(msgspec.Struct, frozen=True):
    """One knot of the thread; `wait`: its ballots are counted; `due`: what it promised is late."""

    kind: str
    title: str
    state: State
    when: str
    text: str


class Telling(msgspec.Struct, frozen=True):
    """Three sentences; each may be empty but the first."""

    now: str
    until: str
    next: str


# What is open -> its sentence, the one that asks most of people first.
OPEN: dict[tuple[str, ...], str] = {
    ("vote",): _("Le vote est ouvert."),
    ("proposals", "discussion"): _("Les propositions et le débat sont ouverts."),
    ("proposals",): _("Les propositions sont ouvertes."),
    ("discussion",): _("Le débat est ouvert."),
    ("information",): _("C’est le moment de s’informer."),
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


def telling(lang: str, phases: Sequence[Stage], now: datetime, standing: Standing) -> Telling:
    """What is open now, until when and what comes next, for the head of a page."""
    open_now = {phase.kind: phase for phase in phases if phase.state == "open"}
    for kinds, sentence in OPEN.items():
        if all(kind in open_now for kind in kinds):
            return Telling(
                now=translate(lang, sentence),
                until=_until(lang, open_now[kinds[0]], now),
                next=_then(lang, phases, [open_now[kind] for kind in kinds]),
            )
    return Telling(
        now=translate(lang, _after(phases, open_now, standing)),
        until=owed(lang, standing),
        next=_then(lang, phases, []),
    )


def thread(lang: str, phases: Sequence[Stage], standing: Standing) -> list[Step]:
    """The knots of the thread, in order of opening."""
    return [_step(lang, phase, standing) for phase in phases]


def states(phases: Sequence[Stage], standing: Standing) -> list[State]:
    """The states of the knots alone, for a card."""
    return [_state(phase, standing) for phase in phases]


def badge(lang: str, phases: Sequence[Stage], standing: Standing) -> tuple[str, str]:
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


def _step(lang: str, phase: Stage, standing: Standing) -> Step:
    state = _state(phase, standing)
    text = ""
    if state == "wait":
        text = translate(lang, _("Le vote est clos, le résultat n’est pas encore publié."))
    elif phase.kind == "decision" and state in ("now", "due"):
        text = owed(lang, standing)
    return Step(
        kind=phase.kind,
        title=label(lang, PHASE_LABELS, phase.kind),
        state=state,
        when=period(lang, phase.opens_at, phase.closes_at),
        text=text,
    )


def _state(phase: Stage, standing: Standing) -> State:
    if phase.state == "promised":
        return "next"
    if phase.kind == "decision" and standing.state == "late":
        return "due"
    if phase.kind == "vote" and phase.state == "done" and standing.counting:
        return "wait"
    return "now" if phase.state == "open" else "done"


def _after(phases: Sequence[Stage], open_now: Mapping[str, Stage], standing: Standing) -> str:
    """What is told when nothing is asked of people: before, between, after."""
    if standing.state == "cancelled":
        return _("Cette consultation a été annulée.")
    if all(phase.state == "promised" for phase in phases):
        return _("Cette consultation n’a pas encore commencé.")
    if standing.state == "late":
        return _("La participation est terminée : la collectivité n’a pas encore répondu.")
    if standing.state == "expected":
        return _("La participation est terminée : la collectivité prépare sa réponse.")
    if standing.state == "answered":
        if "follow_up" in open_now:
            return _("La collectivité a répondu. Ce qu’elle fait ensuite est suivi ici.")
        return _("La collectivité a répondu.")
    if any(phase.state == "promised" and phase.kind in BADGES for phase in phases):
        return _("Rien n’est ouvert en ce moment.")
    if open_now:
        return _("La participation est terminée.")
    return _("Cette consultation est terminée.")


def _until(lang: str, phase: Stage, now: datetime) -> str:
    end = formats.moment(lang, last_minute(phase.closes_at), weekday=True)
    left = formats.span(lang, phase.closes_at - now)
    return translate(
        lang, _("Jusqu’au %(moment)s, heure de Paris (encore %(left)s)."), moment=end, left=left
    )


def _then(lang: str, phases: Sequence[Stage], told: Sequence[Stage]) -> str:
    """The next opening; or, of two things open, the one that goes on after the first."""
    if len(told) == 2 and told[0].closes_at < told[1].closes_at:
        day = formats.day(lang, last_minute(told[1].closes_at))
        return translate(lang, _("Le débat continuera jusqu’au %(day)s."), day=day)
    later = [phase for phase in phases if phase.state == "promised"]
    if not later:
        return ""
    following = min(later, key=lambda phase: phase.opens_at)
    return translate(
        lang,
        NEXT[following.kind],
        day=formats.day(lang, following.opens_at),
        end=formats.day(lang, last_minute(following.closes_at)),
    )
