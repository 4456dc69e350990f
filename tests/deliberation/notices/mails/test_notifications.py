"""Notifications: mails really sent, in each person's language, and stopped by one click."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from msgspec.structs import replace as replaced
from sqlalchemy import text

from api.app_context import open_app
from benchmarks.processes import free_port
from deliberation.core.context import AppContext, Viewer
from deliberation.core.errors import NotFound
from deliberation.core.ids import new_id
from deliberation.core.settings import Settings
from deliberation.elections.ballot_box.early_ends import EndDraft, ask_end, grant_end
from deliberation.elections.polls.commands import change_poll, draft_poll
from deliberation.elections.results.events import ResultPublished
from deliberation.followup.answers.commands import AnswerDraft, answer
from deliberation.jobs import JOBS
from deliberation.journal.commands import events, record
from deliberation.network.authorities.queries import authority_row
from deliberation.network.people.commands import delete_account
from deliberation.network.people.model import Person
from deliberation.notices.mails import commands as notifications
from deliberation.notices.mails.commands import tell_people, unsubscribe
from deliberation.notices.mails.tokens import read_token, unsubscribe_token
from deliberation.operations.queue import run_all
from deliberation.process.consultations.commands import (
    change_consultation,
    consultation_row,
    draft_of,
)
from deliberation.process.consultations.model import Phase
from deliberation.process.consultations.queries import ConsultationPage
from deliberation.process.moderation.commands import Decision, ReportDraft, decide, report
from deliberation.process.subjects.kinds import SubjectRef
from deliberation.reactions import REACTIONS, react
from tests.builders import (
    a_comment,
    a_consultation,
    a_member,
    a_person,
    a_poll_draft,
    a_poll_row,
    a_proposal,
    a_result_row,
    an_authority,
    an_older_member,
    request_context,
    supports,
    votes,
)

DRAFT = AnswerDraft(decision="accepted", body="Nous le ferons avant la fin de l’année.")


class Sink:
    """A mail server that keeps what it receives."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.mails.append(message_from_bytes(envelope.content, policy=default))
        return "250 Message accepted"

    def to(self, person: Viewer) -> list[EmailMessage]:
        return [mail for mail in self.mails if mail["To"] == person.email]


@pytest.fixture(scope="module")
async def sink() -> AsyncIterator[tuple[Sink, int]]:
    """The server, and the free port it listens on."""
    port = free_port()
    kept = Sink()
    controller = Controller(kept, hostname="127.0.0.1", port=port)
    await asyncio.to_thread(controller.start)
    yield kept, port
    await asyncio.to_thread(controller.stop)


@pytest.fixture(scope="module")
async def mailing(
    app: AppContext, settings: Settings, sink: tuple[Sink, int]
) -> AsyncIterator[AppContext]:
    """The same install with its mail server."""
    async with open_app(replace(settings, smtp=f"smtp://127.0.0.1:{sink[1]}")) as opened:
        yield opened


async def answered(app: AppContext, page: ConsultationPage, subject: SubjectRef) -> Viewer:
    async with request_context(app) as ctx:
        authority = await authority_row(ctx, page.card.authority.slug)
    official = await a_member(app, authority, "official")
    async with request_context(app, official) as ctx:
        await answer(ctx, page.ref, subject, DRAFT)
    return official


async def change(app: AppContext, viewer: Viewer, **values: Any) -> None:
    async with request_context(app) as ctx:
        person = await ctx.db.get_one(Person, viewer.id)
        for name, value in values.items():
            setattr(person, name, value)


async def test_every_followed_event_has_its_reactions() -> None:
    assert {event for event in events() if event.followed} == set(REACTIONS)


async def test_those_who_took_part_in_a_proposal_are_told_of_its_answer(
    mailing: AppContext, sink: tuple[Sink, int]
) -> None:
    page = await a_consultation(mailing)
    author, commenter, stranger = [await a_person(mailing) for _ in range(3)]
    number = await a_proposal(mailing, page, author, title="Planter des tilleuls")
    await a_comment(mailing, page, number, commenter, body="Mon avis personnel.")
    silent, english, supporter = await supports(mailing, page, number, 3)
    await change(mailing, silent, notify=False)
    await change(mailing, english, lang="en")
    official = await answered(mailing, page, SubjectRef("proposal", number))
    await run_all(mailing, JOBS)

    received = sink[0]
    for person in (author, commenter, supporter, english):
        assert len(received.to(person)) == 1
    for person in (silent, stranger, official):
        assert received.to(person) == []
    mail = received.to(author)[0]
    body = mail.get_content()
    assert "Planter des tilleuls" in mail["Subject"]
    assert f"http://localhost:8000/fr/c/{page.card.slug}/p/{number}#reponse" in body
    assert "Retenu" in body
    assert "personnel" not in body
    assert mail.get_content_type() == "text/plain"
    link = f"/desinscription/{unsubscribe_token(mailing, author.id)}"
    assert mail["List-Unsubscribe"].strip() == f"<http://localhost:8000/fr{link}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert link in body
    assert "/en/c/" in received.to(english)[0].get_content()


