"""Fill a database with a network of any size, by SQL, for `./dev bench growth` and tests of plans.

Consultation 1 (`grande`) holds most proposals, and its proposal 1 most comments; consultation 2
(`grand-vote`) an open vote by e-mail with most ballots. Rows are found by numbers: proposal 7 of
consultation 1 has the id `md5('p1-7')`.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import asyncpg
from sqlalchemy import text

from benchmarks.crowd import SENTENCES, THEMES, copy_rows, session_row
from deliberation.core import clock
from deliberation.core.context import AppContext, RequestContext
from deliberation.core.database import connect, transaction
from deliberation.core.ids import new_token
from deliberation.core.pools import disconnect
from deliberation.core.settings import Settings
from deliberation.views.figures.counting import count_figures

LARGE, VOTE = "grande", "grand-vote"
ROLES = ("citizen", "moderator", "agent", "official", "administrator")


@dataclass(frozen=True)
class Size:
    """How much there is. `proposals`, `comments`, `ballots`: of the large consultation, its first
    proposal, the large vote; `elsewhere`: proposals of each other consultation.
    """

    authorities: int = 1
    consultations: int = 3
    proposals: int = 1_000
    comments: int = 1_000
    ballots: int = 1_000
    elsewhere: int = 10

    @property
    def people(self) -> int:
        """Accounts: one for each proposal and ballot, and some who are on no list."""
        return max(self.proposals, self.ballots, 2_100) + len(ROLES)

    @property
    def requests(self) -> int:
        """What waits for a second person, versions of a proposal, days of a journal."""
        return min(self.comments, self.ballots, 2_000)


def network_of(rows: int) -> Size:
    """A network in which everything has about so many rows, up to the communes of a region.

    >>> network_of(1_000_000).authorities, network_of(1_000_000).consultations
    (3800, 11400)
    """
    authorities = min(3_800, max(1, rows // 250))
    consultations = 3 * authorities
    return Size(
        authorities=authorities,
        consultations=consultations,
        proposals=rows,
        comments=rows // 10,
        ballots=rows,
        elsewhere=max(1, min(20, rows // consultations)),
    )


async def fill(connection: asyncpg.Connection, size: Size) -> dict[str, str]:
    """Write the network into an empty schema; session tokens of one person of each role.

    The words of a new proposal are found no longer: the column `search` is written here.
    """
    # Triggers are left out, so counts are written here, and indexes made at the end: much sooner.
    indexes = await connection.fetch(_INDEXES)
    for index in indexes:
        await connection.execute(f"DROP INDEX {index['name']}")
    for table in FILLED:
        await connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    for statement, *names in STATEMENTS:
        values = [getattr(size, name) for name in names]
        await connection.execute(statement, *values)
    for index in indexes:
        await connection.execute(index["definition"])
    for table in FILLED:
        await connection.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    tokens = {role: new_token() for role in ROLES}
    now = datetime.now(UTC)
    for number, role in enumerate(ROLES, start=1):
        person: UUID = await connection.fetchval("SELECT md5('u' || $1::text)::uuid", str(number))
        await copy_rows(connection, "session", [session_row(person, tokens[role], now)])
        if role != "citizen":
            await connection.execute(_MEMBER, person, role)
    await connection.execute("VACUUM ANALYZE")
    return tokens


async def keep_figures(url: str) -> None:
    """Count the consultations whose figures are not kept yet, as the worker does."""
    engine = connect(url, statement_timeout=900.0)
    app = AppContext(settings=Settings(database_url=url), engine=engine, secret=b"")
    async with transaction(engine) as db:
        await db.execute(_UNCOUNTED)
        await count_figures(RequestContext(app=app, db=db, now=await clock.now(db)))
    await disconnect(engine)


_UNCOUNTED = text(
    "INSERT INTO kept_figures (consultation_id, next_at) SELECT id, '-infinity' FROM consultation"
    " ON CONFLICT DO NOTHING"
)
_INDEXES = """
SELECT indexrelid::regclass AS name, pg_get_indexdef(indexrelid) AS definition FROM pg_index
WHERE indrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)
    AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
