"""A consultation as lively as a large town's: rows written by COPY, counts kept true."""

import random
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from deliberation.core.ids import fingerprint, new_id, new_token

PROPOSALS = 1_000
COMMENTS = 6_000
SUPPORTS = 17_000
PEOPLE = 1_500
SESSIONS = 200
SLUG = "reseau-cyclable"
THEMES = ["Itinéraires", "Stationnement", "Sécurité", "École"]

# Six proposals in ten have ten comments: seven arguments or questions, three replies.
TALKED_OF = [number for number in range(1, PROPOSALS + 1) if number % 10 < 6]

SENTENCES = [
    "La piste s’arrête net devant le pont et il faut alors passer entre les voitures.",
    "Les enfants du collège prennent ce chemin tous les matins, été comme hiver.",
    "Un éclairage bas suffirait, et il ne gênerait pas les oiseaux du marais.",
    "Il manque une dizaine d’arceaux près de la halle les jours de marché.",
    "La commune voisine l’a fait l’an dernier : les riverains en sont contents.",
    "Le revêtement se soulève à cause des racines, deux personnes sont tombées.",
    "Nous demandons que le stationnement soit déplacé de l’autre côté de la rue.",
    "Le coût serait faible, car la chaussée doit être refaite de toute façon.",
]
TITLES = [
    "Des arceaux devant la gare",
    "Une piste jusqu’au collège",
    "Un feu pour les vélos au rond-point",
    "Éclairer le chemin de halage",
    "Une rue calme autour de l’école",
]


async def fill(connection: asyncpg.Connection) -> list[str]:
    """Write the whole crowd; the tokens of `SESSIONS` signed-in people."""
    chance, now = random.Random(2026), datetime.now(UTC)
    people = [new_id() for _ in range(PEOPLE)]
    authority, consultation = new_id(), new_id()
    await copy_rows(connection, "authority", [authority_row(authority, now)])
    await copy_rows(connection, "person", (person_row(i, id_, now) for i, id_ in enumerate(people)))
    await copy_rows(connection, "consultation", [consultation_row(consultation, authority, now)])
    await copy_rows(connection, "phase", _phases(consultation, now))
    proposals = {number: new_id() for number in range(1, PROPOSALS + 1)}
    supports = _supports(list(proposals.values()), people, now)
    comments = list(_comments(proposals, people, chance, now))
    counts = (
        Counter(s["proposal_id"] for s in supports),
        Counter(c["about_id"] for c in comments),
    )
    where = {"authority_id": authority, "consultation_id": consultation}
    rows = [
        _proposal(number, id_, people, chance, now)
        | {"support_count": counts[0][id_], "comment_count": counts[1][id_]}
        for number, id_ in proposals.items()
    ]
    await _copy_subjects(connection, "proposal", rows, where, own=("version", "support_count"))
    await copy_rows(connection, "proposal_version", (_version(row) for row in rows))
    await copy_rows(connection, "support", supports)
    await _copy_subjects(connection, "comment", comments, where, own=("parent_id", "stance"))
    answers = [_answer(row, people[0]) for row in rows if row["answer"]]
    await _copy_subjects(connection, "answer", answers, where, own=("decision",))
    tokens = {person: new_token() for person in people[:SESSIONS]}
    await copy_rows(
        connection, "session", (session_row(p, token, now) for p, token in tokens.items())
    )
    await connection.execute("VACUUM ANALYZE")
    return list(tokens.values())


async def untrue_counts(connection: asyncpg.Connection) -> int:
    """Number of proposals whose stored counts differ from their supports and comments: none,
    ever.
    """
    count: int = await connection.fetchval(
        """
        SELECT count(*) FROM proposal JOIN subject USING (id)
        WHERE support_count <> (SELECT count(*) FROM support WHERE proposal_id = proposal.id)
           OR comment_count <> (SELECT count(*) FROM subject AS said
                                WHERE said.about_id = proposal.id AND said.kind = 'comment')
        """
    )
    return count


async def copy_rows(
    connection: asyncpg.Connection, table: str, rows: Iterable[dict[str, Any]]
) -> None:
    """Write many rows of a table."""
    records = list(rows)
    await connection.copy_records_to_table(
        table, columns=list(records[0]), records=[tuple(row.values()) for row in records]
    )


async def _copy_subjects(
    connection: asyncpg.Connection,
    kind: str,
    rows: list[dict[str, Any]],
    where: dict[str, UUID],
    own: tuple[str, ...],
) -> None:
    """Write many subjects of a kind; `own`: the columns of the kind's table."""
    shared = [{key: row[key] for key in row if key not in own} | where for row in rows]
    await copy_rows(connection, "subject", ({"kind": kind, **row} for row in shared))
    await copy_rows(connection, kind, ({key: row[key] for key in ("id", *own)} for row in rows))


