"""What the operator's commands list: authorities, people with roles, consultations, jobs, mails.

Nobody is asked who reads: no page and no resource calls this.
"""

from typing import Any

from sqlalchemy import text

from deliberation.core.context import RequestContext
from deliberation.core.errors import existing
from deliberation.network.authorities.queries import authority_row

PAGE = 200  # rows of a list

# List -> its statement: ordered by its first column, from which `after` goes on.
LISTS: dict[str, str] = {
    "authorities": """
        SELECT slug, kind, name FROM authority WHERE :only = '' AND slug > :after
        ORDER BY 1 LIMIT :page
    """,
    "people": """
        SELECT lower(email) AS email, name,
               string_agg(role || '@' || slug, ' ' ORDER BY slug, role) AS roles
        FROM membership JOIN (SELECT id AS person_id, email, name FROM person) AS person
            USING (person_id)
        JOIN (SELECT id AS authority_id, slug FROM authority) AS authority USING (authority_id)
        WHERE :only IN ('', slug) AND lower(email) > :after
        GROUP BY email, name ORDER BY 1 LIMIT :page
    """,
    "consultations": """
        SELECT consultation.slug, authority.slug AS authority, state,
               (consultation.created_at AT TIME ZONE 'Europe/Paris')::date AS created_at,
               (SELECT (max(closes_at) AT TIME ZONE 'Europe/Paris' - interval '1 minute')::date
                FROM phase WHERE consultation_id = consultation.id) AS ends, title
        FROM consultation JOIN authority ON authority.id = authority_id
        WHERE :only IN ('', authority.slug) AND consultation.slug > :after
        ORDER BY 1 LIMIT :page
    """,
    # Without what a job is about: that may name somebody.
    "jobs": """
        SELECT id, name, CASE WHEN dead_at IS NOT NULL THEN 'given-up'
                              WHEN tries > 0 THEN 'failing' ELSE 'waiting' END AS state,
               tries, failure, since, CASE WHEN dead_at IS NULL THEN run_at END AS next_try
        FROM job WHERE (:only = 'all' OR tries > 0) AND id > CAST('0' || :after AS bigint)
        ORDER BY 1 LIMIT :page
    """,
    # Whose mail it is stays hidden, unless their address is asked for.
    "mails": """
        SELECT mail.id, split_part(recipient, '@', 2) AS domain, mail.created_at,
               job.id AS job, tries, failure, dead_at IS NOT NULL AS given_up
        FROM mail LEFT JOIN job ON once = 'mail:' || mail.id
        WHERE sent_at IS NULL AND :only IN ('', recipient) AND mail.id::text > :after
        ORDER BY 1 LIMIT :page
    """,
}


async def listed(
    ctx: RequestContext, name: str, *, only: str = "", after: str = ""
) -> list[dict[str, Any]]:
    """A page of one of `LISTS`. `only`: an authority's slug, a mail's recipient, `all` jobs.

    Raises `NotFound` for an authority that there is not.
    """
    values = {"only": only, "after": after, "page": PAGE}
    rows = (await ctx.db.execute(text(LISTS[name]), values)).mappings().all()
    if only and not rows and name in ("people", "consultations"):
        await authority_row(ctx, only)
    return [dict(row) for row in rows]


async def account_of(ctx: RequestContext, email: str) -> dict[str, Any]:
    """An account without what it wrote or voted. Raises `NotFound`."""
    return await _one(ctx, _ACCOUNT, email)


async def consultation_of(ctx: RequestContext, slug: str) -> dict[str, Any]:
    """A consultation's state, phases and votes, whether it is public or not. Raises `NotFound`."""
    return await _one(ctx, _CONSULTATION, slug)


async def _one(ctx: RequestContext, statement: str, key: str) -> dict[str, Any]:
    found = existing((await ctx.db.execute(text(statement), {"key": key})).mappings().one_or_none())
    return dict(found)


_ACCOUNT = """
    SELECT email, name, lang, notify, created_at,
           array(SELECT role || '@' || slug FROM membership
                 JOIN authority ON authority.id = authority_id
                 WHERE person_id = person.id ORDER BY slug, role) AS roles,
           (SELECT count(*) FROM session WHERE person_id = person.id
                AND expires_at > clock_now()) AS sessions,
           (SELECT count(*) FROM passkey WHERE person_id = person.id) AS passkeys,
           array(SELECT slug FROM measure JOIN authority ON authority.id = authority_id
                 WHERE measure.voter_id = person.voter_id AND subject = 'account'
                 AND lifted_at IS NULL ORDER BY slug) AS suspended_in
    FROM person WHERE lower(email) = :key
"""
_CONSULTATION = """
    SELECT consultation.slug, title, authority.slug AS authority, state, consultation.created_at,
           opened_at,
           array(SELECT concat_ws(' ', kind, left((opens_at AT TIME ZONE 'Europe/Paris')::text, 16),
                                  left((closes_at AT TIME ZONE 'Europe/Paris')::text, 16))
                 FROM phase
                 WHERE consultation_id = consultation.id ORDER BY opens_at, kind) AS phases,
           array(SELECT concat_ws(' ', number, method, eligibility,
                                  CASE profile WHEN 'P1' THEN 'sealed' ELSE 'plain' END,
                                  'counted ' ||
                                  left((counted_at AT TIME ZONE 'Europe/Paris')::text, 16))
                 FROM poll
                 WHERE consultation_id = consultation.id ORDER BY number) AS polls
    FROM consultation JOIN authority ON authority.id = authority_id
    WHERE consultation.slug = :key
"""
