"""What waits for the people of each authority: drafts, what runs, reports, answers owed."""

import msgspec

from deliberation.answers.owed import WaitingAnswer, waiting_for_answer
from deliberation.answers.permissions import may_answer
from deliberation.authorities.permissions import may_change_authority
from deliberation.authorities.queries import AuthorityCard, authority_cards
from deliberation.consultations.permissions import may_run
from deliberation.consultations.queries import (
    PUBLIC,
    ConsultationCard,
    consultation_cards,
    moment_of,
)
from deliberation.insights.vote_duties import VoteDuty, vote_duties
from deliberation.kit.act import Act
from deliberation.kit.errors import NotFound
from deliberation.moderation.measures import contested_count
from deliberation.moderation.permissions import may_moderate
from deliberation.moderation.queries import waiting_count


class Duties(msgspec.Struct, frozen=True, kw_only=True):
    """An authority as one of its people works in it; None where their role has no part in it."""

    authority: AuthorityCard
    runs: bool  # writes and opens consultations
    administers: bool  # team and identity
    drafts: list[ConsultationCard]
    running: list[ConsultationCard]  # coming or open
    over: list[ConsultationCard]
    votes: list[VoteDuty] | None  # what their votes wait for
    reports: int | None  # texts that wait for moderation
    contested: int | None  # measures that somebody contests
    answers: list[WaitingAnswer] | None


async def duties(act: Act) -> list[Duties]:
    """One entry for each authority the viewer has a role in. Raises `NotFound` without any."""
    cards = [card for card in await authority_cards(act) if card.id in act.person.roles]
    if not cards:
        raise NotFound
    return [await _duties(act, card) for card in cards]


async def _duties(act: Act, authority: AuthorityCard) -> Duties:
    found = await consultation_cards(act, authority_id=authority.id)
    public = [card for card in found if card.state in PUBLIC]
    over = [card for card in public if moment_of(card) == "over"]
    moderates = may_moderate(act, authority.id) is None
    answers = may_answer(act, authority.id) is None
    runs = may_run(act, authority.id) is None
    return Duties(
        authority=authority,
        runs=runs,
        administers=may_change_authority(act, authority.id) is None,
        drafts=[card for card in found if card.state == "draft"],
        running=[card for card in public if card not in over],
        over=over,
        votes=await vote_duties(act, authority.id) if runs else None,
        reports=await waiting_count(act, [authority.id]) if moderates else None,
        contested=await contested_count(act, authority.id) if moderates else None,
        answers=await waiting_for_answer(act, [authority.id]) if answers else None,
    )
