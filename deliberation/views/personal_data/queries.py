"""One's own data: a page of contributions, and the export file with all of it."""

from datetime import date, datetime
from typing import Any

import msgspec
from sqlalchemy import text

from deliberation.core.context import RequestContext
from deliberation.core.errors import NotFound
from deliberation.elections.ballots.queries import own_ballot
from deliberation.elections.polls.queries import poll_view
from deliberation.process.consultations.queries import consultation_page
from deliberation.process.subjects.kinds import KINDS, SubjectRef, path_of
from deliberation.text.markdown import excerpt

EXCERPT = 160
MOST = 50  # texts of each kind, supports, follows and votes of the page of contributions


class OwnText(msgspec.Struct, frozen=True, kw_only=True):
    """A text of one's own, or one that is supported or followed; `path`: of its page."""

    kind: str
    path: str
    consultation: str
    slug: str
    number: int  # of the text, or of what it is about
    title: str
    state: str
    at: datetime


class OwnVote(msgspec.Struct, frozen=True, kw_only=True):
    """The poll and day of a person's own vote; never the choice."""

    consultation: str
    slug: str
    question: str
    on: date


class Contributions(msgspec.Struct, frozen=True, kw_only=True):
    """A person's own contributions, the newest `MOST` of each."""

    proposals: list[OwnText]
    comments: list[OwnText]
    others: list[OwnText]  # texts of any other kind
    supports: list[OwnText]
    follows: list[OwnText]
    votes: list[OwnVote]


class Section(msgspec.Struct, frozen=True):
    """One kind of stored data: its code and its rows."""

    code: str
    rows: list[dict[str, Any]]


class OwnData(msgspec.Struct, frozen=True):
    """Everything that is stored about a person."""

    made_at: datetime
    sections: list[Section]


def _written(kind: str) -> str:
    """The statement that reads a person's texts of a kind, and what they are about.

    `details`: the columns of the kind's own table.
    """
    details = "" if KINDS[kind].plain else ", to_jsonb(own) - 'id' AS details"
    own = "" if KINDS[kind].plain else f"JOIN {kind} AS own ON own.id = subject.id"
    return f"""
        SELECT slug AS consultation, top.kind AS about, top.number, subject.title, subject.body,
               subject.theme, subject.place, subject.state, subject.hidden_reason,
               subject.hidden_note, subject.answer, subject.created_at, subject.published_at,
               subject.withdrawn_at{details}
        FROM subject {own}
        JOIN subject AS top ON top.id = coalesce(subject.about_id, subject.id)
        LEFT JOIN consultation ON consultation.id = subject.consultation_id
        WHERE subject.author_id = :person AND subject.kind = '{kind}' ORDER BY subject.created_at
    """  # noqa: S608 - fixed text


