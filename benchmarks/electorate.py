"""Open votes before their voters come: a roll with codes or signed-in accounts, ballot boxes."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from api.app_context import open_app
from benchmarks import client, crowd
from deliberation.core import clock
from deliberation.core.context import AppContext, RequestContext
from deliberation.core.database import transaction
from deliberation.core.ids import ALPHABET, new_id, new_token
from deliberation.core.settings import Settings
from deliberation.elections.ballot_box.lifecycle import open_ballot_box
from deliberation.elections.electorate.eligibility import code_hash
from deliberation.elections.polls.label_texts import GRADES
from deliberation.elections.sealed_protocol.keys import key_from

OPTIONS = 6
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Vote:
    """One poll, the only one of its consultation; `trustees`: none for a vote not sealed."""

    name: str
    slug: str
    by: str  # email or code
    trustees: int = 0

    @property
    def id(self) -> UUID:
        """The poll's, the same in each run."""
        return UUID(bytes=hashlib.sha256(self.slug.encode()).digest()[:16])


VOTES = [
    Vote("plain, signed in", "avis-par-compte", "email"),
    Vote("plain, code by letter", "avis-par-code", "code"),
    Vote("sealed, code, 2 of 3", "scelle-a-trois", "code", trustees=3),
    Vote("sealed, code, 3 of 5", "scelle-a-cinq", "code", trustees=5),
]


async def fill(
    settings: Settings, votes: list[Vote], voters: int, *, closes_at: datetime | None = None
) -> dict[str, list[str]]:
    """Write votes, voters and open ballot boxes; the voters' tokens or codes by the vote's name."""
    now = datetime.now(UTC)
    connection = await asyncpg.connect(settings.database_url.replace("+asyncpg", "", 1))
    authority = new_id()
    if not await connection.fetchval("SELECT count(*) FROM authority"):
        await crowd.copy_rows(connection, "authority", [crowd.authority_row(authority, now)])
    authority = await connection.fetchval("SELECT id FROM authority")
    shown: dict[str, list[str]] = {}
    async with open_app(settings) as app:
        for one in votes:
            await _poll(connection, one, authority, now, closes_at or now + DAY)
            shown[one.name] = await _voters(connection, app, one, voters, now)
            await connection.execute("ANALYZE")
            if one.trustees:
                await _open(app, one)
    await connection.close()
    return shown


async def recorded(settings: Settings, vote: Vote) -> tuple[set[str], int, int]:
    """The ballot box after a vote: names of receipts, number of ballots, number of turnout
    marks.
    """
    connection = await asyncpg.connect(settings.database_url.replace("+asyncpg", "", 1))
    rows = await connection.fetch(_SEALED if vote.trustees else _PLAIN, vote.id)
    marks = await connection.fetchval(_MARKS, vote.id)
    await connection.close()
    return {row[0] for row in rows}, len(rows), marks


_SEALED = "SELECT encode(hash, 'hex') FROM sealed_ballot WHERE poll_id = $1"
_PLAIN = "SELECT receipt FROM urn_ballot WHERE poll_id = $1"
_MARKS = "SELECT count(*) FROM roll_mark WHERE poll_id = $1"


