"""Sessions: opened by signing in, listed and closed by their owner, confirmed when needed."""

from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

import msgspec
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from deliberation.core.context import RequestContext
from deliberation.core.cursor import MOST_LISTED
from deliberation.core.database import fetch, prepared
from deliberation.core.ids import fingerprint, new_id, new_token
from deliberation.network.sessions.model import Session

SESSION_LASTS = timedelta(days=30)
# Of somebody with a role: shorter, and ended when unused.
STAFF_LASTS = timedelta(days=7)
STAFF_IDLE = timedelta(hours=24)
CONFIRMED_LASTS = timedelta(minutes=10)


class Somebody(Protocol):
    """A person, as a row or as a view."""

    @property
    def id(self) -> UUID: ...


class SessionView(msgspec.Struct, frozen=True, kw_only=True):
    """One of the viewer's own sessions. `seen_at` is kept to the hour."""

    id: UUID
    browser: str
    created_at: datetime
    seen_at: datetime
    by_passkey: bool
    here: bool


async def open_session(
    ctx: RequestContext, person: Somebody, *, browser: str = "", by_passkey: bool = False
) -> str:
    """Open a session and return its token; only the token's fingerprint is stored.

    `browser`: a name for its holder, as "Firefox, Android".
    """
    token = new_token()
    ctx.db.add(
        Session(
            id=new_id(),
            fingerprint=fingerprint(token),
            person_id=person.id,
            browser=browser,
            by_passkey=by_passkey,
            created_at=ctx.now,
            seen_at=to_the_hour(ctx.now),
            confirmed_at=ctx.now,
            expires_at=ctx.now + SESSION_LASTS,
        )
    )
    await ctx.db.flush()
    return token


async def sign_out(ctx: RequestContext, token: str | None) -> None:
    """End the session of a token, if there is one: also that of before a new sign-in."""
    await ctx.db.execute(delete(Session).where(Session.fingerprint == fingerprint(token or "")))


async def sessions(ctx: RequestContext) -> list[SessionView]:
    """The viewer's own live sessions, the latest first, `MOST_LISTED` at most."""
    query = (
        select(Session)
        .where(Session.person_id == ctx.person.id, Session.expires_at > ctx.now)
        .order_by(Session.seen_at.desc(), Session.created_at.desc())
        .limit(MOST_LISTED)
    )
    return [
        SessionView(
            id=one.id,
            browser=one.browser,
            created_at=one.created_at,
            seen_at=one.seen_at,
            by_passkey=one.by_passkey,
            here=one.id == ctx.person.session_id,
        )
        for one in (await ctx.db.scalars(query)).all()
    ]


async def close_session(ctx: RequestContext, session_id: UUID) -> None:
    """End one of the viewer's own sessions; another one's is neither changed nor reported."""
    await ctx.db.execute(
        delete(Session).where(Session.id == session_id, Session.person_id == ctx.person.id)
    )


async def close_other_sessions(ctx: RequestContext) -> None:
    """End all of the viewer's sessions but this one."""
    await ctx.db.execute(
        delete(Session).where(
            Session.person_id == ctx.person.id, Session.id != ctx.person.session_id
        )
    )


async def end_sessions(ctx: RequestContext, person_id: UUID) -> None:
    """End all sessions of a person whose account is deleted."""
    await ctx.db.execute(delete(Session).where(Session.person_id == person_id))


async def forget_old_sessions(ctx: RequestContext) -> None:
    """Delete expired sessions."""
    await ctx.db.execute(delete(Session).where(Session.expires_at < ctx.now))


async def record_use(db: AsyncSession, session_id: UUID, now: datetime) -> None:
    """Record that a session was used, to the hour: it must not show when somebody voted."""
    await fetch(db, _SEEN, id=session_id, hour=to_the_hour(now))


async def confirm_session(ctx: RequestContext, *, by_passkey: bool) -> None:
    """Record that the viewer has just proved their identity again, in this session."""
    values: dict[str, object] = {"confirmed_at": ctx.now}
    if by_passkey:
        values["by_passkey"] = True
    await ctx.db.execute(
        update(Session).where(Session.id == ctx.person.session_id).values(**values)
    )


def to_the_hour(moment: datetime) -> datetime:
    """A time rounded down to the hour."""
    return moment.replace(minute=0, second=0, microsecond=0)


_SEEN = prepared("UPDATE session SET seen_at = :hour WHERE id = :id")
# SQL for a restored database: everybody is signed out.
END_ALL_SESSIONS = "DELETE FROM session"
