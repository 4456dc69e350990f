"""What was there before has the counts that are now kept beside it."""

import asyncio
import json
from datetime import UTC, date, datetime
from typing import Any

from deliberation.core.ids import new_id
from tests.databases import empty_database
from tests.deliberation.migrations.old_schema import connected, insert, upgrade
from tests.deliberation.migrations.test_subjects import BEGINNING, LATER, filled


async def test_counts_of_boards_and_results_of_before_are_kept(cluster: Any) -> None:
    url = await empty_database(cluster, "counts")
    await asyncio.to_thread(upgrade, url, "0017")
    connection = await connected(url)
    authority, consultation, poll = (new_id() for _ in range(3))
    await insert(connection, "authority", {"id": authority, "slug": "a", "kind": "commune"})
    about: dict[str, Any] = {
        "id": consultation,
        "authority_id": authority,
        "slug": "a",
        "state": "open",
    }
    await insert(connection, "consultation", about)
    subject: dict[str, Any] = {
        "id": poll,
        "authority_id": authority,
        "consultation_id": consultation,
    }
    subject |= {"kind": "poll", "state": "published"}
    await insert(connection, "subject", subject)
    about = {"id": poll, "consultation_id": consultation, "eligibility": "code", "profile": "P1"}
    await insert(connection, "poll", about)
    await connection.executemany(
        "INSERT INTO roll_mark (poll_id, voter_id, marked_on, channel) VALUES ($1, $2, $3, $4)",
        [(poll, new_id(), date(2026, 3, 1), channel) for channel in ("online", "online", "paper")],
    )
    for number, shown in enumerate((None, 7, 5, None), start=1):
        kind = "ballots" if shown else "open" if number == 1 else "close"
        line = json.dumps({"entry": {"body": {"hashes": ["ab"] * (shown or 0)}}}).encode()
        row = {"poll_id": poll, "number": number, "kind": kind, "line": line}
        await insert(connection, "board_line", row)
    outcome = {"poll_id": poll, "digest": "", "ballots": 3, "recount": b""}
    await insert(connection, "result", outcome | {"counted_at": datetime(2026, 3, 2, tzinfo=UTC)})
    await asyncio.to_thread(upgrade, url, "0019")
    rows = await connection.fetch("SELECT ballots FROM board_line ORDER BY number")
    assert [row["ballots"] for row in rows] == [0, 7, 12, 12]
    marks = await connection.fetchval("SELECT marks FROM result")
    assert json.loads(marks) == {"online": 2, "paper": 1}
    await connection.close()


async def test_texts_and_events_of_before_are_counted_and_placed(cluster: Any) -> None:
    url = await empty_database(cluster, "placed")
    await asyncio.to_thread(upgrade, url, "0015")
    connection = await connected(url)
    old = await filled(connection)
    await old.comment("second", "visible", created_at=LATER)
    await old.event("ConsultationOpened")
    await old.event("ProposalPublished")
    await old.event("ProposalSupported")
    await asyncio.to_thread(upgrade, url, "0019")
    consultation, first = old.ids["consultation"], old.ids["open"]

    async def rows(query: str) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in await connection.fetch(query)]

    published = await rows("SELECT * FROM published_count ORDER BY kind")
    assert published == [(consultation, "poll", 1), (consultation, "proposal", 1)]
    assert await rows("SELECT * FROM stance_count") == [(first, "for", 2)]
    turns = dict(await rows("SELECT id, (thread_id, said_at, turn) FROM comment"))
    assert turns[old.ids["said"]] == (first, BEGINNING, 1)
    assert turns[old.ids["second"]] == (first, LATER, 5)  # after three that nobody sees
    assert turns[old.ids["reply"]] == (first, BEGINNING, 0)
    assert (consultation, 1) in await rows("SELECT in_consultation, as_number FROM proposal")
    day = LATER.date()
    assert await rows("SELECT * FROM event_count ORDER BY kind") == [
        (consultation, day, kind, 1, LATER) for kind in ("ConsultationOpened", "ProposalPublished")
    ]
    due = await rows("SELECT consultation_id FROM kept_figures WHERE next_at < now()")
    assert due == [(consultation,)]
    await connection.close()


async def test_rolls_and_requests_of_before_are_counted_and_placed(cluster: Any) -> None:
    url = await empty_database(cluster, "rolls")
    await asyncio.to_thread(upgrade, url, "0017")
    connection = await connected(url)
    authority, consultation, person, asked = (new_id() for _ in range(4))
    await insert(connection, "authority", {"id": authority, "slug": "a", "kind": "commune"})
    about = {"id": consultation, "authority_id": authority, "slug": "a", "state": "open"}
    await insert(connection, "consultation", about)
    await insert(connection, "person", {"id": person, "name": "A"})
    now = datetime(2026, 11, 1, tzinfo=UTC)
    for number in ("1", "2", "3"):
        elector = new_id()
        row = {"id": elector, "consultation_id": consultation, "number": number, "name": ""}
        await insert(connection, "elector", row)
        revoked = None if number < "3" else now
        code = {"hash": number.encode(), "elector_id": elector, "issued_at": now}
        await insert(connection, "elector_code", code | {"revoked_at": revoked})
    request = {"id": asked, "elector_id": elector, "asked_by": person, "asked_at": now}
    await insert(connection, "code_request", request)
    await asyncio.to_thread(upgrade, url, "0019")
    (kept,) = await connection.fetch("SELECT * FROM electorate")
    assert (kept["consultation_id"], kept["electors"], kept["codes"]) == (consultation, 3, 2)
    placed = await connection.fetchval("SELECT in_consultation FROM code_request")
    assert placed == consultation
    await connection.close()
