"""Identification: one statement reads the clock, the session, the person and the roles."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from deliberation.core.context import AppContext, RequestContext, Viewer
from deliberation.core.database import fetch, prepared
from deliberation.core.ids import fingerprint
from deliberation.network.sessions.commands import (
    CONFIRMED_LASTS,
    SESSION_LASTS,
    STAFF_IDLE,
    STAFF_LASTS,
    record_use,
)

_IDENTIFY = prepared(
    text(
        """
        SELECT clock.now, person.id, person.name, person.email, person.voter_id,
               session.id AS session_id,
               session.confirmed_at > clock.now - CAST(:confirmed AS interval) AS confirmed,
               session.seen_at <= clock.now - interval '1 hour' AS unseen,
               array(SELECT authority_id::text || ':' || role || ':'
                            || (authority.passkeys_required AND NOT session.by_passkey)::int
                     FROM membership JOIN authority ON authority.id = authority_id
                     WHERE membership.person_id = person.id) AS roles,
               array(SELECT authority_id FROM measure
                     WHERE measure.voter_id = person.voter_id AND subject = 'account'
                       AND lifted_at IS NULL) AS suspended
        FROM (SELECT clock_now() AS now) AS clock
        LEFT JOIN session ON session.fingerprint = :fingerprint AND session.expires_at > clock.now
            AND (session.created_at > clock.now - CAST(:lasts AS interval)
                 AND session.seen_at > clock.now - CAST(:idle AS interval)
                 OR NOT EXISTS (SELECT FROM membership
                                WHERE membership.person_id = session.person_id))
        LEFT JOIN person ON person.id = session.person_id AND person.deleted_at IS NULL
        """
    )
)


async def identify(
    app: AppContext, db: AsyncSession, token: str | None, lang: str, networks: tuple[str, str]
) -> RequestContext:
    """The context of the holder of a session's token; without a viewer for any other token.

    `networks`: `network` and `wider_network` of the context.
    """
    (row,) = await fetch(
        db,
        _IDENTIFY,
        fingerprint=fingerprint(token or ""),
        confirmed=CONFIRMED_LASTS,
        # The story of a demo moves by days: its people stay signed in.
        lasts=SESSION_LASTS if app.demo else STAFF_LASTS,
        idle=SESSION_LASTS if app.demo else STAFF_IDLE,
    )
    viewer = None
    if row["id"] is not None:
        roles: dict[UUID, set[str]] = {}
        asleep: set[UUID] = set()
        for held in row["roles"]:
            authority, role, waits = held.split(":")
            if waits == "1":
                asleep.add(UUID(authority))
            else:
                roles.setdefault(UUID(authority), set()).add(role)
        if row["unseen"]:
            await record_use(db, row["session_id"], row["now"])
        viewer = Viewer(
            id=row["id"],
            voter_id=row["voter_id"],
            name=row["name"],
            email=row["email"],
            roles={authority: frozenset(held) for authority, held in roles.items()},
            suspended=frozenset(row["suspended"]),
            session_id=row["session_id"],
            confirmed=row["confirmed"],
            asleep=frozenset(asleep),
        )
    network, wider = networks
    return RequestContext(
        app=app,
        db=db,
        now=row["now"],
        lang=lang,
        viewer=viewer,
        network=network,
        wider_network=wider,
    )