async def test_voters_are_told_of_the_result_and_of_its_answer(
    mailing: AppContext, sink: tuple[Sink, int]
) -> None:
    page = await a_consultation(mailing, vote=(-5, -1))
    poll_id = await a_poll_row(mailing, page)
    voter = await a_person(mailing)
    await votes(mailing, poll_id, [voter])
    await a_result_row(mailing, poll_id)

    async with request_context(mailing) as ctx:
        where = {"authority_id": page.card.authority.id, "consultation_id": page.card.id}
        await record(ctx, ResultPublished(poll_id=poll_id, **where))
    await run_all(mailing, JOBS)
    await answered(mailing, page, SubjectRef("poll", 1))
    await run_all(mailing, JOBS)
    result, reply = sink[0].to(voter)
    said = " ".join(result.get_content().split())
    assert f"/fr/c/{page.card.slug}/resultats/1" in said
    assert "« Un abri »" in said.replace("\u202f", " ")  # the published winner, never a choice
    assert "Un abri" not in reply.get_content()


async def test_v8_one_mail_tells_all_the_results_of_a_consultation(
    mailing: AppContext, sink: tuple[Sink, int]
) -> None:
    page = await a_consultation(mailing, vote=(-5, -1))
    polls = [
        await a_poll_row(mailing, page, number=number, question=f"Question {number} ?")
        for number in (1, 2, 3)
    ]
    both, one = [await a_person(mailing) for _ in range(2)]
    await votes(mailing, polls[0], [both, one])
    await votes(mailing, polls[2], [both])
    where = {"authority_id": page.card.authority.id, "consultation_id": page.card.id}
    for poll_id in polls:
        await a_result_row(mailing, poll_id)
        async with request_context(mailing) as ctx:
            await record(ctx, ResultPublished(poll_id=poll_id, **where))
        if poll_id != polls[-1]:
            await run_all(mailing, JOBS)
            assert sink[0].to(both) == []
    await run_all(mailing, JOBS)
    for person in (both, one):
        (mail,) = sink[0].to(person)
        for number in (1, 2, 3):
            assert any(one.endswith(f"/resultats/{number}") for one in mail.get_content().split())
            assert f"Question {number} ?" in mail.get_content()
        assert "Les résultats sont publiés" in mail["Subject"]


async def test_the_results_of_a_vote_do_not_wait_for_a_later_vote_phase(
    mailing: AppContext, sink: tuple[Sink, int]
) -> None:
    page = await a_consultation(mailing, vote=(-5, -1))
    later = new_id()
    async with request_context(mailing) as ctx:
        opens_at, closes_at = (ctx.now + timedelta(days=day) for day in (20, 30))
        ctx.db.add(
            Phase(
                id=later,
                consultation_id=page.card.id,
                kind="vote",
                opens_at=opens_at,
                closes_at=closes_at,
            )
        )
    first = await a_poll_row(mailing, page, question="La première question ?")
    await a_poll_row(mailing, page, number=2, question="Celle de plus tard ?", phase_id=later)
    voter = await a_person(mailing)
    await votes(mailing, first, [voter])
    await a_result_row(mailing, first)
    async with request_context(mailing) as ctx:
        where = {"authority_id": page.card.authority.id, "consultation_id": page.card.id}
        await record(ctx, ResultPublished(poll_id=first, **where))
    await run_all(mailing, JOBS)
    (mail,) = sink[0].to(voter)
    assert "/resultats/1" in mail.get_content()
    assert "/resultats/2" not in mail.get_content()


async def test_prof_4_those_who_took_part_are_told_once_of_what_changed(
    mailing: AppContext, sink: tuple[Sink, int]
) -> None:
    authority = await an_authority(mailing)
    agents = [await an_older_member(mailing, authority, "agent") for _ in range(2)]
    page = await a_consultation(mailing, authority, agent=agents[0], proposals=(-2, 4), vote=(5, 9))
    author, stranger = [await a_person(mailing) for _ in range(2)]
    await a_proposal(mailing, page, author)
    reason = "Le conseil est reporté au 12 mars."
    async with request_context(mailing, agents[0]) as ctx:
        await draft_poll(ctx, page.ref, a_poll_draft())
    async with request_context(mailing, agents[0]) as ctx:
        draft = replaced(draft_of(page), promise="Nous répondrons en avril.", reason=reason)
        await change_consultation(ctx, await consultation_row(ctx, page.card.slug), draft)
        await change_poll(ctx, page.ref, 1, a_poll_draft(("Oui", "Non"), reason=reason))
    await run_all(mailing, JOBS)
    (mail,) = sink[0].to(author)
    said = mail.get_content()
    for words in ("- Promesse", "- Vote 1, options", reason, f"/fr/c/{page.card.slug}/versions"):
        assert words in said
    assert sink[0].to(stranger) == []

    async with request_context(mailing, agents[0]) as ctx:
        wish = await ask_end(ctx, page.ref, EndDraft(ending="cancel", reason=reason))
    async with request_context(mailing, agents[1]) as ctx:
        await grant_end(ctx, page.ref, wish.id)
    await run_all(mailing, JOBS)
    assert "Consultation annulée" in sink[0].to(author)[1]["Subject"]


