"""Builders that speak the subject: an authority, people, a consultation on its dates, ballots."""

import re
import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import date, timedelta
from typing import Any, Literal
from uuid import UUID

import numpy as np
from sqlalchemy import text

from deliberation.core import clock
from deliberation.core.context import AppContext, RequestContext, Viewer
from deliberation.core.database import driver_connection, transaction
from deliberation.core.ids import new_id
from deliberation.elections.ballots.choices import packed
from deliberation.elections.ballots.commands import Receipt, record
from deliberation.elections.ballots.drafts import DraftView, drafted_poll
from deliberation.elections.electorate.model import TurnoutMark
from deliberation.elections.polls.commands import OptionDraft, PollDraft, draft_poll
from deliberation.elections.polls.label_texts import GRADES
from deliberation.elections.polls.model import Option, Poll
from deliberation.elections.polls.queries import PollView, poll_view
from deliberation.elections.results.commands import count_poll
from deliberation.elections.results.imports import ImportDraft, load_ballots
from deliberation.elections.results.model import Result
from deliberation.elections.sealed_protocol.receipts import SealedReceipt
from deliberation.network.authorities.commands import AuthorityDraft, create_authority
from deliberation.network.authorities.model import Authority
from deliberation.network.authorities.queries import AuthorityCard
from deliberation.network.people.commands import person_of
from deliberation.network.people.model import Person
from deliberation.network.people.roles import Invitation, give_role
from deliberation.network.sessions.commands import open_session
from deliberation.process.comments.commands import CommentDraft, comment
from deliberation.process.comments.queries import CommentView
from deliberation.process.consultations.commands import (
    ConsultationDraft,
    PhaseDraft,
    consultation_row,
    draft_consultation,
    open_consultation,
)
from deliberation.process.consultations.events import ConsultationOpened
from deliberation.process.consultations.queries import (
    ConsultationPage,
    ConsultationRef,
    consultation_page,
    place_of,
)
from deliberation.process.proposals.commands import propose, publish, support
from deliberation.process.proposals.structs import ProposalDraft
from deliberation.process.subjects.commands import add_subject
from deliberation.process.subjects.kinds import SubjectRef
from deliberation.text.inputs import read_draft
from deliberation.views.figures.counting import count_again, count_figures
from voting.ballots import Grades
from voting.formats import Election
from voting.records.documents import as_document
from voting.tally import tally

# Days from now: when each phase opens and closes.
Days = tuple[float, float]


@asynccontextmanager
async def request_context(
    app: AppContext, viewer: Viewer | None = None
) -> AsyncIterator[RequestContext]:
    """A context of somebody, committed at the end."""
    async with transaction(app.engine) as db:
        yield RequestContext(app=app, db=db, now=await clock.now(db), viewer=viewer, network="test")


def unique(stem: str) -> str:
    """A name that no other test has."""
    return f"{stem}-{str(new_id())[-10:]}"


async def an_authority(app: AppContext, **values: Any) -> Authority:
    """A commune, or what `values` say."""
    draft = {
        "slug": unique("commune"),
        "kind": "commune",
        "name": "Commune d’essai",
        "contact_email": "mairie@example.org",
        **values,
    }
    async with request_context(app) as ctx:
        return await create_authority(ctx, AuthorityDraft(**draft))


async def a_person(app: AppContext, name: str = "Camille Delattre") -> Viewer:
    """Somebody with an account and no role."""
    async with request_context(app) as ctx:
        person = await person_of(ctx, f"{unique('camille')}@example.org", name)
    return viewer_of(person)


async def draft_of(ctx: RequestContext, page: ConsultationPage, browser: str) -> DraftView | None:
    """What a browser has drafted for the first poll of a consultation."""
    return (await drafted_poll(ctx, page.ref, 1, browser))[1]


async def a_session(app: AppContext, viewer: Viewer) -> str:
    """The token of a session that somebody has opened."""
    async with request_context(app) as ctx:
        return await open_session(ctx, viewer)


