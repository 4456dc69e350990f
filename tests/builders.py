"""Builders that speak the subject: an authority, people, a consultation on its dates, ballots."""

import re
import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, Literal
from uuid import UUID

import numpy as np
from sqlalchemy import text

from deliberation.authorities.commands import AuthorityDraft, create_authority
from deliberation.authorities.model import Authority
from deliberation.authorities.queries import AuthorityCard
from deliberation.ballot_box.commands import Receipt, cast
from deliberation.ballot_box.model import RollMark
from deliberation.ballot_box.sealed.receipts import SealedReceipt
from deliberation.comments.commands import CommentDraft, comment
from deliberation.comments.queries import CommentView
from deliberation.consultations.commands import (
    ConsultationDraft,
    PhaseDraft,
    consultation_row,
    draft_consultation,
    open_consultation,
)
from deliberation.consultations.queries import ConsultationPage, consultation_page
from deliberation.kit import clock
from deliberation.kit.act import Act, House, Viewer
from deliberation.kit.database import transaction
from deliberation.kit.ids import new_id
from deliberation.people.commands import Invitation, give_role, person_of
from deliberation.people.model import Person
from deliberation.polls.commands import OptionDraft, PollDraft, draft_poll
from deliberation.polls.model import Option, Poll
from deliberation.polls.queries import PollView, poll_view
from deliberation.proposals.commands import ProposalDraft, propose, publish, support
from deliberation.results.commands import count_poll
from deliberation.results.model import Result
from deliberation.words.labels import GRADES
from voting.ballots import Grades
from voting.outcome import as_document
from voting.tally import tally

# Days from now: when each phase opens and closes.
Days = tuple[float, float]


@asynccontextmanager
async def acting(house: House, viewer: Viewer | None = None) -> AsyncIterator[Act]:
    """An act of somebody, committed at the end."""
    async with transaction(house.engine) as db:
        yield Act(house=house, db=db, now=await clock.now(db), viewer=viewer, network="test")


def unique(stem: str) -> str:
    """A name that no other test has."""
    return f"{stem}-{str(new_id())[-10:]}"


async def an_authority(house: House, **values: Any) -> Authority:
    """A commune, or what `values` say."""
    draft = {
        "slug": unique("commune"),
        "kind": "commune",
        "name": "Commune d’essai",
        "contact_email": "mairie@example.org",
        **values,
    }
    async with acting(house) as act:
        return await create_authority(act, AuthorityDraft(**draft))


async def a_person(house: House, name: str = "Camille Delattre") -> Viewer:
    """Somebody with an account and no role."""
    async with acting(house) as act:
        person = await person_of(act, f"{unique('camille')}@example.org", name)
    return viewer_of(person)


async def a_member(house: House, authority: Authority | AuthorityCard, role: str) -> Viewer:
    """Somebody with a role in an authority."""
    async with acting(house) as act:
        email = f"{unique(role)}@example.org"
        wish = Invitation(email=email, name=f"Dominique {role}", role=role)  # type: ignore[arg-type]
        person = await give_role(act, authority.id, wish)
    return viewer_of(person, {authority.id: frozenset({role})})


async def an_older_member(house: House, authority: Authority | AuthorityCard, role: str) -> Viewer:
    """Somebody who has had a role in an authority for a month."""
    viewer = await a_member(house, authority, role)
    async with acting(house) as act:
        older = "UPDATE membership SET created_at = created_at - interval '30 days'"
        await act.db.execute(text(older + " WHERE person_id = :person"), {"person": viewer.id})
    return viewer


def viewer_of(person: Person, roles: dict[UUID, frozenset[str]] | None = None) -> Viewer:
    """The viewer that a signed-in person is."""
    return Viewer(person.id, person.voter_id, person.name, person.email or "", roles or {})


async def mailed_code(house: House, email: str) -> str:
    """The code of the last mail that somebody got."""
    async with acting(house) as act:
        body = text("SELECT body FROM mail WHERE recipient = :email ORDER BY created_at DESC")
        mail = (await act.db.scalars(body, {"email": email})).first()
    found = re.search(r"\b\d{6}\b", mail or "")
    assert found, "a code was mailed"
    return found[0]


