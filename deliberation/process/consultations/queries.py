"""Read consultations; decides who sees which of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, TypedDict
from uuid import UUID

import msgspec
from sqlalchemy import Select, String, Text, bindparam, cast, func, select

from deliberation.core.context import RequestContext
from deliberation.core.database import fetch, prepared
from deliberation.core.errors import NotFound
from deliberation.network.authorities.model import Authority
from deliberation.network.authorities.queries import CARD, AuthorityCard
from deliberation.process.consultations import phases as rules
from deliberation.process.consultations.model import Consultation, Phase, Version
from deliberation.process.consultations.permissions import sees_drafts


class PhaseView(msgspec.Struct, frozen=True):
    """A phase and its state: `promised`, `open` or `done`."""

    id: UUID
    kind: str
    opens_at: datetime
    closes_at: datetime
    state: str


class ConsultationRef(msgspec.Struct, frozen=True, kw_only=True):
    """Identity, authority, state and dates of a consultation, for commands and permissions."""

    id: UUID
    slug: str
    authority_id: UUID
    state: str
    themes: list[str]
    last_number: int  # given to a proposal
    phases: list[PhaseView]

    @property
    def effective_phases(self) -> Sequence[PhaseView]:
        """The phases that open something: none of a draft or of what was withdrawn or cancelled."""
        return self.phases if self.state == "open" else ()

    def phase(self, phase_id: UUID | None) -> PhaseView | None:
        """One of its phases."""
        return next((phase for phase in self.phases if phase.id == phase_id), None)


class ConsultationCard(msgspec.Struct, frozen=True, kw_only=True):
    """A consultation in a list."""

    id: UUID
    slug: str
    title: str
    question: str
    summary: str
    state: str
    authority: AuthorityCard
    phases: list[PhaseView]
    now: PhaseView | None  # what is open now: the phase that asks most of people
    next: PhaseView | None


class ConsultationPage(msgspec.Struct, frozen=True, kw_only=True):
    """All that a consultation says of itself, and what is open in it for anybody."""

    card: ConsultationCard
    promise: str
    body: str
    decided: list[str]
    undecided: list[str]
    not_negotiable: list[str]
    themes: list[str]
    last_number: int  # given to a proposal, published or not
    frame_ancestors: list[str]
    opened_at: datetime | None
    withdrawal_reason: str  # why it was cancelled or taken back
    changed_at: datetime | None  # when what was announced last changed
    open_actions: list[str]

    @property
    def ref(self) -> ConsultationRef:
        """The argument of commands and permissions, from this page."""
        card = self.card
        return ConsultationRef(
            id=card.id,
            slug=card.slug,
            authority_id=card.authority.id,
            state=card.state,
            themes=self.themes,
            last_number=self.last_number,
            phases=card.phases,
        )


class Place(TypedDict):
    """The authority and the consultation that an event or a row names."""

    authority_id: UUID
    consultation_id: UUID


def place_of(consultation: ConsultationRef | Consultation) -> Place:
    """Authority and consultation, as keyword arguments of an event or a row."""
    return Place(authority_id=consultation.authority_id, consultation_id=consultation.id)


# The open phase with the lowest number is the one that a card names.
URGENCY: dict[str, int] = {
    "vote": 0,
    "proposals": 1,
    "discussion": 2,
    "information": 3,
    "decision": 4,
    "follow_up": 5,
}

PUBLIC = ("open", "cancelled")

_dates = msgspec.json.Decoder(list[tuple[UUID, str, datetime, datetime]])


async def consultation_page(ctx: RequestContext, slug: str) -> ConsultationPage:
    """One consultation. Raises `NotFound` when there is none or it is not for the viewer."""
    rows = await fetch(ctx.db, _PAGE, slug=slug)
    return page_of(ctx, rows[0] if rows else None)


def page_of(ctx: RequestContext, row: Mapping[Any, Any] | None) -> ConsultationPage:
    """The consultation of a row of `PAGE`. Raises `NotFound` as `consultation_page` does."""
    if row is None or not _is_visible(ctx, row):
        raise NotFound
    card = card_of(row, ctx.now)
    return ConsultationPage(
        card=card,
        **{column.key: row[column.key] for column in (*_TEXTS, _CHANGED)},
        # Nothing is open in what is not public, whatever its dates say.
        open_actions=sorted(rules.open_actions(card.phases, ctx.now))
        if card.state == "open"
        else [],
    )


async def consultation_ref(ctx: RequestContext, slug: str) -> ConsultationRef:
    """Load a consultation for commands. Raises `NotFound` as `consultation_page` does."""
    rows = await fetch(ctx.db, _REF, slug=slug)
    return ref_of(ctx, rows[0] if rows else None)


def ref_of(ctx: RequestContext, row: Mapping[Any, Any] | None) -> ConsultationRef:
    """The consultation of a row of `REF`. Raises `NotFound` as `consultation_page` does."""
    if row is None or not _is_visible(ctx, row):
        raise NotFound
    fields = {column.key: row[column.key] for column in _NAMED}
    return ConsultationRef(**fields, phases=_phases(row["phases"], ctx.now))


def moment_of(card: ConsultationCard) -> str:
    """`open` while something is asked, `coming` before the next phase that asks, `over` after."""
    asking = [phase for phase in card.phases if phase.kind in rules.TAKES_PART] or card.phases
    states = {phase.state for phase in asking}
    if card.state == "cancelled":
        return "over"
    return "open" if "open" in states else "coming" if "promised" in states else "over"


def _is_visible(ctx: RequestContext, row: Mapping[Any, Any]) -> bool:
    """The rule of what exists for the viewer: what is public, and their own authorities' drafts.

    A row without a consultation has no state.
    """
    drafts = row["state"] is not None and sees_drafts(ctx, row["authority_id"])
    return row["state"] in PUBLIC or drafts


_DATES = (
    select(
        cast(
            func.json_agg(
                func.json_build_array(Phase.id, Phase.kind, Phase.opens_at, Phase.closes_at)
            ),
            Text,
        )
    )
    .where(Phase.consultation_id == Consultation.id)
    .scalar_subquery()
    .label("phases")
)


_SHOWN = (
    Consultation.id,
    Consultation.slug,
    Consultation.title,
    Consultation.question,
    Consultation.summary,
    Consultation.state,
)


def cards_of() -> Select[*tuple[Any, ...]]:
    """The columns that `card_of` reads."""
    return select(
        *(column.label(f"authority_{column.key}") for column in CARD), *_SHOWN, _DATES
    ).join(Authority, Authority.id == Consultation.authority_id)


_LAST_NUMBER = Consultation.proposal_count.label("last_number")
_TEXTS = (
    Consultation.promise,
    Consultation.body,
    Consultation.decided,
    Consultation.undecided,
    Consultation.not_negotiable,
    Consultation.themes,
    _LAST_NUMBER,
    Consultation.frame_ancestors,
    Consultation.opened_at,
    Consultation.withdrawal_reason,
)
_CHANGED = (
    select(func.max(Version.made_at))
    .where(Version.consultation_id == Consultation.id, Version.number > 1)
    .scalar_subquery()
    .label("changed_at")
)
_THIS = Consultation.slug == bindparam("slug", type_=String)
PAGE = cards_of().add_columns(*_TEXTS, _CHANGED).where(_THIS)
_NAMED = (
    Consultation.id,
    Consultation.slug,
    Consultation.authority_id,
    Consultation.state,
    Consultation.themes,
    _LAST_NUMBER,
)
REF = select(*_NAMED, _DATES).where(_THIS)
_PAGE, _REF = prepared(PAGE), prepared(REF)


def _phases(dates: str | None, now: datetime) -> list[PhaseView]:
    """The phases that a query gathered as JSON, in order of opening."""
    dated = _dated(dates or "[]")
    return [msgspec.structs.replace(one, state=rules.state(one, now)) for one in dated]


@lru_cache(maxsize=4096)
def _dated(dates: str) -> list[PhaseView]:
    found = (PhaseView(*row, state="") for row in _dates.decode(dates))
    return sorted(found, key=lambda phase: (phase.opens_at, phase.id))


def card_of(row: Mapping[Any, Any], now: datetime) -> ConsultationCard:
    """The card of a row of `cards_of`."""
    phases = _phases(row["phases"], now)
    open_now = [phase for phase in phases if phase.state == "open"]
    return ConsultationCard(
        **{column.key: row[column.key] for column in _SHOWN},
        authority=AuthorityCard(*(row[f"authority_{column.key}"] for column in CARD)),
        phases=phases,
        now=min(open_now, key=lambda phase: URGENCY[phase.kind], default=None),
        next=next((phase for phase in phases if phase.state == "promised"), None),
    )
