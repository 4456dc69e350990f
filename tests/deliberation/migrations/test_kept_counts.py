"""What was there before has the counts that are now kept beside it."""

import asyncio
import json
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from deliberation.core.ids import new_id
from tests.databases import empty_database
from tests.deliberation.migrations.old_schema import first_release, insert, upgrade


async def test_counts_of_boards_and_results_of_before_are_kept(cluster: Any) -> None:
    url = await empty_database(cluster, "counts")
    connection = await first_release(url)
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
    connection = await first_release(url)
    authority, consultation, person = (new_id() for _ in range(3))
    begun, later = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)
    await insert(connection, "authority", {"id": authority, "slug": "a", "kind": "commune"})
    where: dict[str, Any] = {"authority_id": authority, "slug": "a", "state": "open"}
    await insert(connection, "consultation", where | {"id": consultation})
    draft = {"id": new_id(), "authority_id": authority, "slug": "b", "state": "draft"}
    await insert(connection, "consultation", draft)
    await insert(connection, "person", {"id": person, "voter_id": person, "name": "Maëlle"})

    async def subject(kind: str, state: str = "published", **values: Any) -> UUID:
        made = new_id()
        row = {"id": made, "kind": kind, "state": state, "authority_id": authority}
        row |= {"consultation_id": consultation, "author_id": person, "created_at": begun}
        row |= {name: values.pop(name) for name in {"number", "about_id", "created_at"} & {*values}}
        await insert(connection, "subject", row)
        await insert(connection, kind, {"id": made, **values})
        return made

    first = await subject("proposal", number=1, version=1, support_count=0)
    await subject("proposal", "hidden", number=2, version=1, support_count=0)
    said = await subject("comment", about_id=first, stance="for")
    again = await subject("comment", about_id=first, stance="for", created_at=later)
    reply = await subject("comment", about_id=first, parent_id=said)
    for kind in ("ConsultationOpened", "ProposalPublished", "ProposalSupported"):
        await connection.execute(
            "INSERT INTO event (at, kind, consultation_id, data) VALUES ($1, $2, $3, '{}')",
            *(later, kind, consultation),
        )
    await asyncio.to_thread(upgrade, url, "0019")

    async def rows(query: str) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in await connection.fetch(query)]

    assert await rows("SELECT * FROM published_count") == [(consultation, "proposal", 1)]
    assert await rows("SELECT * FROM stance_count") == [(first, "for", 2)]
    turns = dict(await rows("SELECT id, (thread_id, said_at, turn) FROM comment"))
    assert turns[said] == (first, begun, 1)
    assert turns[again] == (first, later, 2)
    assert turns[reply] == (first, begun, 0)
    placed = await rows("SELECT in_consultation, as_number FROM proposal ORDER BY as_number")
    assert placed == [(consultation, 1), (consultation, 2)]
    assert await rows("SELECT * FROM event_count ORDER BY kind") == [
        (consultation, later.date(), kind, 1, later)
        for kind in ("ConsultationOpened", "ProposalPublished")
    ]
    due = await rows("SELECT consultation_id FROM kept_figures WHERE next_at < now()")
    assert due == [(consultation,)]
    await asyncio.to_thread(upgrade, url, "0021")
    named = await rows("SELECT kind, author_name FROM subject GROUP BY 1, 2 ORDER BY 1")
    assert named == [("comment", ""), ("proposal", "Maëlle")]
    await connection.close()


async def test_rolls_and_requests_of_before_are_counted_and_placed(cluster: Any) -> None:
    url = await empty_database(cluster, "rolls")
    connection = await first_release(url)
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


async def test_what_is_written_between_two_versions_is_counted_and_placed(cluster: Any) -> None:
    """By processes of the first release: a version ends the locks of the one before."""
    url = await empty_database(cluster, "between")
    connection = await first_release(url)
    authority, consultation, person, elector = (new_id() for _ in range(4))
    await insert(connection, "authority", {"id": authority, "slug": "a", "kind": "commune"})
    where: dict[str, Any] = {"authority_id": authority, "slug": "a", "state": "open"}
    await insert(connection, "consultation", where | {"id": consultation})
    await insert(connection, "person", {"id": person, "voter_id": person})
    await asyncio.to_thread(upgrade, url, "0019")

    async def subject(kind: str, values: dict[str, Any], **more: Any) -> UUID:
        made = new_id()
        row = {"id": made, "kind": kind, "state": "published", "authority_id": authority}
        row |= {"consultation_id": consultation, "author_id": person}
        await insert(connection, "subject", row | more)
        await insert(connection, kind, {"id": made, **values})
        return made

    kept, hidden = [
        await subject("proposal", {"version": 1, "support_count": 0}, number=number)
        for number in (1, 2)
    ]
    said = await subject("comment", {"stance": "for"}, about_id=kept)
    answered = "UPDATE subject SET answer = 'accepted' WHERE id = ANY($1)"
    await connection.execute(answered, [kept, hidden])
    await connection.execute("UPDATE subject SET state = 'hidden' WHERE id = $1", hidden)
    of_roll = {"id": elector, "consultation_id": consultation, "number": "1", "name": ""}
    await insert(connection, "elector", of_roll)
    vote = {"consultation_id": consultation, "eligibility": "code", "profile": "P1"}
    poll = await subject("poll", vote, number=3)
    for number, kind in enumerate(("open", "ballots", "close"), start=1):
        line = json.dumps({"entry": {"body": {"hashes": ["ab"] * 7}}}).encode()
        row = {"poll_id": poll, "number": number, "kind": kind, "line": line}
        await insert(connection, "board_line", row)
    await asyncio.to_thread(upgrade, url, "head")

    async def rows(query: str) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in await connection.fetch(query)]

    assert await rows("SELECT kind, count FROM published_count ORDER BY kind") == [
        ("answer", 1),
        ("poll", 1),
        ("proposal", 1),
    ]
    assert await rows("SELECT * FROM stance_count") == [(kept, "for", 1)]
    assert await rows("SELECT id, thread_id, turn FROM comment") == [(said, kept, 1)]
    placed = await rows("SELECT as_number FROM proposal WHERE in_consultation IS NOT NULL")
    assert sorted(placed) == [(1,), (2,)]
    assert await rows("SELECT electors FROM electorate") == [(1,)]
    assert await rows("SELECT ballots FROM board_line ORDER BY number") == [(0,), (7,), (7,)]
    await connection.close()