async def a_consultation(
    house: House,
    authority: Authority | None = None,
    *,
    agent: Viewer | None = None,
    opened: bool = True,
    **values: Any,
) -> ConsultationPage:
    """An open consultation; phases are given by kind, in days from now: `vote=(-1, 3)`."""
    authority = authority or await an_authority(house)
    agent = agent or await a_member(house, authority, "agent")
    kinds = ("information", "proposals", "discussion", "vote", "decision", "follow_up")
    dates = {kind: values.pop(kind) for kind in kinds if kind in values} or {"proposals": (-1, 10)}
    async with acting(house, agent) as act:
        draft = ConsultationDraft(
            slug=values.pop("slug", unique("consultation")),
            title=values.pop("title", "Le réseau cyclable"),
            question=values.pop("question", "Où faut-il des pistes cyclables ?"),
            summary=values.pop("summary", "La commune prépare son plan vélo."),
            promise=values.pop("promise", "Le conseil répondra à chaque proposition."),
            phases=[
                PhaseDraft(
                    kind=kind,  # type: ignore[arg-type]
                    opens_at=act.now + timedelta(days=begin),
                    closes_at=act.now + timedelta(days=end),
                )
                for kind, (begin, end) in dates.items()
            ],
            **values,
        )
        row = await draft_consultation(act, authority.id, draft)
        if opened:
            await open_consultation(act, row)
        await act.db.flush()
        return await consultation_page(act, draft.slug)


async def a_room(house: House) -> tuple[ConsultationPage, Viewer]:
    """A consultation, and an agent of its authority."""
    authority = await an_authority(house)
    agent = await a_member(house, authority, "agent")
    return await a_consultation(house, authority, agent=agent), agent


async def a_proposal(
    house: House, page: ConsultationPage, author: Viewer | None = None, **values: Any
) -> int:
    """A published proposal of somebody; its number."""
    author = author or await a_person(house)
    draft = {
        "title": "Des arceaux devant la gare",
        "body": "Il n’y a que six places à vélo devant la gare.",
        **values,
    }
    async with acting(house, author) as act:
        row = await propose(act, page, ProposalDraft(**draft))
        await publish(act, page, row)
        return row.number


async def a_comment(
    house: House,
    page: ConsultationPage,
    number: int,
    author: Viewer | None = None,
    *,
    stance: Literal["for", "against", "question"] | None = "for",
    body: str = "C’est utile à tout le monde.",
    parent: UUID | None = None,
) -> CommentView:
    """A comment on a proposal; with `parent`, a reply."""
    author = author or await a_person(house)
    async with acting(house, author) as act:
        stance = None if parent else stance
        return await comment(
            act, page, number, CommentDraft(body=body, stance=stance, parent=parent)
        )


async def supports(house: House, page: ConsultationPage, number: int, people: int) -> list[Viewer]:
    """As many new people support a proposal."""
    found = [await a_person(house) for _ in range(people)]
    for viewer in found:
        async with acting(house, viewer) as act:
            await support(act, page, number)
    return found


TITLES = ("Rue de la Gare", "Chemin des Aulnes", "Quai de la Lys")


def a_poll_draft(titles: Sequence[str] = TITLES, **values: Any) -> PollDraft:
    """A question on three streets, by majority judgment unless told otherwise."""
    return PollDraft(
        question=values.pop("question", "Par quelle rue commencer ?"),
        method=values.pop("method", "majority_judgment"),
        options=[OptionDraft(title=title) for title in titles],
        **values,
    )


async def a_poll(
    house: House,
    titles: Sequence[str] = TITLES,
    *,
    vote: Days = (-1, 3),
    authority: Authority | None = None,
    **values: Any,
) -> tuple[ConsultationPage, PollView]:
    """A consultation whose vote has the given days, and its first poll, written before it."""
    authority = authority or await an_authority(house)
    agent = await a_member(house, authority, "agent")
    page = await a_consultation(house, authority, agent=agent, opened=False, vote=vote)
    async with acting(house, agent) as act:
        await draft_poll(act, page, a_poll_draft(titles, **values))
        await open_consultation(act, await consultation_row(act, page.card.slug))
    async with acting(house) as act:
        page = await consultation_page(act, page.card.slug)
        return page, await poll_view(act, page, 1)


async def a_ballot(
    house: House,
    page: ConsultationPage,
    poll: PollView,
    choice: Mapping[str, int],
    viewer: Viewer | None = None,
    **values: Any,
) -> Receipt:
    """The ballot of somebody, or of a new person."""
    viewer = viewer or await a_person(house)
    async with acting(house, viewer) as act:
        submission = values.pop("submission", secrets.token_bytes(16))
        return await cast(act, page, poll, choice, submission, **values)