async def a_member(app: AppContext, authority: Authority | AuthorityCard, role: str) -> Viewer:
    """Somebody with a role in an authority."""
    async with request_context(app) as ctx:
        email = f"{unique(role)}@example.org"
        wish = Invitation(email=email, name=f"Dominique {role}", role=role)  # type: ignore[arg-type]
        person = await give_role(ctx, authority.id, wish)
    return viewer_of(person, {authority.id: frozenset({role})})


async def an_older_member(
    app: AppContext, authority: Authority | AuthorityCard, role: str
) -> Viewer:
    """Somebody who has had a role in an authority for a month."""
    viewer = await a_member(app, authority, role)
    async with request_context(app) as ctx:
        older = "UPDATE membership SET created_at = created_at - interval '30 days'"
        await ctx.db.execute(text(older + " WHERE person_id = :person"), {"person": viewer.id})
    return viewer


def viewer_of(person: Person, roles: dict[UUID, frozenset[str]] | None = None) -> Viewer:
    """The viewer that a signed-in person is."""
    return Viewer(person.id, person.voter_id, person.name, person.email or "", roles or {})


async def mailed_code(app: AppContext, email: str) -> str:
    """The code of the last mail that somebody got."""
    async with request_context(app) as ctx:
        body = text("SELECT body FROM mail WHERE recipient = :email ORDER BY created_at DESC")
        mail = (await ctx.db.scalars(body, {"email": email})).first()
    found = re.search(r"\b\d{6}\b", mail or "")
    assert found, "a code was mailed"
    return found[0]


async def a_consultation(
    app: AppContext,
    authority: Authority | None = None,
    *,
    agent: Viewer | None = None,
    opened: bool = True,
    **values: Any,
) -> ConsultationPage:
    """An open consultation; phases are given by kind, in days from now: `vote=(-1, 3)`."""
    authority = authority or await an_authority(app)
    agent = agent or await a_member(app, authority, "agent")
    kinds = ("information", "proposals", "discussion", "vote", "decision", "follow_up")
    dates = {kind: values.pop(kind) for kind in kinds if kind in values} or {"proposals": (-1, 10)}
    async with request_context(app, agent) as ctx:
        draft = ConsultationDraft(
            slug=values.pop("slug", unique("consultation")),
            title=values.pop("title", "Le réseau cyclable"),
            question=values.pop("question", "Où faut-il des pistes cyclables ?"),
            summary=values.pop("summary", "La commune prépare son plan vélo."),
            promise=values.pop("promise", "Le conseil répondra à chaque proposition."),
            phases=[
                PhaseDraft(
                    kind=kind,  # type: ignore[arg-type]
                    opens_at=ctx.now + timedelta(days=begin),
                    closes_at=ctx.now + timedelta(days=end),
                )
                for kind, (begin, end) in dates.items()
            ],
            **values,
        )
        row = await draft_consultation(ctx, authority.id, draft)
        if opened:
            await open_consultation(ctx, row)
        await ctx.db.flush()
        return await consultation_page(ctx, draft.slug)


async def a_room(app: AppContext) -> tuple[ConsultationPage, Viewer]:
    """A consultation, and an agent of its authority."""
    authority = await an_authority(app)
    agent = await a_member(app, authority, "agent")
    return await a_consultation(app, authority, agent=agent), agent


async def a_proposal(
    app: AppContext, page: ConsultationPage, author: Viewer | None = None, **values: Any
) -> int:
    """A published proposal of somebody; its number."""
    author = author or await a_person(app)
    draft = {
        "title": "Des arceaux devant la gare",
        "body": "Il n’y a que six places à vélo devant la gare.",
        **values,
    }
    async with request_context(app, author) as ctx:
        row = await propose(ctx, page.ref, ProposalDraft(**draft))
        await publish(ctx, page.ref, row)
        return row.number


