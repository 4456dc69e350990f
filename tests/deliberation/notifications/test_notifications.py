"""Who is told what: mails really sent, in each person's language, and stopped on one click."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from msgspec.structs import replace as replaced
from sqlalchemy import text

from api.house import open_house
from benchmarks.processes import free_port
from deliberation.answers.commands import AnswerDraft, Subject, answer
from deliberation.authorities.queries import authority_row
from deliberation.ballot_box.ends import EndDraft, ask_end, grant_end
from deliberation.consultations.commands import change_consultation, consultation_row, draft_of
from deliberation.consultations.queries import ConsultationPage
from deliberation.jobs import JOBS
from deliberation.journal.commands import Event, record
from deliberation.kit.act import House, Viewer
from deliberation.kit.errors import NotFound
from deliberation.kit.queue import run_all
from deliberation.kit.settings import Settings
from deliberation.moderation.commands import Decision, ReportDraft, decide, report
from deliberation.notifications import commands as notifications
from deliberation.notifications.commands import tell_people, unsubscribe
from deliberation.notifications.tokens import person_of_token, unsubscribe_token
from deliberation.people.commands import delete_account
from deliberation.people.model import Person
from deliberation.polls.commands import change_poll, draft_poll
from deliberation.reactions import REACTIONS
from deliberation.results.events import ResultPublished
from tests.builders import (
    a_comment,
    a_consultation,
    a_member,
    a_person,
    a_poll_draft,
    a_poll_row,
    a_proposal,
    a_result_row,
    acting,
    an_authority,
    an_older_member,
    supports,
    votes,
)

DRAFT = AnswerDraft(decision="accepted", body="Nous le ferons avant la fin de l’année.")


class Sink:
    """A mail server that keeps what it receives."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.mails.append(message_from_bytes(envelope.content, policy=default))  # type: ignore[arg-type]
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
async def mailing(house: House, settings: Settings, sink: tuple[Sink, int]) -> AsyncIterator[House]:
    """The same install with its mail server."""
    async with open_house(replace(settings, smtp=f"smtp://127.0.0.1:{sink[1]}")) as opened:
        yield opened


async def answered(house: House, page: ConsultationPage, subject: Subject) -> Viewer:
    async with acting(house) as act:
        authority = await authority_row(act, page.card.authority.slug)
    official = await a_member(house, authority, "official")
    async with acting(house, official) as act:
        await answer(act, page, subject, DRAFT)
    return official


async def change(house: House, viewer: Viewer, **values: Any) -> None:
    async with acting(house) as act:
        person = await act.db.get_one(Person, viewer.id)
        for name, value in values.items():
            setattr(person, name, value)


async def test_every_followed_event_has_its_reactions() -> None:
    def kinds(of: type[Event]) -> set[type[Event]]:
        below = of.__subclasses__()
        return set(below).union(*(kinds(kind) for kind in below))

    assert {kind for kind in kinds(Event) if kind.followed} == set(REACTIONS)


async def test_those_who_took_part_in_a_proposal_are_told_of_its_answer(
    mailing: House, sink: tuple[Sink, int]
) -> None:
    page = await a_consultation(mailing)
    author, commenter, stranger = [await a_person(mailing) for _ in range(3)]
    number = await a_proposal(mailing, page, author, title="Planter des tilleuls")
    await a_comment(mailing, page, number, commenter, body="Mon avis personnel.")
    silent, english, supporter = await supports(mailing, page, number, 3)
    await change(mailing, silent, notify=False)
    await change(mailing, english, lang="en")
    official = await answered(mailing, page, Subject("proposal", number))
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
    assert mail["List-Unsubscribe"] == f"<http://localhost:8000/fr{link}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert link in body
    assert "/en/c/" in received.to(english)[0].get_content()


async def test_voters_are_told_of_the_result_and_of_its_answer(
    mailing: House, sink: tuple[Sink, int]
) -> None:
    page = await a_consultation(mailing, vote=(-5, -1))
    poll_id = await a_poll_row(mailing, page)
    voter = await a_person(mailing)
    await votes(mailing, poll_id, [voter])
    await a_result_row(mailing, poll_id)

    async with acting(mailing) as act:
        where = {"authority_id": page.card.authority.id, "consultation_id": page.card.id}
        await record(act, ResultPublished(poll_id=poll_id, **where))
    await run_all(mailing, JOBS)
    await answered(mailing, page, Subject("poll", 1))
    await run_all(mailing, JOBS)
    result, reply = sink[0].to(voter)
    said = " ".join(result.get_content().split())
    assert f"/fr/c/{page.card.slug}/resultats/1" in said
    assert "« Un abri »" in said.replace("\u202f", " ")  # the published winner, never a choice
    assert "Un abri" not in reply.get_content()


