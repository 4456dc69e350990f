"""The privileges of the site's and the worker's database roles: one literal table.

The owner of the tables migrates and runs the operator's commands; it could disable every rule. With
roles of their own, the site and the worker insert into append-only tables, cast ballots through the
functions that check them, and change neither rules, clock nor secret.
"""

import re

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from deliberation.core.database import connection_factory

SITE, WORKER = "beffroi_site", "beffroi_worker"

# Table -> privileges of each role: r select, a insert, w update (these columns) or lock, d delete.
GRANTS: dict[str, tuple[str, str]] = {
    "alembic_version": ("r", "r"),
    "answer": ("raw", "r"),
    "authority": ("rw", "r"),
    "ballot_draft": ("rawd", "rd"),
    "board_line": ("ra", "ra"),
    "code_request": ("rawd", "r"),
    "comment": ("ra", "r"),
    "consultation": ("raw", "rw(proposal_count)"),
    "countersigner": ("rad", "r"),
    "elector": ("rawd", "r"),
    "elector_code": ("rawd", "rw(issued_at)"),
    "electorate": ("raw", "r"),
    "end_request": ("raw", "r"),
    "event": ("ra", "ra"),
    "event_count": ("raw", "raw"),
    "extension": ("raw", "r"),
    "follow": ("rad", "r"),
    "function_file": ("r", "r"),
    "install": ("r", "r"),
    "job": ("ra", "rawd"),
    "kept_figures": ("r", "raw"),
    "kept_form": ("rawd", "rd"),
    "mail": ("ra", "rawd"),
    "measure": ("raw", "r"),
    "membership": ("rawd", "r"),
    "minutes": ("ra", "r"),
    "offer": ("rawd", "rd"),
    "paper_batch": ("raw", "r"),
    "passkey": ("rawd", "r"),
    "periodic_run": ("r", "raw"),
    "person": ("raw", "rw(trace)"),
    "phase": ("rawd", "rw(sealed)"),
    "poll": ("rawd", "rw(counted_at)"),
    "poll_option": ("rad", "r"),
    "proposal": ("rawd", "rw(reminded_at)"),
    "proposal_version": ("rad", "r"),
    "published_count": ("raw", "r"),
    "rate_count": ("raw", "rd"),
    "rehearsal": ("rad", "r"),
    "renewed_key": ("r", "r"),
    "report": ("raw", "r"),
    "result": ("ra", "ra"),
    "revote_pace": ("r", "rd"),
    "roll_mark": ("r", "rad"),
    "sealed_ballot": ("r", "rad"),
    "session": ("rawd", "rd"),
    "sign_in_code": ("rawd", "rd"),
    "stance_count": ("raw", "r"),
    "subject": ("rawd", "rd"),
    "support": ("rawd", "r"),
    "trustee": ("rawd", "r"),
    "undoing": ("raw", "r"),
    "urn_ballot": ("r", "r"),
    "version": ("ra", "r"),
}
# The only functions that write turnout marks and ballots. They run as the tables' owner (SECURITY
# DEFINER in their definition) and check whom they admit.
CAST_FUNCTIONS = ("cast_ballot", "cast_sealed", "mark_paper_voter", "unmark_paper_voter")

VERB = re.compile(r"([rawd])(\([\w, ]+\))?")
VERBS = {"r": "SELECT", "a": "INSERT", "w": "UPDATE", "d": "DELETE"}


async def grant(url: str) -> list[str]:
    """Grant the two roles their privileges, after revoking all others; the roles that exist.

    For the tables' owner, after each migration.
    """
    connection = await connection_factory(url)()
    try:
        async with connection.transaction():
            known = [
                role
                for role in (SITE, WORKER)
                if await connection.fetchval("SELECT true FROM pg_roles WHERE rolname = $1", role)
            ]
            for statement in statements(known):
                await connection.execute(statement)
    finally:
        await connection.close()
    return known


async def missing_privileges(db: AsyncSession, role: str) -> list[str]:
    """What the connection's role, one of the two, should have and has not: `UPDATE on poll`."""
    own = (SITE, WORKER).index(role)
    wanted = [
        (VERBS[verb], table)
        for table, granted in GRANTS.items()
        for verb, _ in VERB.findall(granted[own])
    ]
    verbs, tables = zip(*wanted, strict=True)
    found = await db.scalars(_MISSING, {"verbs": list(verbs), "tables": list(tables)})
    return list(found)


def statements(roles: list[str]) -> list[str]:
    """The SQL statements for some of the two roles; empty without roles."""
    if not roles:
        return []
    all_of = ", ".join(roles)
    found = [f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, {all_of}"]
    for table, granted in GRANTS.items():
        for role, letters in zip((SITE, WORKER), granted, strict=True):
            if role in roles:
                verbs = ", ".join(
                    f"{VERBS[letter]} {columns}" for letter, columns in VERB.findall(letters)
                )
                found.append(f"GRANT {verbs} ON {table} TO {role}")
    found += [f"GRANT EXECUTE ON FUNCTION {function} TO {all_of}" for function in CAST_FUNCTIONS]
    return found


_MISSING = text(
    """
    SELECT verb || ' on ' || name
    FROM unnest(CAST(:verbs AS text[]), CAST(:tables AS text[])) AS wanted (verb, name)
    WHERE NOT CASE verb WHEN 'DELETE' THEN has_table_privilege(name, verb)
                        ELSE has_any_column_privilege(name, verb) END
    """
)