async def redate(house: House, page: ConsultationPage, dates: str, *kinds: str) -> None:
    """Set dates of phases (all of them, or of some kinds), which only the database's owner can."""
    where = "consultation_id = :id AND (:all OR kind = ANY(:kinds))"
    async with acting(house) as act:
        await act.db.execute(text("ALTER TABLE phase DISABLE TRIGGER USER"))
        await act.db.execute(
            text(f"UPDATE phase SET {dates} WHERE {where}"),  # noqa: S608 - fixed text
            {"id": page.card.id, "all": not kinds, "kinds": list(kinds)},
        )
        await act.db.execute(text("ALTER TABLE phase ENABLE TRIGGER USER"))


async def version_of(house: House, receipt: Receipt | SealedReceipt) -> int:
    """Which of its voter's ballots a receipt is of, which no answer tells: 1 is the first."""
    sealed = isinstance(receipt, SealedReceipt)
    query = "SELECT version FROM sealed_ballot WHERE encode(hash, 'hex') = :name"
    query = query if sealed else "SELECT version FROM urn_ballot WHERE receipt = :name"
    name = receipt.hash if isinstance(receipt, SealedReceipt) else receipt.reference
    async with acting(house) as act:
        found: int = (await act.db.scalars(text(query), {"name": name})).one()
    return found


async def close_now(house: House, page: ConsultationPage) -> ConsultationPage:
    """End the vote phase at this moment, without moving the clock that other tests share."""
    await redate(
        house,
        page,
        "closes_at = clock_now(), opens_at = least(opens_at, clock_now() - interval '1 minute')",
        "vote",
    )
    async with acting(house) as act:
        return await consultation_page(act, page.card.slug)


async def a_result(house: House, page: ConsultationPage, poll: PollView) -> ConsultationPage:
    """Close the vote now and count the poll."""
    page = await close_now(house, page)
    async with acting(house) as act:
        await count_poll(act, str(poll.id))
    return page


async def a_poll_row(house: House, page: ConsultationPage, **values: Any) -> UUID:
    """A poll on three options, written as rows so that its vote may already be over."""
    row = {
        "number": 1,
        "question": "Que faire en premier ?",
        "method": "majority_judgment",
        "method_options": {},
        "compared": None,
        "grades": GRADES,
        "source": "live",
        "source_note": "",
        **values,
    }
    async with acting(house) as act:
        poll = Poll(id=new_id(), consultation_id=page.card.id, **row)
        act.db.add(poll)
        await act.db.flush()
        for number, title in enumerate(("Un abri", "Une piste", "Un banc"), 1):
            act.db.add(Option(poll_id=poll.id, number=number, title=title, description=""))
        return poll.id


async def a_result_row(
    house: House, poll_id: UUID, marks: Sequence[Sequence[int]] = ((7, 4, 1), (6, 5, 1), (7, 1, 4))
) -> None:
    """The published result of judgments: a row a ballot, 1 worst to 7 best, an option a column."""
    options = ("Un abri", "Une piste", "Un banc")
    counted = Grades(
        options, tuple(GRADES), np.array(marks, np.uint8), np.ones(len(marks), np.int64)
    )
    outcome = tally(counted, "majority_judgment")
    async with acting(house) as act:
        (await act.db.get_one(Poll, poll_id)).counted_at = act.now
        act.db.add(
            Result(
                poll_id=poll_id,
                counted_at=act.now,
                outcome=as_document(outcome),
                compared=None,
                digest=outcome.digest,
                ballots=len(marks),
                recount=b"{}",
            )
        )


async def votes(house: House, poll_id: UUID, viewers: Sequence[Viewer], days_ago: int = 0) -> None:
    """The roll's marks of some people, without ballots."""
    async with acting(house) as act:
        marked_on = (act.now - timedelta(days=days_ago)).date()
        act.db.add_all(
            RollMark(poll_id=poll_id, voter_id=viewer.voter_id, marked_on=marked_on)
            for viewer in viewers
        )


async def somebody_waits(house: House) -> bool:
    """Whether a transaction waits for another one to end."""
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND cardinality(pg_blocking_pids(pid)) > 0"
    )
    async with transaction(house.engine) as db:
        return bool(await db.scalar(waiting))
