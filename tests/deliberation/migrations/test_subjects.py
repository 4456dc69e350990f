"""An installation that has proposals, comments, polls and answers keeps them as subjects."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from deliberation.core.ids import new_id
from tests.databases import empty_database
from tests.deliberation.migrations.old_schema import connected, insert, upgrade

BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
LATER = BEGINNING + timedelta(days=1)


class Old:
    """Rows of the database before the migration, by name."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self.connection = connection
        self.ids: dict[str, UUID] = {}
        self.number = 0

    async def add(self, name: str, table: str, **values: Any) -> UUID:
        """A row of a table, with an id of its own."""
        self.ids[name] = new_id()
        row = {"id": self.ids[name], "created_at": BEGINNING, **values}
        if table not in (
            "person",
            "authority",
            "consultation",
            "proposal",
            "comment",
            "answer",
            "report",
        ):
            del row["created_at"]
        await insert(self.connection, table, row)
        return self.ids[name]

    async def proposal(self, name: str, state: str, **values: Any) -> UUID:
        """A proposal by `ada`."""
        self.number += 1
        return await self.add(
            name,
            "proposal",
            consultation_id=self.ids["consultation"],
            author_id=self.ids["ada"],
            number=self.number,
            title=f"Un tilleul ({name})",
            body="De l’ombre pour la place.",
            theme="Arbres",
            state=state,
            **({"published_at": BEGINNING} | values),
        )

    async def comment(self, name: str, state: str, **values: Any) -> UUID:
        """A comment by `bob` on the first proposal."""
        row = {"stance": "for", "body": f"Oui ({name})", "state": state, **values}
        return await self.add(
            name, "comment", proposal_id=self.ids["open"], author_id=self.ids["bob"], **row
        )

    async def event(self, kind: str, **data: UUID) -> None:
        """Something that the journal recorded a day later."""
        await self.connection.execute(
            "INSERT INTO event (at, kind, authority_id, consultation_id, data)"
            " VALUES ($1, $2, $3, $4, $5)",
            *(LATER, kind, self.ids["authority"], self.ids["consultation"]),
            json.dumps({key: str(value) for key, value in data.items()}),
        )


async def filled(connection: asyncpg.Connection) -> Old:
    """Rows of each table whose columns move, in each of their states."""
    old = Old(connection)
    for name in ("ada", "bob"):
        await old.add(name, "person", voter_id=new_id(), email=f"{name}@example.org")
    await old.add("authority", "authority", kind="commune", slug="x")
    await old.add(
        "consultation", "consultation", authority_id=old.ids["authority"], slug="x", state="open"
    )
    await old.proposal("open", "published", support_count=1, comment_count=2, answer="accepted")
    await old.proposal("draft", "draft", published_at=None, submission=new_id())
    await old.proposal("withdrawn", "withdrawn")
    await old.event("ProposalWithdrawn", proposal_id=old.ids["withdrawn"])
    hidden = {"hidden_reason": "off_topic", "hidden_note": "Hors sujet."}
    await old.proposal("hidden", "hidden", **hidden)
    await old.event("ProposalWithdrawn", proposal_id=old.ids["hidden"])
    await old.event("ProposalReinstated", proposal_id=old.ids["hidden"])
    await old.proposal("both", "hidden", **hidden)
    await old.event("ProposalWithdrawn", proposal_id=old.ids["both"])
    await connection.execute(
        "INSERT INTO support (proposal_id, voter_id, created_at) VALUES ($1, $2, now())",
        *(old.ids["open"], old.ids["bob"]),
    )
    first = await old.comment("said", "visible")
    await old.comment("reply", "visible", stance=None, parent_id=first)
    await old.comment("unread", "hidden", **hidden)
    await old.comment("read", "hidden", **hidden)
    await old.event("ProposalCommented", comment_id=old.ids["read"], proposal_id=old.ids["open"])
    await old.comment("held", "held")
    await old.add(
        "poll", "poll", consultation_id=old.ids["consultation"], number=1, question="Où ?",
        eligibility="email", profile="P0",
    )  # fmt: skip
    for about in ("proposal", "poll"):
        await old.add(
            f"answer-{about}",
            "answer",
            consultation_id=old.ids["consultation"],
            author_id=old.ids["ada"],
            decision="accepted",
            body="C’est oui.",
            **{f"{about}_id": old.ids["open" if about == "proposal" else "poll"]},
        )
    for name, subject, about in (("r1", "proposal", "hidden"), ("r2", "comment", "read")):
        await old.add(
            name,
            "report",
            consultation_id=old.ids["consultation"],
            subject=subject,
            subject_id=old.ids[about],
            reporter_id=old.ids["bob"],
            voter_id=old.ids["bob"],
            reason="off_topic",
        )
    for name, subject, about in (
        ("m1", "proposal", "hidden"),
        ("m2", "comment", "read"),
        ("m3", "account", "bob"),
    ):
        await old.add(
            name,
            "measure",
            authority_id=old.ids["authority"],
            subject=subject,
            subject_id=old.ids[about],
            voter_id=old.ids["bob"],
            reason="off_topic",
            taken_by=old.ids["ada"],
            taken_at=BEGINNING,
        )
    job = {"kind": "AnswerPublished", "data": {
        "answer_id": str(old.ids["answer-poll"]), "proposal_id": None,
        "poll_id": str(old.ids["poll"])}}  # fmt: skip
    await connection.execute(
        "INSERT INTO job (name, values, run_at) VALUES ('react', $1, now())", json.dumps(job)
    )
    return old