# Where a person's data lie: code -> the statement that reads it. A test holds this
# table against the schema: each column that names a person is read by one of them.
STORED: dict[str, str] = {
    **{f"{name}s": _written(name) for name, kind in KINDS.items() if kind.authored},
    "account": "SELECT name, email, lang, notify, created_at FROM person WHERE id = :person",
    "roles": (
        "SELECT authority.name AS authority, role, membership.created_at FROM membership"
        " JOIN authority ON authority.id = authority_id WHERE person_id = :person"
    ),
    "sessions": (
        "SELECT browser, by_passkey, created_at, seen_at, confirmed_at, expires_at FROM session"
        " WHERE person_id = :person"
    ),
    "passkeys": "SELECT name, created_at, used_at FROM passkey WHERE person_id = :person",
    "codes": "SELECT expires_at, tries, used_at FROM sign_in_code WHERE email = :email",
    "mails": "SELECT subject, body, created_at, sent_at FROM mail WHERE recipient = :email",
    "versions": (
        "SELECT slug AS consultation, number, v.version, v.title, v.body, v.published_at"
        " FROM proposal_version v JOIN subject ON subject.id = proposal_id"
        " JOIN consultation ON consultation.id = consultation_id"
        " WHERE author_id = :person ORDER BY v.published_at"
    ),
    "follows": (
        "SELECT slug AS consultation, kind, number, subject.title, follow.created_at FROM follow"
        " JOIN subject ON subject.id = subject_id"
        " JOIN consultation ON consultation.id = consultation_id"
        " WHERE person_id = :person ORDER BY follow.created_at"
    ),
    "supports": (
        "SELECT slug AS consultation, number AS proposal, support.created_at FROM support"
        " JOIN subject ON subject.id = proposal_id"
        " JOIN consultation ON consultation.id = consultation_id"
        " WHERE voter_id = :voter ORDER BY support.created_at"
    ),
    "votes": (
        "SELECT slug AS consultation, number AS poll, poll.question, marked_on FROM roll_mark"
        " JOIN poll ON poll.id = poll_id JOIN consultation ON consultation.id = consultation_id"
        " WHERE voter_id = :voter OR voter_id IN (SELECT id FROM elector WHERE email = :email)"
        " ORDER BY marked_on"
    ),
    "rolls": (
        "SELECT slug AS consultation, elector.number, elector.name FROM elector"
        " JOIN consultation ON consultation.id = consultation_id"
        " WHERE elector.email = :email ORDER BY slug"
    ),
    "code_requests": (
        "SELECT slug AS consultation, reason, asked_at, granted_at, refused_at FROM code_request"
        " JOIN elector ON elector.id = elector_id"
        " JOIN consultation ON consultation.id = consultation_id"
        " WHERE asked_by = :person OR granted_by = :person ORDER BY asked_at"
    ),
    "countersigning": (
        "SELECT slug AS consultation, name, function, since FROM countersigner"
        " JOIN consultation ON consultation.id = consultation_id"
        " WHERE person_id = :person ORDER BY slug"
    ),
    "undoings": (
        "SELECT slug AS consultation, poll.number AS poll, reason, asked_at, granted_at"
        " FROM undoing JOIN poll ON poll.id = poll_id"
        " JOIN consultation ON consultation.id = consultation_id"
        " WHERE asked_by = :person OR granted_by = :person ORDER BY asked_at"
    ),
    "offers": (
        "SELECT authority.name AS authority, role, CASE WHEN invited_by = :person THEN offer.name"
        " END AS name, expires_at FROM offer JOIN authority ON authority.id = authority_id"
        " WHERE email = :email OR invited_by = :person ORDER BY expires_at"
    ),
    "end_requests": (
        "SELECT slug AS consultation, ending, kind, closes_at, reason, asked_at, granted_at"
        " FROM end_request JOIN consultation ON consultation.id = consultation_id"
        " WHERE asked_by = :person OR granted_by = :person ORDER BY asked_at"
    ),
    "extensions": (
        "SELECT slug AS consultation, closes_at, reason, asked_at, granted_at FROM extension"
        " JOIN consultation ON consultation.id = consultation_id"
        " WHERE asked_by = :person OR granted_by = :person ORDER BY asked_at"
    ),
    "paper_batches": (
        "SELECT slug AS consultation, poll.number AS poll, paper_batch.number, channel,"
        " agreed_at FROM paper_batch JOIN poll ON poll.id = poll_id"
        " JOIN consultation ON consultation.id = consultation_id"
        " WHERE first_by = :person OR second_by = :person ORDER BY slug, paper_batch.number"
    ),
    "reports": (
        "SELECT slug AS consultation, kind AS subject, reason, note, report.created_at, decision,"
        " decided_at FROM report JOIN subject ON subject.id = subject_id"
        " JOIN consultation ON consultation.id = report.consultation_id"
        " WHERE reporter_id = :person ORDER BY report.created_at"
    ),
    "measures": (
        "SELECT authority.slug AS authority, subject, reason, note, taken_at, appeal, appealed_at,"
        " upheld_at, lifted_at, reply FROM measure JOIN authority ON authority.id = authority_id"
        " WHERE voter_id = :voter ORDER BY taken_at"
    ),
    "measures_taken": (
        "SELECT authority.slug AS authority, subject, reason, taken_at, upheld_at, lifted_at"
        " FROM measure JOIN authority ON authority.id = authority_id"
        " WHERE taken_by = :person OR upheld_by = :person OR lifted_by = :person ORDER BY taken_at"
    ),
    "moderation": (
        "SELECT slug AS consultation, kind AS subject, reason, decision, decided_at FROM report"
        " JOIN subject ON subject.id = subject_id"
        " JOIN consultation ON consultation.id = report.consultation_id WHERE decided_by = :person"
    ),
    "journal": "SELECT at, kind FROM event WHERE actor_id = :person ORDER BY id",
}


async def own_data(ctx: RequestContext) -> OwnData:
    """All that is stored about the viewer, with what their votes hold; nobody else's data.

    Raises `SignInNeeded`.
    """
    values = _values(ctx)
    sections = []
    for code, sql in STORED.items():
        rows = [dict(row._mapping) for row in (await ctx.db.execute(text(sql), values)).all()]
        rows = [row | row.pop("details", {}) for row in rows]
        if code == "votes":
            rows = [{**row, "choice": await _choice(ctx, row)} for row in rows]
        sections.append(Section(code, rows))
    return OwnData(made_at=ctx.now, sections=sections)


