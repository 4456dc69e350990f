"""The rule that says which official answers are owed, and the standing of each consultation."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from deliberation.core.context import RequestContext, permit
from deliberation.core.database import Prepared, fetch, prepared
from deliberation.followup.answers.permissions import may_answer
from deliberation.process.consultations.queries import ConsultationCard
from deliberation.process.consultations.standing import (
    Held,
    Standing,
    cancelled,
    days_late,
    standing,
)

# An answer is owed to the results of votes, to a proposal with as many supports, and to the most
# supported of each consultation; not to one that was put to a vote whose result was answered.
THRESHOLD = 50
MOST_DUE = 1000  # answers owed to proposals that are counted
MOST_WAITING = 100  # answers owed in a list


class WaitingAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Something that waits for an official answer, since when, and until when it was promised."""

    consultation: str  # its slug
    consultation_title: str
    kind: str  # proposal or poll
    number: int
    title: str
    support_count: int  # 0 for a poll
    first: bool  # the most supported of its consultation
    since: datetime
    by: datetime | None
    late: int  # days after `by`


async def waiting_for_answer(
    ctx: RequestContext, authority_ids: Sequence[UUID], consultation_id: UUID | None = None
) -> list[WaitingAnswer]:
    """Results and proposals to which officials of some authorities owe an answer, or of one
    consultation of theirs: the most supported `MOST_WAITING` of each, as many in all.

    Results first, then by the promised date, then the longest wait.
    """
    for authority_id in authority_ids:
        permit(may_answer(ctx, authority_id))
    values = {"authorities": list(authority_ids), "consultation": consultation_id}
    rows = await fetch(ctx.db, _WAITING, **values, threshold=THRESHOLD, most=MOST_WAITING)
    return [WaitingAnswer(**row, late=days_late(row["by"], ctx.now)) for row in rows]


async def standings(ctx: RequestContext, cards: Sequence[ConsultationCard]) -> dict[UUID, Standing]:
    """The standing of several consultations, in one statement."""
    held = await held_by(ctx, _HELD, [card.id for card in cards])
    return {card.id: standing_of(card, held[card.id], ctx.now) for card in cards}


async def held_by(
    ctx: RequestContext, statement: Prepared, ids: Sequence[UUID]
) -> dict[UUID, Mapping[str, Any]]:
    """The rows of a statement that reads `HELD`, by consultation."""
    values = {"ids": ids, "threshold": THRESHOLD, "now": ctx.now}
    return {row["id"]: row for row in await fetch(ctx.db, statement, **values)}


def standing_of(card: ConsultationCard, row: Mapping[str, Any], now: datetime) -> Standing:
    """The standing of a consultation, by its row of `HELD`."""
    held = Held(**{name: row[name] for name in Held.__struct_fields__})
    return cancelled(held) if card.state == "cancelled" else standing(card.phases, held, now)


# Of a row of `mine`: the supports of the most supported proposal; the proposals owed an answer.
_TOP = """
    LATERAL (
        SELECT support_count AS most FROM proposal JOIN subject USING (id)
        WHERE in_consultation = mine.id AND state = 'published'
        ORDER BY support_count DESC, as_number DESC LIMIT 1
    ) AS top
"""
_OWED = """
    FROM proposal JOIN subject USING (id)
    WHERE in_consultation = mine.id AND state = 'published' AND answer = ''
      AND support_count >= greatest(1, least(:threshold, top.most))
      AND proposal.id <> ALL (ARRAY(
        SELECT proposal_id FROM subject AS poll JOIN poll_option ON poll_id = poll.id
        WHERE poll.consultation_id = mine.id AND poll.kind = 'poll' AND poll.answer <> ''
          AND proposal_id IS NOT NULL))
"""
_WAITING = prepared(
    f"""
    WITH mine AS (
        SELECT id, slug, title, (SELECT max(closes_at) FROM phase
            WHERE consultation_id = consultation.id AND kind = 'decision') AS by
        FROM consultation
        WHERE authority_id = ANY(CAST(:authorities AS uuid[])) AND state = 'open'
          AND id = coalesce(:consultation, id)
    )
    SELECT * FROM (
        SELECT slug AS consultation, mine.title AS consultation_title, owed.*, by
        FROM mine CROSS JOIN {_TOP} CROSS JOIN LATERAL (
            SELECT 'proposal' AS kind, number, title, support_count,
                   support_count = top.most AS first, published_at AS since
            {_OWED} ORDER BY support_count DESC, as_number DESC LIMIT :most
        ) AS owed
        UNION ALL
        SELECT slug, mine.title, 'poll', poll.number, poll.question, 0, false, result.counted_at, by
        FROM mine JOIN poll ON poll.consultation_id = mine.id AND poll.source = 'live'
        JOIN result ON result.poll_id = poll.id
        JOIN subject ON subject.id = poll.id AND subject.answer = ''
    ) AS due
    ORDER BY kind, by, since, number LIMIT :most
    """  # noqa: S608 - fixed text
)
# What each consultation of a list holds, read by indexes. What is due matters once nobody writes
# any more; `MOST_DUE` are counted. No plan can look into the list: one for the values at hand would
# seem cheaper than the kept one, and planning costs more than reading.
HELD = f"""
    SELECT mine.id,
        (SELECT count(*) FROM poll WHERE consultation_id = mine.id AND source = 'live') AS polls,
        (SELECT count(counted_at) FROM poll
         WHERE consultation_id = mine.id AND source = 'live') AS counted,
        (SELECT count(*) FROM poll JOIN subject USING (id)
         WHERE poll.consultation_id = mine.id AND source = 'live' AND answer <> '') AS to_votes,
        coalesce((SELECT count FROM published_count
                  WHERE consultation_id = mine.id AND kind = 'proposal'), 0) AS published,
        coalesce((SELECT count FROM published_count
                  WHERE consultation_id = mine.id AND kind = 'answer'), 0) AS to_proposals,
        CASE WHEN (SELECT max(closes_at) FROM phase WHERE consultation_id = mine.id
            AND kind IN ('proposals', 'discussion')) > :now THEN 0
        ELSE (SELECT count(*) FROM {_TOP} CROSS JOIN LATERAL
              (SELECT proposal.id {_OWED} LIMIT {MOST_DUE}) AS owed) END AS due
    FROM unnest((SELECT CAST(:ids AS uuid[]))) AS mine (id)
"""  # noqa: S608 - fixed text
_HELD = prepared(HELD)