"""
FILLED = (
    "consultation",
    "subject",
    "proposal",
    "comment",
    "answer",
    "support",
    "roll_mark",
    "urn_ballot",
    "event",
)
_MEMBER = """
INSERT INTO membership (person_id, authority_id, role, created_at)
SELECT $1, md5('a1')::uuid, $2, now()
"""
_TEXTS = ", ".join(f"'{one.replace(chr(39), '’')}'" for one in SENTENCES)
_THEMES = ", ".join(f"'{one}'" for one in THEMES)
_SLUG = f"CASE i WHEN 1 THEN '{LARGE}' WHEN 2 THEN '{VOTE}' ELSE 'consultation-' || i END"
# The text of subject `n`: one sentence of eight, and a word that one in 5,000 has.
_BODY = f"(array[{_TEXTS}])[n % 8 + 1] || ' mot' || n % 5000"
_COPIED = 5_000  # proposals have as many different texts, whose words are searched for
_PROPOSALS = f"""
INSERT INTO subject (id, authority_id, consultation_id, kind, number, author_id, author_name,
    title, body, theme, place, state, answer, comment_count, created_at, published_at{{search}})
SELECT md5('p' || c || '-' || n)::uuid, consultation.authority_id, consultation.id, 'proposal', n,
    md5('u' || n)::uuid, 'Camille Delattre ' || n, 'Des arceaux devant la gare ' || n % {_COPIED},
    {_BODY},
    (array[{_THEMES}])[n % 4 + 1], 'Quartier des Écluses', 'published',
    CASE WHEN n % 20 = 0 THEN 'studied' ELSE '' END, 0,
    now() - n * interval '1 second', now() - n * interval '1 second'{{copied}}