async def _poll(
    connection: asyncpg.Connection, vote: Vote, authority: UUID, now: datetime, closes: datetime
) -> None:
    consultation = crowd.consultation_row(new_id(), authority, now) | {"slug": vote.slug}
    await crowd.copy_rows(connection, "consultation", [consultation])
    phase = {"id": new_id(), "consultation_id": consultation["id"], "kind": "vote"}
    phase |= {"opens_at": now - DAY, "closes_at": closes}
    await crowd.copy_rows(connection, "phase", [phase])
    poll: dict[str, Any] = {
        "id": vote.id,
        "consultation_id": consultation["id"],
        "phase_id": phase["id"],
        "number": 1,
        "question": "Par où commencer ?",
        "method": "majority_judgment",
        "method_options": '{"missing": "worst"}',
        "approved_from": "",
        "grades": list(GRADES),
        "source": "live",
        "source_note": "",
        "profile": "P1" if vote.trustees else "P0",
        "eligibility": vote.by,
        "whole_ballots": False,
    }
    subject = {"id": vote.id, "kind": "poll", "number": 1, "title": poll["question"]}
    subject |= {"authority_id": authority, "consultation_id": consultation["id"], "created_at": now}
    await crowd.copy_rows(connection, "subject", [subject])
    await crowd.copy_rows(connection, "poll", [poll])
    options = [
        {"poll_id": vote.id, "number": n, "title": f"Rue numéro {n}", "description": ""}
        for n in range(1, OPTIONS + 1)
    ]
    await crowd.copy_rows(connection, "poll_option", options)
    keys = [key_from(f"Dépositaire {n}", hashlib.sha256(b"%d" % n).digest()) for n in range(1, 6)]
    trustees = [
        {
            "consultation_id": consultation["id"],
            "number": n,
            "public": msgspec.json.encode(key.public).decode(),
            "rehearsed_at": now,
        }
        for n, key in enumerate(keys[: vote.trustees], start=1)
    ]
    if trustees:
        await crowd.copy_rows(connection, "trustee", trustees)
        signers = [crowd.person_row(10**6 + n, new_id(), now) for n in range(2)]
        await crowd.copy_rows(connection, "person", signers)
        named = [
            {
                "consultation_id": consultation["id"],
                "person_id": person["id"],
                "name": person["name"],
                "function": "Secrétariat",
                "since": now,
            }
            for person in signers
        ]
        await crowd.copy_rows(connection, "countersigner", named)


async def _voters(
    connection: asyncpg.Connection, app: AppContext, vote: Vote, voters: int, now: datetime
) -> list[str]:
    """Write the voters; the token or the code of each."""
    if vote.by == "email":
        first = await connection.fetchval("SELECT count(*) FROM person")
        people = [crowd.person_row(first + i, new_id(), now) for i in range(voters)]
        tokens = [new_token() for _ in people]
        pairs = zip(people, tokens, strict=True)
        sessions = [crowd.session_row(person["id"], token, now) for person, token in pairs]
        await crowd.copy_rows(connection, "person", people)
        await crowd.copy_rows(connection, "session", sessions)
        return tokens
    consultation = await connection.fetchval(
        "SELECT consultation_id FROM poll WHERE id = $1", vote.id
    )
    roll = [
        {"id": new_id(), "consultation_id": consultation, "number": str(i), "name": ""}
        for i in range(voters)
    ]
    codes = [_code(vote, i) for i in range(voters)]
    issued = [
        {"hash": code_hash(app, code), "elector_id": elector["id"], "issued_at": now}
        for code, elector in zip(codes, roll, strict=True)
    ]
    await crowd.copy_rows(connection, "elector", roll)
    await crowd.copy_rows(connection, "elector_code", issued)
    return codes


def _code(vote: Vote, number: int) -> str:
    digest = hashlib.sha256(f"{vote.id}/{number}".encode()).digest()
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest[:20])


async def _open(app: AppContext, vote: Vote) -> None:
    async with transaction(app.engine) as db:
        ctx = RequestContext(app=app, db=db, now=await clock.now(db))
        await open_ballot_box(ctx, str(vote.id))


def api_request(vote: Vote, proof: str) -> bytes:
    """The request that casts one voter's ballot, as a program sends it; `submission` is theirs."""
    grades = {str(n): 1 + (len(proof) + n + ord(proof[n])) % 7 for n in range(1, OPTIONS + 1)}
    body = {"choice": grades, "submission": hashlib.sha256(proof.encode()).hexdigest()[:32]}
    if vote.by == "code":
        body["code"] = proof
    return client.request(
        "PUT",
        f"/api/v1/consultations/{vote.slug}/polls/1/ballot",
        encoding="identity",
        body=msgspec.json.encode(body).decode(),
        content_type="application/json",
        authorization=f"Bearer {proof if vote.by == 'email' else 'none'}",
    )
