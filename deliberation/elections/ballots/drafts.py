"""Ballot drafts: a browser's choice that is not cast yet, kept seven days.

The choice is encrypted with a key derived from the browser's cookie: the database alone cannot be
used to read it.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import (
    ColumnElement,
    DateTime,
    Integer,
    LargeBinary,
    Select,
    Uuid,
    bindparam,
    column,
    func,
    select,
    text,
    update,
)

from deliberation.core.context import RequestContext, permit
from deliberation.core.database import fetch, fetch_one, prepared
from deliberation.core.ids import fingerprint, new_token
from deliberation.core.secrets import open_sealed, seal
from deliberation.elections.ballots.choices import Choice, is_blank, packed
from deliberation.elections.ballots.model import BallotDraft
from deliberation.elections.electorate.countersigners import (
    SIGNERS,
    CountersignerView,
    countersigners_in,
)
from deliberation.elections.polls.model import Poll
from deliberation.elections.polls.queries import PollView, poll_in, polls_query
from deliberation.process.consultations.model import Consultation
from deliberation.process.consultations.phases import refused
from deliberation.process.consultations.queries import ConsultationRef

DRAFT_LASTS = timedelta(days=7)
# How long "Valider mon vote" waits for its voter to sign in: on a shared computer, whoever signs in
# later must not cast what somebody else left.
COMMITTED_LASTS = timedelta(hours=1)
MAX_POLL_DRAFTS = 100_000  # of one poll; a flood costs disk space only
MAX_MARK_LENGTH = len('"1000":1000,')


class DraftView(msgspec.Struct, frozen=True):
    """A ballot in preparation; `committed`: its voter has asked for it to be cast."""

    choice: Mapping[str, int]
    blank: bool
    committed: bool
    submission: bytes
    saved_at: datetime


class WaitingDraft(msgspec.Struct, frozen=True):
    """A committed draft whose voter must still sign in."""

    consultation: str
    poll: int


async def save_draft(
    ctx: RequestContext,
    consultation: ConsultationRef,
    poll: PollView,
    browser: str,
    choice: Choice,
    *,
    blank: bool = False,
) -> None:
    """Store a browser's choice, keyed by the fingerprint of its cookie; no sign-in is needed.

    Raises as `choices.packed` and `phases.refused`. A browser has one draft per poll;
    `forget_old_drafts` bounds the number of drafts, so that none is refused.
    """
    phases = [one for one in consultation.effective_phases if one.id == poll.phase]
    permit(refused(phases, "vote", ctx.now))
    packed(poll, choice, blank=blank)
    values = {
        "browser": fingerprint(browser),
        "poll_id": poll.id,
        "choice": _locked(browser, poll, choice),
        "submission": new_token().encode(),
        "committed": False,
        "saved_at": ctx.now,
    }
    await fetch(ctx.db, _SAVE, **values)


async def drafted_poll(
    ctx: RequestContext, consultation: ConsultationRef, number: int, browser: str
) -> tuple[PollView, DraftView | None, tuple[CountersignerView, ...]]:
    """A poll, what a browser has drafted for it, and its countersigners, by one statement.

    Raises `NotFound`.
    """
    values = {"consultation": consultation.id, "number": number, "now": ctx.now}
    row = await fetch_one(ctx.db, _DRAFTED, browser=fingerprint(browser), **values)
    poll = poll_in(consultation, row)
    return poll, draft_in(row, poll, browser), countersigners_in(row["signers"])


def draft_in(row: Mapping[str, Any], poll: PollView, browser: str) -> DraftView | None:
    """The draft in a row of `with_draft`; None without one that this cookie opens."""
    locked = row["choice"]
    choice = None if locked is None else _unlocked(browser, poll.id, locked)
    if choice is None:
        return None
    return DraftView(
        choice, is_blank(poll, choice), row["committed"], row["submission"], row["saved_at"]
    )


def with_draft(polls: Select[Any], now: ColumnElement[datetime]) -> Select[Any]:
    """SQL: polls with a browser's draft of each, not older than `DRAFT_LASTS`.

    Parameter: `browser`, the fingerprint of its cookie.
    """
    return polls.add_columns(*_DRAFT.c).outerjoin(_DRAFT, _DRAFT.c.saved_at > now - DRAFT_LASTS)


async def drafted_polls(
    ctx: RequestContext, consultation: ConsultationRef, browser: str
) -> frozenset[int]:
    """The numbers of a consultation's polls for which a browser has a draft."""
    query = (
        select(Poll.number)
        .join(BallotDraft, BallotDraft.poll_id == Poll.id)
        .where(Poll.consultation_id == consultation.id)
        .where(BallotDraft.browser == fingerprint(browser))
        .where(BallotDraft.saved_at > ctx.now - DRAFT_LASTS)
    )
    return frozenset((await ctx.db.scalars(query)).all())