async def test_the_author_of_a_hidden_text_learns_why_and_how_to_contest(
    mailing: AppContext, sink: tuple[Sink, int]
) -> None:
    page = await a_consultation(mailing)
    author = await a_person(mailing)
    bad = await a_comment(
        mailing, page, await a_proposal(mailing, page), author, body="Propos inacceptables."
    )
    async with request_context(mailing, await a_person(mailing)) as ctx:
        await report(
            ctx, page.ref, ReportDraft(subject="comment", subject_id=bad.id, reason="illegal")
        )
    async with request_context(mailing) as ctx:
        authority = await authority_row(ctx, page.card.authority.slug)
    async with request_context(mailing, await a_member(mailing, authority, "moderator")) as ctx:
        wish = Decision(
            subject="comment", subject_id=bad.id, decision="hidden", reason="personal_attack"
        )
        await decide(ctx, authority.id, wish)
    await run_all(mailing, JOBS)
    (mail,) = sink[0].to(author)
    assert "Attaque personnelle" in mail.get_content()
    assert "mairie@example.org" in mail.get_content()
    assert "inacceptables" not in mail.as_string()


async def test_nothing_is_said_of_a_proposal_hidden_meanwhile(
    mailing: AppContext, sink: tuple[Sink, int]
) -> None:
    page = await a_consultation(mailing)
    author = await a_person(mailing)
    number = await a_proposal(mailing, page, author)
    await answered(mailing, page, SubjectRef("proposal", number))
    async with request_context(mailing) as ctx:
        hide = "UPDATE subject SET state = 'hidden' WHERE consultation_id = :c"
        await ctx.db.execute(text(hide), {"c": page.card.id})
    await run_all(mailing, JOBS)
    assert sink[0].to(author) == []


async def test_many_recipients_are_told_in_batches(
    app: AppContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notifications, "BATCH", 2)
    page = await a_consultation(app)
    number = await a_proposal(app, page)
    await supports(app, page, number, 4)
    official = await answered(app, page, SubjectRef("proposal", number))
    async with request_context(app, official) as ctx:
        query = text(
            "SELECT values->'data' FROM job WHERE values->>'kind' = 'AnswerPublished'"
            " AND values->'data'->>'consultation_id' = :c"
        )
        event = (await ctx.db.scalars(query, {"c": str(page.card.id)})).one()
        await react(ctx, "AnswerPublished", event)
        sizes = text(
            "SELECT jsonb_array_length(values->'people') FROM job"
            " WHERE name = 'tell-people' AND values->>'subject' = :answer"
        )
        told = await ctx.db.scalars(sizes, {"answer": event["answer_id"]})
        assert sorted(told.all()) == [1, 2, 2]
    await run_all(app, JOBS)


async def test_a_deleted_account_gets_no_mail_and_loses_its_drafts(app: AppContext) -> None:
    page = await a_consultation(app)
    leaving = await a_person(app)
    async with request_context(app, leaving) as ctx:
        from deliberation.process.proposals.commands import propose
        from deliberation.process.proposals.structs import ProposalDraft

        draft = ProposalDraft(title="Un brouillon", body="Que personne ne lira jamais.")
        await propose(ctx, page.ref, draft)
        await delete_account(ctx)
    await run_all(app, JOBS)
    async with request_context(app) as ctx:
        query = text("SELECT count(*) FROM subject WHERE author_id = :id")
        assert (await ctx.db.scalars(query, {"id": leaving.id})).one() == 0
        await tell_people(ctx, "answer", str(leaving.id), [str(leaving.id)])


async def test_a_token_stops_the_mails_of_its_person_only(app: AppContext) -> None:
    one, other = await a_person(app), await a_person(app)
    token = unsubscribe_token(app, one.id)
    async with request_context(app) as ctx:
        await unsubscribe(ctx, token)
        await unsubscribe(ctx, token)
    async with request_context(app) as ctx:
        assert not (await ctx.db.get_one(Person, one.id)).notify
        assert (await ctx.db.get_one(Person, other.id)).notify


async def test_a_token_of_another_person_or_house_is_refused(app: AppContext) -> None:
    one, other = await a_person(app), await a_person(app)
    token = unsubscribe_token(app, one.id)
    forged = unsubscribe_token(app, other.id)[:22] + token[22:]
    foreign = unsubscribe_token(replace(app, secret=b"t" * 40), one.id)
    for wrong in (forged, foreign, token[:-1], token + "A", "", "é", "a" * 43):
        with pytest.raises(NotFound):
            read_token(app, wrong)[0]
    assert read_token(app, token)[0] == one.id