async def a_comment(
    app: AppContext,
    page: ConsultationPage,
    number: int,
    author: Viewer | None = None,
    *,
    stance: Literal["for", "against", "question"] | None = "for",
    body: str = "C’est utile à tout le monde.",
    parent: UUID | None = None,
) -> CommentView:
    """A comment on a proposal; with `parent`, a reply."""
    author = author or await a_person(app)
    async with request_context(app, author) as ctx:
        stance = None if parent else stance
        return await comment(
            ctx,
            page.ref,
            SubjectRef("proposal", number),
            CommentDraft(body=body, stance=stance, parent=parent),
        )


async def supports(
    app: AppContext, page: ConsultationPage, number: int, people: int
) -> list[Viewer]:
    """As many new people support a proposal."""
    found = [await a_person(app) for _ in range(people)]
    for viewer in found:
        async with request_context(app, viewer) as ctx:
            await support(ctx, page.ref, number)
    return found


async def figures_kept(app: AppContext, page: ConsultationPage) -> None:
    """The worker counts a consultation now."""
    async with request_context(app) as ctx:
        await count_again(ctx, ConsultationOpened(**place_of(page.ref)))
        await count_figures(ctx)


TITLES = ("Rue de la Gare", "Chemin des Aulnes", "Quai de la Lys")


def a_poll_draft(titles: Sequence[str] = TITLES, **values: Any) -> PollDraft:
    """A question on three streets, by majority judgment unless told otherwise."""
    return PollDraft(
        question=values.pop("question", "Par quelle rue commencer ?"),
        method=values.pop("method", "majority_judgment"),
        options=values.pop("options", [OptionDraft(title=title) for title in titles]),
        **values,
    )


async def a_poll(
    app: AppContext,
    titles: Sequence[str] = TITLES,
    *,
    vote: Days = (-1, 3),
    authority: Authority | None = None,
    **values: Any,
) -> tuple[ConsultationPage, PollView]:
    """A consultation whose vote has the given days, and its first poll, written before it."""
    authority = authority or await an_authority(app)
    agent = await a_member(app, authority, "agent")
    page = await a_consultation(app, authority, agent=agent, opened=False, vote=vote)
    async with request_context(app, agent) as ctx:
        await draft_poll(ctx, page.ref, a_poll_draft(titles, **values))
        await open_consultation(ctx, await consultation_row(ctx, page.card.slug))
    async with request_context(app) as ctx:
        page = await consultation_page(ctx, page.card.slug)
        return page, await poll_view(ctx, page.ref, 1)


async def a_ballot(
    app: AppContext,
    page: ConsultationPage,
    poll: PollView,
    choice: Mapping[str, int],
    viewer: Viewer | None = None,
    **values: Any,
) -> Receipt:
    """The ballot of somebody, or of a new person."""
    viewer = viewer or await a_person(app)
    async with request_context(app, viewer) as ctx:
        submission = values.pop("submission", secrets.token_bytes(16))
        return await cast(ctx, page.ref, poll, choice, submission, **values)


async def cast(
    ctx: RequestContext,
    consultation: ConsultationRef,
    poll: PollView,
    choice: Mapping[str, int],
    submission: bytes,
    *,
    voter: UUID | None = None,
    blank: bool = False,
) -> Receipt:
    """A ballot of the viewer, or of another voter, in the transaction of a context."""
    row, connection = packed(poll, choice, blank=blank), driver_connection(ctx.db)
    voter = voter or ctx.person.voter_id
    receipt = await record(ctx.app, connection, consultation.slug, poll, voter, row, submission)
    assert receipt is not None
    return receipt


async def import_ballots(
    ctx: RequestContext, authority_id: UUID, election: Election, *, held_on: date, **said: Any
) -> ConsultationPage:
    """A past vote, published; `said`: the other fields of its draft."""
    return await load_ballots(ctx, authority_id, election, read_draft(ImportDraft, said), held_on)