async def test_v8_one_mail_tells_all_the_results_of_a_consultation(
    mailing: House, sink: tuple[Sink, int]
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
        async with acting(mailing) as act:
            await record(act, ResultPublished(poll_id=poll_id, **where))
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


async def test_prof_4_those_who_took_part_are_told_once_of_what_changed(
    mailing: House, sink: tuple[Sink, int]
) -> None:
    authority = await an_authority(mailing)
    agents = [await an_older_member(mailing, authority, "agent") for _ in range(2)]
    page = await a_consultation(mailing, authority, agent=agents[0], proposals=(-2, 4), vote=(5, 9))
    author, stranger = [await a_person(mailing) for _ in range(2)]
    await a_proposal(mailing, page, author)
    reason = "Le conseil est reporté au 12 mars."
    async with acting(mailing, agents[0]) as act:
        await draft_poll(act, page, a_poll_draft())
    async with acting(mailing, agents[0]) as act:
        draft = replaced(draft_of(page), promise="Nous répondrons en avril.", reason=reason)
        await change_consultation(act, await consultation_row(act, page.card.slug), draft)
        await change_poll(act, page, 1, a_poll_draft(("Oui", "Non"), reason=reason))
    await run_all(mailing, JOBS)
    (mail,) = sink[0].to(author)
    said = mail.get_content()
    for words in ("- Promesse", "- Vote 1, options", reason, f"/fr/c/{page.card.slug}/versions"):
        assert words in said
    assert sink[0].to(stranger) == []

    async with acting(mailing, agents[0]) as act:
        wish = await ask_end(act, page, EndDraft(ending="cancel", reason=reason))
    async with acting(mailing, agents[1]) as act:
        await grant_end(act, page, wish.id)
    await run_all(mailing, JOBS)
    assert "Consultation annulée" in sink[0].to(author)[1]["Subject"]


async def test_the_author_of_a_hidden_text_learns_why_and_how_to_contest(
    mailing: House, sink: tuple[Sink, int]
) -> None:
    page = await a_consultation(mailing)
    author = await a_person(mailing)
    bad = await a_comment(
        mailing, page, await a_proposal(mailing, page), author, body="Propos inacceptables."
    )
    async with acting(mailing, await a_person(mailing)) as act:
        await report(act, page, ReportDraft(subject="comment", subject_id=bad.id, reason="illegal"))
    async with acting(mailing) as act:
        authority = await authority_row(act, page.card.authority.slug)
    async with acting(mailing, await a_member(mailing, authority, "moderator")) as act:
        wish = Decision(
            subject="comment", subject_id=bad.id, decision="hidden", reason="personal_attack"
        )
        await decide(act, authority.id, wish)
    await run_all(mailing, JOBS)
    (mail,) = sink[0].to(author)
    assert "Attaque personnelle" in mail.get_content()
    assert "mairie@example.org" in mail.get_content()
    assert "inacceptables" not in mail.as_string()


async def test_nothing_is_said_of_a_proposal_hidden_meanwhile(
    mailing: House, sink: tuple[Sink, int]
) -> None:
    page = await a_consultation(mailing)
    author = await a_person(mailing)
    number = await a_proposal(mailing, page, author)
    await answered(mailing, page, Subject("proposal", number))
    async with acting(mailing) as act:
        hide = "UPDATE proposal SET state = 'hidden' WHERE consultation_id = :c"
        await act.db.execute(text(hide), {"c": page.card.id})
    await run_all(mailing, JOBS)
    assert sink[0].to(author) == []


async def test_many_recipients_are_told_in_batches(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notifications, "BATCH", 2)
    page = await a_consultation(house)
    number = await a_proposal(house, page)
    await supports(house, page, number, 4)
    official = await answered(house, page, Subject("proposal", number))
    async with acting(house, official) as act:
        query = text(
            "SELECT values->'data' FROM job WHERE values->>'kind' = 'AnswerPublished'"
            " AND values->'data'->>'consultation_id' = :c"
        )
        event = (await act.db.scalars(query, {"c": str(page.card.id)})).one()
        await JOBS["react"](act, "AnswerPublished", event)
        sizes = text(
            "SELECT jsonb_array_length(values->'people') FROM job"
            " WHERE name = 'tell-people' AND values->>'subject' = :answer"
        )
        told = await act.db.scalars(sizes, {"answer": event["answer_id"]})
        assert sorted(told.all()) == [1, 2, 2]
    await run_all(house, JOBS)


async def test_a_deleted_account_gets_no_mail_and_loses_its_drafts(house: House) -> None:
    page = await a_consultation(house)
    leaving = await a_person(house)
    async with acting(house, leaving) as act:
        from deliberation.proposals.commands import ProposalDraft, propose

        draft = ProposalDraft(title="Un brouillon", body="Que personne ne lira jamais.")
        await propose(act, page, draft)
        await delete_account(act)
    await run_all(house, JOBS)
    async with acting(house) as act:
        query = text("SELECT count(*) FROM proposal WHERE author_id = :id")
        assert (await act.db.scalars(query, {"id": leaving.id})).one() == 0
        await tell_people(act, "answer", str(leaving.id), [str(leaving.id)])


async def test_a_token_stops_the_mails_of_its_person_only(house: House) -> None:
    one, other = await a_person(house), await a_person(house)
    token = unsubscribe_token(house, one.id)
    async with acting(house) as act:
        await unsubscribe(act, token)
        await unsubscribe(act, token)
    async with acting(house) as act:
        assert not (await act.db.get_one(Person, one.id)).notify
        assert (await act.db.get_one(Person, other.id)).notify


async def test_a_token_of_another_person_or_house_is_refused(house: House) -> None:
    one, other = await a_person(house), await a_person(house)
    token = unsubscribe_token(house, one.id)
    forged = unsubscribe_token(house, other.id)[:22] + token[22:]
    foreign = unsubscribe_token(replace(house, secret=b"t" * 40), one.id)
    for wrong in (forged, foreign, token[:-1], token + "A", "", "é", "a" * 43):
        with pytest.raises(NotFound):
            person_of_token(house, wrong)
    assert person_of_token(house, token) == one.id
