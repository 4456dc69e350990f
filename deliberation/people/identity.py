"""Recognising who asks: one statement reads the clock, the session, the person, the roles."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from deliberation.kit.act import Act, House, Viewer
from deliberation.kit.database import fetch, prepared
from deliberation.kit.ids import fingerprint

_IDENTIFY = prepared(
    text(
        """
        SELECT clock.now, person.id, person.name, person.email, person.voter_id,
               array(SELECT authority_id::text || ':' || role FROM membership
                     WHERE membership.person_id = person.id) AS roles,
               array(SELECT authority_id FROM measure
                     WHERE measure.voter_id = person.voter_id AND subject = 'account'
                       AND lifted_at IS NULL) AS suspended
        FROM (SELECT clock_now() AS now) AS clock
        LEFT JOIN session ON session.fingerprint = :fingerprint AND session.expires_at > clock.now
        LEFT JOIN person ON person.id = session.person_id AND person.deleted_at IS NULL
        """
    )
)


async def identify(
    house: House, db: AsyncSession, token: str | None, lang: str, networks: tuple[str, str]
) -> Act:
    """The act of whoever holds a session's token, or of nobody in particular.

    `networks`: where they ask from, as `Act` has it: the network, and the wider one.
    """
    (row,) = await fetch(db, _IDENTIFY, fingerprint=fingerprint(token or ""))
    viewer = None
    if row["id"] is not None:
        roles: dict[UUID, set[str]] = {}
        for held in row["roles"]:
            authority, _, role = held.partition(":")
            roles.setdefault(UUID(authority), set()).add(role)
        viewer = Viewer(
            id=row["id"],
            voter_id=row["voter_id"],
            name=row["name"],
            email=row["email"],
            roles={authority: frozenset(held) for authority, held in roles.items()},
            suspended=frozenset(row["suspended"]),
        )
    network, wider = networks
    return Act(
        house=house,
        db=db,
        now=row["now"],
        lang=lang,
        viewer=viewer,
        network=network,
        wider_network=wider,
    )