def authority_row(id_: UUID, now: datetime) -> dict[str, Any]:
    """A commune."""
    texts = ("tagline", "logo", "phone", "address", "director", "host", "dpo_email")
    return {
        "id": id_,
        "slug": "essai",
        "kind": "commune",
        "name": "Commune d’essai",
        "accent": "#0B5A5E",
        "contact_email": "mairie@example.org",
        "created_at": now,
    } | dict.fromkeys(texts, "")


def person_row(index: int, id_: UUID, now: datetime) -> dict[str, Any]:
    """Somebody with an account."""
    return {
        "id": id_,
        "voter_id": id_,
        "email": f"personne{index}@example.org",
        "name": f"Camille Delattre {index}",
        "lang": "fr",
        "notify": False,
        "created_at": now,
    }


def consultation_row(id_: UUID, authority: UUID, now: datetime) -> dict[str, Any]:
    """An open consultation."""
    return {
        "id": id_,
        "authority_id": authority,
        "slug": SLUG,
        "title": "Le réseau cyclable de demain",
        "question": "Où faut-il des pistes cyclables, et dans quel ordre les faire ?",
        "summary": " ".join(SENTENCES[:3]),
        "decided": ["Cinq kilomètres de pistes seront faits d’ici trois ans."],
        "undecided": ["Le tracé.", "L’ordre des travaux."],
        "not_negotiable": ["La largeur des pistes, fixée par la loi."],
        "promise": "Le conseil répondra à chaque proposition soutenue par vingt-cinq personnes.",
        "body": "\n\n".join(SENTENCES),
        "themes": THEMES,
        "frame_ancestors": [],
        "state": "open",
        "withdrawal_reason": "",
        "created_at": now,
        "opened_at": now,
        "proposal_count": PROPOSALS,
    }


def _phases(consultation: UUID, now: datetime) -> list[dict[str, Any]]:
    days = {
        "information": (-30, -10),
        "proposals": (-10, 20),
        "discussion": (-5, 30),
        "vote": (30, 45),
        "decision": (45, 90),
        "follow_up": (90, 400),
    }
    return [
        {
            "id": new_id(),
            "consultation_id": consultation,
            "kind": kind,
            "opens_at": now + timedelta(days=begin),
            "closes_at": now + timedelta(days=end),
        }
        for kind, (begin, end) in days.items()
    ]


def _proposal(
    number: int,
    id_: UUID,
    people: list[UUID],
    chance: random.Random,
    now: datetime,
) -> dict[str, Any]:
    return {
        "id": id_,
        "number": number,
        "author_id": people[number],
        "title": f"{TITLES[number % len(TITLES)]} ({number})",
        "body": "\n\n".join(chance.sample(SENTENCES, 6)),
        "theme": THEMES[number % len(THEMES)],
        "place": "Quartier des Écluses",
        "state": "published",
        "version": 1,
        "answer": "studied" if number % 20 == 0 else "",
        "created_at": now - timedelta(minutes=number),
        "published_at": now - timedelta(minutes=number),
    }


def _version(row: dict[str, Any]) -> dict[str, Any]:
    kept = ("version", "title", "body", "published_at")
    return {"proposal_id": row["id"], **{name: row[name] for name in kept}}


def _supports(proposals: list[UUID], people: list[UUID], now: datetime) -> list[dict[str, Any]]:
    """The first thousand people support seventeen proposals each."""
    each, supporters = SUPPORTS // PROPOSALS, people[:PROPOSALS]
    return [
        {
            "proposal_id": proposals[(i * each + j * 59) % PROPOSALS],
            "voter_id": person,
            "created_at": now,
        }
        for i, person in enumerate(supporters)
        for j in range(each)
    ]


def _comments(
    proposals: dict[int, UUID], people: list[UUID], chance: random.Random, now: datetime
) -> Iterable[dict[str, Any]]:
    parents: list[UUID] = []
    for number in TALKED_OF:
        for turn in range(COMMENTS // len(TALKED_OF)):
            reply = turn >= 7
            parents = [] if turn == 0 else parents
            parents.append(new_id())
            yield {
                "id": parents[-1],
                "about_id": proposals[number],
                "parent_id": parents[turn - 7] if reply else None,
                "author_id": chance.choice(people),
                "stance": None if reply else ("for", "against", "question")[turn % 3],
                "body": " ".join(chance.sample(SENTENCES, 3)),
                "created_at": now - timedelta(minutes=60 - turn),
                "published_at": now - timedelta(minutes=60 - turn),
            }


def _answer(row: dict[str, Any], official: UUID) -> dict[str, Any]:
    return {
        "id": new_id(),
        "about_id": row["id"],
        "author_id": official,
        "decision": row["answer"],
        "body": " ".join(SENTENCES[4:]),
        "created_at": row["created_at"],
        "published_at": row["created_at"],
    }


def session_row(person: UUID, token: str, now: datetime) -> dict[str, Any]:
    """Somebody's signed-in browser or program."""
    return {
        "id": new_id(),
        "fingerprint": fingerprint(token),
        "person_id": person,
        "browser": "Firefox",
        "by_passkey": False,
        "created_at": now,
        "seen_at": now,
        "confirmed_at": now,
        "expires_at": now + timedelta(days=30),
    }