async def test_what_people_wrote_before_stands_as_before(cluster: Any) -> None:
    url = await empty_database(cluster, "subjects")
    await asyncio.to_thread(upgrade, url, "0015")
    connection = await connected(url)
    old = await filled(connection)
    await asyncio.to_thread(upgrade, url, "0016")
    found = {row["id"]: row for row in await connection.fetch("SELECT * FROM subject")}
    rows = {name: found[id_] for name, id_ in old.ids.items() if id_ in found}
    assert len(rows) == len(found) == 13
    assert {row["authority_id"] for row in found.values()} == {old.ids["authority"]}

    one = rows["open"]
    assert (one["kind"], one["number"], one["state"]) == ("proposal", 1, "published")
    assert (one["title"], one["theme"], one["answer"]) == (
        "Un tilleul (open)",
        "Arbres",
        "accepted",
    )
    assert (one["comment_count"], one["author_id"]) == (2, old.ids["ada"])
    assert await connection.fetchval("SELECT support_count FROM proposal WHERE id = $1", one["id"])
    words = "SELECT count(*) FROM subject WHERE search @@ to_tsquery('french', 'tilleul')"
    assert await connection.fetchval(words) == 5

    def stands(name: str) -> tuple[str, bool, bool]:
        row = rows[name]
        return row["state"], row["published_at"] is not None, row["withdrawn_at"] is not None

    assert stands("draft") == ("draft", False, False)
    assert rows["draft"]["submission"] is not None
    assert stands("withdrawn") == ("withdrawn", True, True)
    assert stands("hidden") == ("hidden", True, False)
    assert stands("both") == ("hidden", True, True)
    assert rows["hidden"]["hidden_note"] == "Hors sujet."
    assert stands("said") == stands("reply") == ("published", True, False)
    assert stands("unread") == ("hidden", False, False)
    assert stands("read") == ("hidden", True, False)
    assert stands("held") == ("held", False, False)
    assert {rows[name]["about_id"] for name in ("said", "reply", "held")} == {one["id"]}
    assert rows["poll"]["title"] == "Où ?"
    assert rows["poll"]["answer"] == "accepted"
    assert rows["answer-poll"]["about_id"] == old.ids["poll"]
    assert rows["answer-proposal"]["about_id"] == old.ids["open"]

    measures = await connection.fetch("SELECT id, subject_id, voter_id FROM measure")
    assert {row["id"]: row["subject_id"] for row in measures} == {
        old.ids["m1"]: old.ids["hidden"],
        old.ids["m2"]: old.ids["read"],
        old.ids["m3"]: None,
    }
    assert await connection.fetchval("SELECT count(*) FROM report") == 2
    job = json.loads(await connection.fetchval("SELECT values FROM job"))
    assert job["data"] == {
        "answer_id": str(old.ids["answer-poll"]),
        "subject": "poll",
        "subject_id": str(old.ids["poll"]),
    }
    await connection.close()