async def contributions(ctx: RequestContext) -> Contributions:
    """The viewer's own texts, supports and follows, and the times of their votes: the newest
    `MOST` of each; `own_data` holds all.
    """

    kinds = [name for name, kind in KINDS.items() if kind.authored and name != "answer"]
    values = {**_values(ctx), "kinds": kinds, "most": MOST}

    async def rows(sql: str) -> list[dict[str, Any]]:
        found = await ctx.db.execute(text(sql), values)
        return [dict(row._mapping) for row in found.all()]

    async def texts(sql: str) -> list[OwnText]:
        return [_own_text(row) for row in await rows(sql)]

    written = await texts(_TEXTS)
    return Contributions(
        proposals=[one for one in written if one.kind == "proposal"],
        comments=[one for one in written if one.kind == "comment"],
        others=[one for one in written if one.kind not in ("proposal", "comment")],
        supports=await texts(_SUPPORTS),
        follows=await texts(_FOLLOWS),
        votes=[OwnVote(**row) for row in await rows(_VOTES)],
    )


def _own_text(row: dict[str, Any]) -> OwnText:
    about = SubjectRef(row.pop("about"), row["number"])
    if row["kind"] == "comment":
        row["title"] = excerpt(row["title"], EXCERPT)
    return OwnText(path=path_of(row["slug"], about), **row)


def _values(ctx: RequestContext) -> dict[str, Any]:
    """The reader, by all columns that may refer to them."""
    person = ctx.person
    return {"person": person.id, "voter": person.voter_id, "email": person.email}


async def _choice(ctx: RequestContext, vote: dict[str, Any]) -> dict[str, int | str] | None:
    """Marks of the viewer's own ballot, by option: a grade's name, a rank, 1 for an approval, 0 for
    nothing; None when it is sealed, or gone.
    """
    try:
        page = await consultation_page(ctx, vote["consultation"])
        poll = await poll_view(ctx, page.ref, vote["poll"])
    except NotFound:
        return None
    if poll.secrecy == "sealed":
        return None
    said = {one.option: one.grade or one.mark for one in (await own_ballot(ctx, poll)).says}
    return {option.title: said.get(option.number, 0) for option in poll.options}


_TEXTS = """
    SELECT found.* FROM unnest(CAST(:kinds AS text[])) AS written (kind) CROSS JOIN LATERAL (
        SELECT subject.kind, top.kind AS about, consultation.title AS consultation, slug,
               top.number, subject.state,
               CASE WHEN subject.about_id IS NULL THEN subject.title ELSE subject.body END AS title,
               CASE WHEN subject.about_id IS NULL
                   THEN coalesce(subject.published_at, subject.created_at)
                   ELSE subject.created_at END AS at
        FROM subject JOIN subject AS top ON top.id = coalesce(subject.about_id, subject.id)
        JOIN consultation ON consultation.id = subject.consultation_id
        WHERE consultation.state NOT IN ('draft', 'withdrawn') AND subject.author_id = :person
          AND subject.kind = written.kind
        ORDER BY subject.created_at DESC LIMIT :most
    ) AS found ORDER BY at DESC
"""
# Texts that somebody supports or follows.
_MARKED = """
    SELECT kind, kind AS about, consultation.title AS consultation, slug, number, subject.state,
           CASE WHEN subject.state = 'hidden' THEN '' ELSE subject.title END AS title,
           mark.created_at AS at
    FROM {table} AS mark JOIN subject ON subject.id = {text}
    JOIN consultation ON consultation.id = consultation_id
    WHERE consultation.state NOT IN ('draft', 'withdrawn') AND {whose}
    ORDER BY at DESC LIMIT :most
"""
_SUPPORTS = _MARKED.format(table="support", text="proposal_id", whose="voter_id = :voter")
_FOLLOWS = _MARKED.format(table="follow", text="subject_id", whose="person_id = :person")
_VOTES = """
    SELECT consultation.title AS consultation, slug, poll.question, marked_on AS "on"
    FROM roll_mark JOIN poll ON poll.id = poll_id
    JOIN consultation ON consultation.id = consultation_id
    WHERE consultation.state NOT IN ('draft', 'withdrawn') AND voter_id = :voter
    ORDER BY marked_on DESC LIMIT :most
"""
