"""An installation that has accounts, votes and supports keeps them when voters become mailboxes."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from deliberation.core.ids import new_id
from tests.databases import empty_database
from tests.deliberation.migrations.old_schema import insert, upgrade

# Who: address, and how many days old the account is.
PEOPLE = {
    "old": ("me@example.org", 9),
    "tag": ("me+a@example.org", 5),
    "voted": ("you+b@example.org", 3),  # younger than the next, but its ballot is in a ballot box
    "idle": ("you@example.org", 7),
    "accent": ("ana@café.example", 2),
    "odd": ("a:b@example.org", 1),
}

BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
async def before(cluster: Any) -> str:
    """A database at the version before, with people, a poll, marks and supports."""
    url = await empty_database(cluster, "before_one_mailbox")
    await asyncio.to_thread(upgrade, url, "0002")
    return url


async def test_c1_accounts_that_exist_keep_their_votes_and_supports(before: str) -> None:
    connection = await asyncpg.connect(before.replace("+asyncpg", "", 1))
    ids, poll = await fill(connection)
    await asyncio.to_thread(upgrade, before, "head")
    rows = await connection.fetch("SELECT id, voter_id, email FROM person")
    voters = {row["id"]: row["voter_id"] for row in rows}
    emails = {row["id"]: row["email"] for row in rows}
    whose = {who: voters[id_] for who, id_ in ids.items()}
    assert whose["old"] == whose["tag"] == ids["old"]  # the oldest of a mailbox
    assert whose["voted"] == whose["idle"] == ids["voted"]  # or the one that has voted
    assert (whose["accent"], whose["odd"]) == (ids["accent"], ids["odd"])
    assert emails[ids["accent"]] == "ana@xn--caf-dma.example"
    supporters = await connection.fetch("SELECT voter_id FROM support")
    assert {row["voter_id"] for row in supporters} == {ids["old"], ids["voted"]}
    assert await connection.fetchval("SELECT support_count FROM proposal") == 2
    reports = await connection.fetch("SELECT reporter_id, voter_id FROM report")
    assert {(row["reporter_id"], row["voter_id"]) for row in reports} == {
        (ids["tag"], ids["old"]),  # the first of each mailbox
        (ids["idle"], ids["voted"]),
    }
    admitted = await connection.fetchrow(
        "SELECT * FROM admit_voter($1, $2, 'P0', NULL)", poll, whose["idle"]
    )
    assert (admitted["refusal"], admitted["already"]) == (None, True)
    assert await connection.fetchval("SELECT count(*) FROM roll_mark") == 1
    await connection.close()


async def fill(connection: asyncpg.Connection) -> tuple[dict[str, UUID], UUID]:
    """The people's ids, and an open poll; beside it a proposal that four of them support."""
    ids = {who: new_id() for who in PEOPLE}
    for who, (email, days) in PEOPLE.items():
        await connection.execute(
            "INSERT INTO person (id, email, name, lang, notify, created_at)"
            " VALUES ($1, $2, '', 'fr', false, now() - $3 * interval '1 day')",
            *(ids[who], email, days),
        )
    authority, consultation, poll, proposal = (new_id() for _ in range(4))
    await connection.execute(
        "INSERT INTO authority (id, slug, kind, name, contact_email, tagline, accent, logo, phone,"
        " address, director, host, dpo_email, created_at) VALUES ($1, 'x', 'commune', 'X',"
        " 'x@example.org', '', '#0B5A5E', '', '', '', '', '', '', now())",
        authority,
    )
    await insert(
        connection,
        "consultation",
        {"id": consultation, "authority_id": authority, "slug": "x", "state": "open"},
    )
    await connection.execute(
        "INSERT INTO phase (id, consultation_id, kind, opens_at, closes_at, sealed)"
        " VALUES ($1, $2, 'vote', now() - interval '1 day', now() + interval '1 day', false)",
        *(new_id(), consultation),
    )
    await insert(
        connection,
        "poll",
        {"id": poll, "consultation_id": consultation, "eligibility": "email", "profile": "P0"},
    )
    await insert(
        connection,
        "proposal",
        {
            "id": proposal,
            "consultation_id": consultation,
            "author_id": ids["odd"],
            "state": "published",
            "support_count": 4,
        },
    )
    for hour, who in enumerate(("idle", "tag", "old", "voted")):
        reported = {
            "id": new_id(),
            "consultation_id": consultation,
            "subject": "proposal",
            "subject_id": proposal,
            "reporter_id": ids[who],
            "reason": "illegal",
            "created_at": BEGINNING + timedelta(hours=hour),
        }
        await insert(connection, "report", reported)
    for who in ("old", "tag", "voted", "idle"):
        await connection.execute(
            "INSERT INTO support (proposal_id, person_id, created_at) VALUES ($1, $2, now())",
            *(proposal, ids[who]),
        )
    await connection.execute(
        "INSERT INTO roll_mark (poll_id, voter_id, marked_on) VALUES ($1, $2, current_date)",
        *(poll, ids["voted"]),
    )
    return ids, poll