"""
_WRITTEN = _PROPOSALS.format(search="", copied="")
_ALIKE = _PROPOSALS.format(search=", search", copied=", alike.search")
_ALIKE_JOIN = f"""JOIN subject AS alike ON alike.consultation_id = md5('c1')::uuid
    AND alike.kind = 'proposal' AND alike.number = (n - 1) % least({_COPIED}, $1::integer) + 1"""
# Statements and the sizes that they take, in order.
STATEMENTS: list[tuple[str, ...]] = [
    (
        """
        INSERT INTO authority (id, slug, kind, name, tagline, accent, logo, contact_email, phone,
            address, director, host, dpo_email, population, created_at)
        SELECT md5('a' || i)::uuid, 'commune-' || i, 'commune', 'Commune ' || i, '', '#0B5A5E', '',
            'mairie' || i || '@example.org', '', '', '', '', '', 1000 + i, now()
        FROM generate_series(1, $1::integer) AS i
        """,
        "authorities",
    ),
    (
        """
        INSERT INTO person (id, voter_id, email, name, lang, notify, created_at)
        SELECT md5('u' || i)::uuid, md5('u' || i)::uuid, 'personne' || i || '@example.org',
            'Camille Delattre ' || i, 'fr', false, now()
        FROM generate_series(1, $1::integer) AS i
        """,
        "people",
    ),
    (
        f"""
        INSERT INTO consultation (id, authority_id, slug, title, question, summary, decided,
            undecided, not_negotiable, promise, body, themes, frame_ancestors, state,
            withdrawal_reason, created_at, opened_at, proposal_count)
        SELECT md5('c' || i)::uuid,
            md5('a' || CASE i WHEN 2 THEN 1 ELSE (i - 1) % $2::integer + 1 END)::uuid, {_SLUG},
            'Le réseau cyclable de demain ' || i, 'Où faut-il des pistes cyclables ?',
            'Trois phrases disent de quoi il s’agit.', array['Cinq kilomètres.'],
            array['Le tracé.'], array['La largeur.'], 'Le conseil répondra.', '',
            array[{_THEMES}], array[]::text[], 'open', '', now() - i * interval '1 minute',
            now() - i * interval '1 minute', CASE i WHEN 1 THEN $3::integer ELSE $4::integer END
        FROM generate_series(1, $1::integer) AS i
        """,
        "consultations",
        "authorities",
        "proposals",
        "elsewhere",
    ),
    (
        # A third is open, a third is over, a third is to come; the first two are open.
        """
        INSERT INTO phase (id, consultation_id, kind, opens_at, closes_at)
        SELECT md5('f' || kind || i)::uuid, md5('c' || i)::uuid, kind,
            now() + (begins + moved) * interval '1 day', now() + (ends + moved) * interval '1 day'
        FROM generate_series(1, $1::integer) AS i
        CROSS JOIN (VALUES ('proposals', -10, 20), ('discussion', -5, 30), ('vote', -1, 10),
            ('decision', 45, 90)) AS plan (kind, begins, ends)
        CROSS JOIN LATERAL (SELECT CASE WHEN i < 3 THEN 0
            ELSE (array[0, -400, 400])[i % 3 + 1] END AS moved) AS at
        WHERE (i = 2) = (kind = 'vote')
        """,
        "consultations",
    ),
    (
        f"""
        {_WRITTEN} FROM generate_series(1, least({_COPIED}, $1::integer)) AS n
        CROSS JOIN (SELECT 1 AS c) AS one
        JOIN consultation ON consultation.id = md5('c1')::uuid
        """,
        "proposals",
    ),
    ("ALTER TABLE subject ALTER COLUMN search DROP EXPRESSION",),
    (
        f"""
        {_ALIKE} FROM generate_series({_COPIED} + 1, $1::integer) AS n
        CROSS JOIN (SELECT 1 AS c) AS one
        JOIN consultation ON consultation.id = md5('c1')::uuid {_ALIKE_JOIN}
        """,
        "proposals",
    ),
    (
        f"""
        {_ALIKE} FROM generate_series(3, $2::integer) AS c
        CROSS JOIN generate_series(1, $3::integer) AS n
        JOIN consultation ON consultation.id = md5('c' || c)::uuid {_ALIKE_JOIN}
        """,
        "proposals",
        "consultations",
        "elsewhere",
    ),
    (
        "INSERT INTO proposal (id, version, support_count, in_consultation, as_number)"
        " SELECT id, 1, number % 8, consultation_id, number FROM subject WHERE kind = 'proposal'",
    ),
    (
        "INSERT INTO proposal_version (proposal_id, version, title, body, published_at)"
        " SELECT id, 1, title, body, published_at FROM subject WHERE kind = 'proposal'",
    ),
    (
        "INSERT INTO support (proposal_id, voter_id, created_at)"
        " SELECT subject.id, md5('u' || s)::uuid, now() FROM subject"
        " CROSS JOIN LATERAL generate_series(1, number % 8) AS s WHERE kind = 'proposal'",
    ),
    (
        f"""
        INSERT INTO subject (id, authority_id, consultation_id, kind, about_id, author_id, body,
            created_at, published_at)
        SELECT md5('k' || n)::uuid, md5('a1')::uuid, md5('c1')::uuid, 'comment',
            CASE WHEN n <= $1::integer THEN md5('p1-1')::uuid
                 ELSE md5('p1-' || n % $2::integer + 1)::uuid END,
            md5('u' || n % 2000 + 1)::uuid, {_BODY}, now() - n * interval '1 second',
            now() - n * interval '1 second'
        FROM generate_series(1, 2 * $1::integer) AS n
        """,
        "comments",
        "proposals",
    ),
    (
        "INSERT INTO comment (id, parent_id, stance, thread_id, said_at, turn) SELECT id, NULL, "
        "(array['for', 'against', 'question'])[extract(epoch FROM created_at)::bigint % 3 + 1],"
        " about_id, created_at, row_number() OVER (PARTITION BY about_id, author_id)"
        " FROM subject WHERE kind = 'comment'",
    ),
    (
        "INSERT INTO stance_count SELECT thread_id, stance, count(*) FROM comment"
        " GROUP BY thread_id, stance",
    ),
    (
        "INSERT INTO published_count SELECT consultation_id, kind, count(*) FROM subject"
        " WHERE about_id IS NULL GROUP BY consultation_id, kind UNION ALL"
        " SELECT consultation_id, 'answer', count(*) FROM subject WHERE answer <> '' GROUP BY 1",
    ),
    (
        "UPDATE subject SET comment_count = said.count FROM ("
        " SELECT about_id, count(*) FROM subject WHERE kind = 'comment' GROUP BY about_id"
        ") AS said WHERE subject.id = said.about_id",
    ),
    (
        f"""
        INSERT INTO subject (id, authority_id, consultation_id, kind, about_id, author_id, body,
            created_at, published_at)
        SELECT md5('r' || id)::uuid, authority_id, consultation_id, 'answer', id,
            md5('u1')::uuid, {_BODY}, created_at, published_at
        FROM subject CROSS JOIN LATERAL (SELECT number AS n) AS about
        WHERE kind = 'proposal' AND answer <> ''
        """,
    ),
    ("INSERT INTO answer (id, decision) SELECT id, 'studied' FROM subject WHERE kind = 'answer'",),
    (
        """
        INSERT INTO subject (id, authority_id, consultation_id, kind, number, title, created_at,
            published_at)
        SELECT md5('v1')::uuid, authority_id, id, 'poll', 1, 'Quel tracé ?', now(), now()
        FROM consultation WHERE id = md5('c2')::uuid
        """,
    ),
    (
        """
        INSERT INTO poll (id, consultation_id, phase_id, number, question, method, method_options,
            approved_from, grades, source, source_note, profile, eligibility)
        SELECT md5('v1')::uuid, md5('c2')::uuid, md5('fvote2')::uuid, 1, 'Quel tracé ?',
            'majority_judgment', '{"missing": "worst"}', '',
            array['reject', 'poor', 'fair', 'good', 'excellent'], 'live', '', 'P0', 'email'
        """,
    ),
    (
        # Votes of consultations that are over, and were counted.
        """
        INSERT INTO subject (id, authority_id, consultation_id, kind, number, title, created_at,
            published_at)
        SELECT md5('v' || i)::uuid, authority_id, id, 'poll', 1, 'Quel tracé ?', now(), now()
        FROM generate_series(4, $1::integer, 3) AS i
        JOIN consultation ON consultation.id = md5('c' || i)::uuid
        """,
        "consultations",
    ),
    (
        """
        INSERT INTO poll (id, consultation_id, number, question, method, method_options,
            approved_from, grades, source, source_note, profile, eligibility, counted_at)
        SELECT id, consultation_id, 1, 'Quel tracé ?', 'approval', '{}', '', array[]::text[],
            'live', '', 'P0', 'email', now()
        FROM subject WHERE kind = 'poll' AND id <> md5('v1')::uuid
        """,
    ),
    (
        """
        INSERT INTO poll_option (poll_id, number, title, description)
        SELECT id, i, 'Tracé ' || i, '' FROM poll CROSS JOIN generate_series(1, 6) AS i
        """,
    ),
    (
        """
        INSERT INTO roll_mark (poll_id, voter_id, marked_on, channel)
        SELECT md5('v1')::uuid, md5('u' || i)::uuid, current_date, 'online'
        FROM generate_series(10, $1::integer) AS i
        """,
        "ballots",
    ),
    (
        """
        INSERT INTO urn_ballot (slot, version, poll_id, submission, packed, receipt)
        SELECT sha256(i::text::bytea), 1, md5('v1')::uuid, sha256(('s' || i)::bytea),
            decode(lpad(to_hex(1 + i % 5), 2, '0') || lpad(to_hex(1 + i / 5 % 5), 2, '0')
                || lpad(to_hex(1 + i / 25 % 5), 2, '0') || lpad(to_hex(1 + i / 125 % 5), 2, '0')
                || lpad(to_hex(1 + i / 625 % 5), 2, '0') || '00', 'hex'), 'R' || i
        FROM generate_series(10, $1::integer) AS i
        """,
        "ballots",
    ),
    (
        """
        INSERT INTO follow (subject_id, person_id, created_at)
        SELECT md5('p1-1')::uuid, md5('u' || i)::uuid, now()
        FROM generate_series(10, $1::integer) AS i
        """,
        "comments",
    ),
    (
        # Those of the first two are left to count.
        """
        INSERT INTO kept_figures (consultation_id, counted_at, participants, proposals)
        SELECT id, now(), least(proposal_count, 20), proposal_count FROM consultation
        WHERE id <> md5('c1')::uuid AND id <> md5('c2')::uuid
        """,
    ),
    (
        """
        INSERT INTO session (fingerprint, id, person_id, browser, by_passkey, created_at, seen_at,
            confirmed_at, expires_at)
        SELECT sha256(i::text::bytea), md5('s' || i)::uuid, md5('u' || i)::uuid, 'Firefox', false,
            now(), now(), now(), now() + interval '30 days'
        FROM generate_series(10, $1::integer) AS i
        """,
        "ballots",
    ),
    (
        # A large team, and what waits for it.
        """
        INSERT INTO membership (person_id, authority_id, role, created_at)
        SELECT md5('u' || 10 + i)::uuid, md5('a1')::uuid, 'agent', now()
        FROM generate_series(1, least(2000, $1::integer)) AS i
        """,
        "comments",
    ),
    (
        """
        INSERT INTO offer (id, authority_id, email, role, name, invited_by, expires_at)
        SELECT md5('o' || i)::uuid, md5('a1')::uuid, 'personne' || 1 + i % 9 || '-' || i
            || '@example.org', 'agent', 'Camille', md5('u5')::uuid, now() + interval '9 days'
        FROM generate_series(1, $1::integer) AS i
        """,
        "comments",
    ),
    (
        """
        INSERT INTO elector (id, consultation_id, number, name)
        SELECT md5('e' || i)::uuid, md5('c2')::uuid, i, 'Camille Delattre ' || i
        FROM generate_series(1, $1::integer) AS i
        """,
        "ballots",
    ),
    (
        """
        INSERT INTO elector_code (hash, elector_id, issued_at)
        SELECT sha256(i::text::bytea), md5('e' || i)::uuid, now()
        FROM generate_series(1, $1::integer) AS i
        """,
        "ballots",
    ),
    *(
        (
            f"""
            INSERT INTO {table} (id, {of}, reason, asked_by, asked_at)
            SELECT md5('{table}' || i)::uuid, {values}, 'Perdu.', md5('u3')::uuid,
                now() - i * interval '1 minute'
            FROM generate_series(1, $1::integer) AS i
            """,
            size,
        )
        for table, of, values, size in (
            ("code_request", "elector_id", "md5('e' || i)::uuid", "requests"),
            (
                "undoing",
                "poll_id, elector_id",
                "md5('v1')::uuid, md5('e' || i)::uuid",
                "requests",
            ),
            (
                "end_request",
                "consultation_id, ending",
                "md5('c2')::uuid, 'cancel'",
                "requests",
            ),
            (
                "extension",
                "consultation_id, phase_id, closes_at",
                "md5('c2')::uuid, md5('fvote2')::uuid, now() + i * interval '1 day'",
                "requests",
            ),
        )
    ),
    (
        """
        INSERT INTO paper_batch (poll_id, number, channel, first, first_by)
        SELECT md5('v1')::uuid, i, 'paper', '["010203040500"]', md5('u3')::uuid
        FROM generate_series(1, $1::integer) AS i
        """,
        "requests",
    ),
    (
        """
        INSERT INTO version (id, consultation_id, poll_number, number, made_at, reason, content)
        SELECT md5('w' || i)::uuid, md5('c1')::uuid, 0, i,
            now() + (i - $1::integer) * interval '1 minute', 'Une faute est corrigée.',
            jsonb_build_object('question', 'Où faut-il des pistes cyclables, ' || i || ' ?')
        FROM generate_series(1, $1::integer) AS i
        """,
        "comments",
    ),
    (
        """
        INSERT INTO proposal_version (proposal_id, version, title, body, published_at)
        SELECT md5('p1-1')::uuid, i, 'Des arceaux ' || i, 'Devant la gare.', now()
        FROM generate_series(2, $1::integer) AS i
        """,
        "requests",
    ),
    (
        "UPDATE proposal SET version = greatest(1, $1::integer) WHERE id = md5('p1-1')::uuid",
        "requests",
    ),
    (
        """
        INSERT INTO event_count (consultation_id, day, kind, count, last_at)
        SELECT md5('c1')::uuid, current_date - 30 - i, 'ProposalPublished', 1,
            now() - (30 + i) * interval '1 day'
        FROM generate_series(1, $1::integer) AS i
        """,
        "requests",
    ),
    (
        """
        INSERT INTO event (at, kind, authority_id, consultation_id, actor_id, data)
        SELECT created_at, 'ProposalPublished', authority_id, consultation_id, author_id,
            jsonb_build_object('proposal_id', id)
        FROM subject WHERE kind = 'proposal'
        """,
    ),
    (
        """
        INSERT INTO event_count (consultation_id, day, kind, count, last_at)
        SELECT consultation_id, (at AT TIME ZONE 'Europe/Paris')::date AS day, kind, count(*),
            max(at)
        FROM event GROUP BY consultation_id, day, kind
        """,
    ),
]
