"""Identification: one statement reads the clock, the session, the person, the roles, and the
consultation that the request is about.
"""

from collections.abc import Mapping
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Select, Subquery, column, select, text, true
from sqlalchemy.ext.asyncio import AsyncSession

from deliberation.core.context import AppContext, RequestContext, Viewer
from deliberation.core.database import Prepared, fetch, prepared
from deliberation.core.pools import alone
from deliberation.network.people.queries import LIVE_SESSION, session_values
from deliberation.network.sessions.commands import CONFIRMED_LASTS, record_use
from deliberation.process.consultations.queries import PAGE, REF, page_of, ref_of

Asked = Literal["", "consultation", "page"]

# `clock.now` is read once, not wherever it is named.
_CLOCK = "(SELECT clock_now() AS now OFFSET 0) AS clock"
_CHANGES_AT = """least((SELECT min(opens_at) FROM phase WHERE opens_at > clock.now),
                       (SELECT min(closes_at) FROM phase WHERE closes_at > clock.now))"""
# Without a token: nobody.
_VISITOR = (
    text(f"SELECT clock.now, NULL AS person_id, {_CHANGES_AT} AS changes_at FROM {_CLOCK}")  # noqa: S608 - fixed text
    .columns(*map(column, ("now", "person_id", "changes_at")))
    .subquery("who")
)
_WHO = (
    text(
        f"""
        SELECT clock.now, person.id AS person_id, person.name, person.email, person.voter_id,
               session.id AS session_id,
               session.confirmed_at > clock.now - CAST(:confirmed AS interval) AS confirmed,
               session.seen_at <= clock.now - interval '1 hour' AS unseen,
               array(SELECT authority_id::text || ':' || role || ':'
                            || (authority.passkeys_required AND NOT session.by_passkey)::int
                     FROM membership JOIN authority ON authority.id = authority_id
                     WHERE membership.person_id = person.id) AS roles,
               array(SELECT authority_id FROM measure
                     WHERE measure.voter_id = person.voter_id AND subject = 'account'
                       AND lifted_at IS NULL) AS suspended,
               CASE WHEN session.id IS NULL THEN {_CHANGES_AT} END AS changes_at
        FROM {_CLOCK}
        LEFT JOIN session ON {LIVE_SESSION.format(now="clock.now")}
        LEFT JOIN person ON person.id = session.person_id AND person.deleted_at IS NULL
        """  # noqa: S608 - fixed text
    )
    .columns(
        *map(column, ("now", "person_id", "name", "email", "voter_id", "session_id")),
        *map(column, ("confirmed", "unseen", "roles", "suspended", "changes_at")),
    )
    .subquery("who")
)


def _with(who: Subquery, query: Select[Any]) -> Prepared:
    """Who asks, and the one row of a query or as many nulls."""
    found = query.subquery("found")
    return prepared(select(who, found).outerjoin_from(who, found, true()))


# Whether there is a token -> what is asked -> the statement.
_IDENTIFY: Mapping[bool, Mapping[Asked, Prepared]] = {
    token: {"": prepared(select(who)), "consultation": _with(who, REF), "page": _with(who, PAGE)}
    for token, who in ((False, _VISITOR), (True, _WHO))
}
_FOUND = {"consultation": ref_of, "page": page_of}


async def identify(
    app: AppContext,
    db: AsyncSession,
    token: str | None,
    lang: str,
    networks: tuple[str, str],
    asked: Asked = "",
    slug: str = "",
) -> tuple[RequestContext, Any]:
    """The context of the holder of a session's token; without a viewer for any other token.

    And the consultation of an address, as `asked`. Raises `NotFound` where it is not for them.
    `networks`: `network` and `wider_network` of the context.
    """
    (row,) = await fetch(
        db,
        _IDENTIFY[bool(token)][asked],
        slug=slug,
        confirmed=CONFIRMED_LASTS,
        **session_values(app, token or ""),
    )
    viewer = None
    if row["person_id"] is not None:
        roles: dict[UUID, set[str]] = {}
        asleep: set[UUID] = set()
        for held in row["roles"]:
            authority, role, waits = held.split(":")
            if waits == "1":
                asleep.add(UUID(authority))
            else:
                roles.setdefault(UUID(authority), set()).add(role)
        if row["unseen"]:
            async with alone(app.engine) as use:
                await record_use(use, row["session_id"], row["now"])
        viewer = Viewer(
            id=row["person_id"],
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
    ctx = RequestContext(
        app=app,
        db=db,
        now=row["now"],
        lang=lang,
        changes_at=row["changes_at"],
        viewer=viewer,
        network=network,
        wider_network=wider,
    )
    return ctx, _FOUND[asked](ctx, row) if asked else None