async def redate(app: AppContext, page: ConsultationPage, dates: str, *kinds: str) -> None:
    """Set dates of phases (all of them, or of some kinds), which only the database's owner can."""
    where = "consultation_id = :id AND (:all OR kind = ANY(:kinds))"
    async with request_context(app) as ctx:
        await ctx.db.execute(text("ALTER TABLE phase DISABLE TRIGGER USER"))
        await ctx.db.execute(
            text(f"UPDATE phase SET {dates} WHERE {where}"),  # noqa: S608 - fixed text
            {"id": page.card.id, "all": not kinds, "kinds": list(kinds)},
        )
        await ctx.db.execute(text("ALTER TABLE phase ENABLE TRIGGER USER"))


async def version_of(app: AppContext, receipt: Receipt | SealedReceipt) -> int:
    """The version of a receipt's ballot, which no response shows: 1 is the voter's first."""
    sealed = isinstance(receipt, SealedReceipt)
    query = "SELECT version FROM sealed_ballot WHERE encode(hash, 'hex') = :name"
    query = query if sealed else "SELECT version FROM urn_ballot WHERE receipt = :name"
    name = receipt.hash if isinstance(receipt, SealedReceipt) else receipt.reference
    async with request_context(app) as ctx:
        found: int = (await ctx.db.scalars(text(query), {"name": name})).one()
    return found


async def close_now(app: AppContext, page: ConsultationPage) -> ConsultationPage:
    """End the vote phase at this moment, without moving the clock that other tests share."""
    await redate(
        app,
        page,
        "closes_at = clock_now(), opens_at = least(opens_at, clock_now() - interval '1 minute')",
        "vote",
    )
    async with request_context(app) as ctx:
        return await consultation_page(ctx, page.card.slug)


async def a_result(app: AppContext, page: ConsultationPage, poll: PollView) -> ConsultationPage:
    """Close the vote now and count the poll."""
    page = await close_now(app, page)
    async with request_context(app) as ctx:
        await count_poll(ctx, str(poll.id))
    return page


async def a_poll_row(app: AppContext, page: ConsultationPage, **values: Any) -> UUID:
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
    async with request_context(app) as ctx:
        number, question = row["number"], row["question"]
        subject_id = await add_subject(ctx, "poll", question, "", number, **place_of(page.ref))
        poll = Poll(id=subject_id, consultation_id=page.card.id, **row)
        ctx.db.add(poll)
        await ctx.db.flush()
        for number, title in enumerate(("Un abri", "Une piste", "Un banc"), 1):
            ctx.db.add(Option(poll_id=poll.id, number=number, title=title, description=""))
        return poll.id


async def a_result_row(
    app: AppContext,
    poll_id: UUID,
    marks: Sequence[Sequence[int]] = ((7, 4, 1), (6, 5, 1), (7, 1, 4)),
) -> None:
    """A published result of judgments: one row per ballot, one column per option, 1 worst to 7."""
    options = ("Un abri", "Une piste", "Un banc")
    counted = Grades(
        options, tuple(GRADES), np.array(marks, np.uint8), np.ones(len(marks), np.int64)
    )
    outcome = tally(counted, "majority_judgment")
    async with request_context(app) as ctx:
        (await ctx.db.get_one(Poll, poll_id)).counted_at = ctx.now
        ctx.db.add(
            Result(
                poll_id=poll_id,
                counted_at=ctx.now,
                outcome=as_document(outcome),
                compared=None,
                digest=outcome.digest,
                ballots=len(marks),
                recount=b"{}",
            )
        )


async def votes(
    app: AppContext, poll_id: UUID, viewers: Sequence[Viewer], days_ago: int = 0
) -> None:
    """The roll's marks of some people, without ballots."""
    async with request_context(app) as ctx:
        marked_on = (ctx.now - timedelta(days=days_ago)).date()
        ctx.db.add_all(
            TurnoutMark(poll_id=poll_id, voter_id=viewer.voter_id, marked_on=marked_on)
            for viewer in viewers
        )


async def somebody_waits(app: AppContext) -> bool:
    """Whether a transaction waits for another one to end."""
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND cardinality(pg_blocking_pids(pid)) > 0"
    )
    async with transaction(app.engine) as db:
        return bool(await db.scalar(waiting))
