"""Reading the ballot box: one's own ballot, and what a receipt shows to whoever holds it."""

import re
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select, text

from deliberation.ballot_box.choices import Marked, in_words, unpacked
from deliberation.ballot_box.commands import slot_of, submission_key
from deliberation.ballot_box.model import SealedBallot, UrnBallot
from deliberation.ballot_box.sealed.receipts import SealedReceipt
from deliberation.ballot_box.sealed_cast import receipt_for
from deliberation.ballot_box.slot_keys import slot_key
from deliberation.ballot_box.slot_keys import slot_of as sealed_slot_of
from deliberation.ballot_box.voters import known_voter, voter_of
from deliberation.consultations.model import Consultation
from deliberation.consultations.queries import ConsultationPage, consultation_page
from deliberation.kit.act import Act
from deliberation.kit.errors import NotAllowed, NotFound, SignInNeeded
from deliberation.kit.ids import ALPHABET
from deliberation.polls.model import Poll
from deliberation.polls.queries import PollView, poll_view

REFERENCE = re.compile(rf"[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}")


class OwnBallot(msgspec.Struct, frozen=True):
    """Whether the viewer has voted, since when, and what their ballot says now.

    A vote of profile P0 is not secret for the site, so it can show a voter their own ballot; of a
    sealed one it only knows that there is one. `says`: the choice in words. `channel`: how they
    voted, if they have. `listed`: on the roll, as far as the request tells; None where nothing
    tells.
    """

    voted: bool = False
    voted_on: date | None = None
    choice: dict[str, int] = {}
    channel: str = ""
    listed: bool | None = None
    says: list[Marked] = []


class ReceiptView(msgspec.Struct, frozen=True, kw_only=True):
    """What a receipt shows: that a ballot is recorded, never what it says.

    `replaced`: a later ballot of the same voter counts instead. `counted`: the poll is counted and
    this ballot is among those that were. `voted_on`: for its own voter only.
    """

    reference: str
    page: ConsultationPage
    poll: PollView
    replaced: bool
    counted: bool
    voted_on: date | None


async def own_ballot(
    act: Act, poll: PollView, browser: str = "", known: UUID | None = None
) -> OwnBallot:
    """The viewer's own ballot; that of a browser's cookie where a link is enough to vote.

    `known`: the elector that an identity provider vouched for.
    """
    voter = await known_voter(act, poll, browser, known)
    if voter is None:
        told = act.viewer is not None and poll.eligibility == "roll"
        return OwnBallot(listed=False if told else None)
    slot = slot_of(act, poll.id, voter)
    values = {"poll": poll.id, "voter": voter, "slot": slot}
    row = (await act.db.execute(_OWN, values)).one_or_none()
    if row is None:
        return OwnBallot(listed=True)
    choice = unpacked(poll, row.packed) if row.packed else {}
    said = in_words(poll, choice)
    return OwnBallot(True, row.marked_on, choice, row.channel, listed=True, says=said)


async def voted_polls(act: Act, page: ConsultationPage) -> frozenset[int]:
    """The numbers of the polls of a consultation in which the viewer is known to have voted."""
    if act.viewer is None:
        return frozenset()
    values = {"consultation": page.card.id, "voter": act.viewer.voter_id, "email": act.viewer.email}
    return frozenset((await act.db.scalars(_VOTED, values)).all())


async def receipt_view(act: Act, reference: str) -> ReceiptView:
    """What a reference stands for, without an account. Raises `NotFound`."""
    reference = reference.strip().upper()
    if not REFERENCE.fullmatch(reference):
        raise NotFound
    query = (
        select(UrnBallot.slot, UrnBallot.version, Poll.number, Poll.id, Consultation.slug)
        .join(Poll, Poll.id == UrnBallot.poll_id)
        .join(Consultation, Consultation.id == Poll.consultation_id)
        .where(UrnBallot.receipt == reference)
    )
    row = (await act.db.execute(query)).one_or_none()
    if row is None:
        raise NotFound
    page = await consultation_page(act, row.slug)
    poll = await poll_view(act, page, row.number)
    later = select(UrnBallot.version).where(
        UrnBallot.slot == row.slot, UrnBallot.version > row.version
    )
    replaced = (await act.db.scalars(later.limit(1))).first() is not None
    return ReceiptView(
        reference=reference,
        page=page,
        poll=poll,
        replaced=replaced,
        counted=poll.state == "counted" and not replaced,
        voted_on=await _own_day(act, row.slot, row.id),
    )


async def receipt_of(act: Act, poll: PollView, submission: bytes, **shown: Any) -> str | None:
    """The reference that a submission of a voter got, for a form sent twice.

    `shown`: what the voter shows, as `voters.voter_of` takes it.
    """
    voter = await _voter(act, poll, **shown)
    if voter is None:
        return None
    query = select(UrnBallot.receipt).where(
        UrnBallot.slot == slot_of(act, poll.id, voter),
        UrnBallot.submission == submission_key(submission),
    )
    return (await act.db.scalars(query)).one_or_none()


async def sealed_receipt_of(
    act: Act, poll: PollView, submission: bytes, **shown: Any
) -> SealedReceipt | None:
    """The receipt that a submission of a sealed vote got, for a form sent twice.

    `shown`: what the voter shows, as `voters.voter_of` takes it. Only before the close: then the
    key that finds the voter's place is destroyed.
    """
    voter, key = await _voter(act, poll, **shown), slot_key(act.house, poll.id)
    if voter is None or key is None:
        return None
    query = select(SealedBallot.hash).where(
        SealedBallot.poll_id == poll.id,
        SealedBallot.slot == sealed_slot_of(key, poll.id, voter),
        SealedBallot.submission == submission_key(submission),
    )
    hash = (await act.db.scalars(query)).one_or_none()
    return receipt_for(act.house, poll, hash) if hash else None


async def _voter(act: Act, poll: PollView, **shown: Any) -> UUID | None:
    try:
        return await voter_of(act, poll, **shown)
    except (NotAllowed, SignInNeeded):
        return None


async def _own_day(act: Act, slot: bytes, poll_id: UUID) -> date | None:
    """The day of the vote, when the receipt is the viewer's own."""
    if act.viewer is None or slot_of(act, poll_id, act.viewer.voter_id) != slot:
        return None
    day = text("SELECT marked_on FROM roll_mark WHERE poll_id = :poll AND voter_id = :voter")
    found: date | None = await act.db.scalar(day, {"poll": poll_id, "voter": act.viewer.voter_id})
    return found


_OWN = text(
    """
    SELECT marked_on, channel, (
        SELECT packed FROM urn_ballot WHERE slot = :slot ORDER BY version DESC LIMIT 1
    ) AS packed
    FROM roll_mark WHERE poll_id = :poll AND voter_id = :voter
    """
)
_VOTED = text(
    """
    SELECT number FROM poll JOIN roll_mark ON roll_mark.poll_id = poll.id
    WHERE consultation_id = :consultation AND voter_id IN (
        SELECT CAST(:voter AS uuid) UNION ALL
        SELECT id FROM elector WHERE consultation_id = :consultation AND email = :email
    )
    """
)