async def commit_draft(ctx: RequestContext, poll: PollView, browser: str) -> bool:
    """Mark a draft as confirmed by its voter; False when there is none."""
    done = await ctx.db.execute(
        update(BallotDraft)
        .where(BallotDraft.browser == fingerprint(browser), BallotDraft.poll_id == poll.id)
        .values(committed=True, saved_at=ctx.now)
        .returning(BallotDraft.poll_id)
    )
    return done.first() is not None


async def waiting_drafts(ctx: RequestContext, browser: str) -> list[WaitingDraft]:
    """The drafts that a browser committed within the last hour."""
    query = (
        select(Consultation.slug, Poll.number)
        .join(Poll, Poll.consultation_id == Consultation.id)
        .join(BallotDraft, BallotDraft.poll_id == Poll.id)
        .where(BallotDraft.browser == fingerprint(browser), BallotDraft.committed)
        .where(BallotDraft.saved_at > ctx.now - COMMITTED_LASTS)
        .order_by(Consultation.slug, Poll.number)
    )
    return [WaitingDraft(*row) for row in (await ctx.db.execute(query)).all()]


async def drop_draft(connection: Any, poll_id: UUID, browser: str, submission: bytes) -> None:
    """Delete a draft once its ballot is cast, by a statement of its own; a newer one stays."""
    await connection.execute(_DROP, fingerprint(browser), poll_id, submission)


async def forget_old_drafts(ctx: RequestContext) -> None:
    """Periodic: remove drafts after seven days, after the close, or beyond `MAX_POLL_DRAFTS`."""
    await ctx.db.execute(
        text(
            "DELETE FROM ballot_draft WHERE saved_at < :old OR poll_id IN ("
            " SELECT poll.id FROM poll JOIN phase ON phase.id = poll.phase_id"
            " WHERE phase.closes_at < :closed)"
        ),
        {"old": ctx.now - DRAFT_LASTS, "closed": ctx.now - timedelta(hours=1)},
    )
    await ctx.db.execute(
        text(
            "DELETE FROM ballot_draft USING (SELECT browser, poll_id, row_number() OVER"
            " (PARTITION BY poll_id ORDER BY saved_at DESC) AS age FROM ballot_draft) AS ranked"
            " WHERE ballot_draft.browser = ranked.browser"
            " AND ballot_draft.poll_id = ranked.poll_id AND ranked.age > :most"
        ),
        {"most": MAX_POLL_DRAFTS},
    )


def _locked(browser: str, poll: PollView, choice: Choice) -> bytes:
    # All drafts of a poll have one size, so that it does not reveal the number of marks.
    plain = msgspec.json.encode(dict(choice)).ljust(MAX_MARK_LENGTH * len(poll.options) + 2)
    return seal(browser.encode(), "draft", poll.id.bytes, plain)


def _unlocked(browser: str, poll_id: UUID, locked: bytes) -> dict[str, int] | None:
    """The choice of a draft; None for one that this cookie does not open."""
    plain = open_sealed(browser.encode(), "draft", poll_id.bytes, locked)
    return None if plain is None else msgspec.json.decode(plain, type=dict[str, int])


_DRAFT = (
    func.ballot_draft_of(bindparam("browser", type_=LargeBinary), Poll.id)
    .table_valued("choice", "submission", "committed", column("saved_at", DateTime(timezone=True)))
    .lateral("draft")
)
_DRAFTED = prepared(
    with_draft(polls_query(), bindparam("now", type_=DateTime(timezone=True)))
    .add_columns(SIGNERS.label("signers"))
    .where(Poll.consultation_id == bindparam("consultation", type_=Uuid))
    .where(Poll.number == bindparam("number", type_=Integer))
)
_SAVE = prepared(
    """
    INSERT INTO ballot_draft (browser, poll_id, choice, submission, committed, saved_at)
    VALUES (:browser, :poll_id, :choice, :submission, :committed, :saved_at)
    ON CONFLICT (browser, poll_id) DO UPDATE SET choice = excluded.choice,
        submission = excluded.submission, committed = excluded.committed,
        saved_at = excluded.saved_at
    """
)
_DROP = "SELECT drop_ballot_draft($1, $2, $3)"
