"""A text that is no longer hidden gets its former state, and mails and log say so correctly."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from deliberation.core.context import AppContext, Viewer
from deliberation.core.errors import Conflict, NotFound
from deliberation.jobs import JOBS
from deliberation.network.people.commands import delete_account
from deliberation.operations.queue import run_all
from deliberation.process.comments.queries import thread
from deliberation.process.consultations.queries import ConsultationPage
from deliberation.process.moderation.commands import Decision, ReportDraft, decide, report
from deliberation.process.moderation.measure_queries import measures, own_measures
from deliberation.process.moderation.measures import (
    Appeal,
    Ending,
    Suspension,
    contest,
    end,
    publish_first,
    suspend,
    text_of,
)
from deliberation.process.moderation.queries import decisions, waiting_reports
from deliberation.process.proposals.commands import proposal_row, publish, reinstate, withdraw
from deliberation.process.proposals.queries import proposal_view, versions_of
from tests.builders import (
    a_comment,
    a_member,
    a_person,
    a_proposal,
    a_room,
    request_context,
    somebody_waits,
)

LINKED = "Il n’y a que six places à vélo : voyez https://boutique.example/velos"


class Case:
    """A consultation, its agent and another one, and the author of a proposal."""

    def __init__(self, app: AppContext, page: ConsultationPage, first: Viewer) -> None:
        self.app, self.page, self.first = app, page, first

    async def begin(self, body: str = "Il faudrait trente places à vélo.") -> None:
        self.second = await a_member(self.app, self.page.card.authority, "agent")
        self.author = await a_person(self.app)
        self.number = await a_proposal(self.app, self.page, self.author, body=body)
        async with request_context(self.app, self.author) as ctx:
            self.text = (await proposal_view(ctx, self.page.ref, self.number)).id

    async def by_author(self, command) -> None:  # type: ignore[no-untyped-def]
        async with request_context(self.app, self.author) as ctx:
            await command(ctx, self.page.ref, await proposal_row(ctx, self.page.ref, self.number))

    async def report(self, subject: str, text_id: UUID) -> None:
        wish = ReportDraft(subject=subject, subject_id=text_id, reason="advertising")  # type: ignore[arg-type]
        async with request_context(self.app, await a_person(self.app)) as ctx:
            await report(ctx, self.page.ref, wish)

    async def hide(self, subject: str, text_id: UUID) -> UUID:
        """The first agent hides a text; the measure."""
        await self.decide(subject, text_id, "hidden")
        async with request_context(self.app, self.first) as ctx:
            return (await measures(ctx, self.page.card.authority.id))[0].id

    async def decide(self, subject: str, text_id: UUID, decision: str) -> None:
        wish = Decision(
            subject=subject,  # type: ignore[arg-type]
            subject_id=text_id,
            decision=decision,  # type: ignore[arg-type]
            reason="advertising",
        )
        async with request_context(self.app, self.first) as ctx:
            await decide(ctx, self.page.card.authority.id, wish)

    async def suspend(self) -> UUID:
        wish = Suspension(
            subject_id=self.text, reason="advertising", note="Des annonces.", hide_texts=True
        )
        async with request_context(self.app, self.first) as ctx:
            return (await suspend(ctx, self.page.card.authority.id, wish)).id

    async def settle(
        self, measure: UUID, decision: str = "lifted", *, with_texts: bool = True
    ) -> None:
        reply = "Relu : ce sont des avis."
        wish = Ending(decision=decision, reply=reply, with_texts=with_texts)  # type: ignore[arg-type]
        async with request_context(self.app, self.second) as ctx:
            await end(ctx, self.page.card.authority.id, measure, wish)

    async def state(self, viewer: Viewer | None = None) -> str:
        async with request_context(self.app, viewer) as ctx:
            return (await proposal_view(ctx, self.page.ref, self.number)).state

    async def told(self) -> str:
        """The last mail to the author."""
        await run_all(self.app, JOBS)
        mails = text("SELECT body FROM mail WHERE recipient = :to ORDER BY created_at, id")
        async with request_context(self.app) as ctx:
            told = (await ctx.db.scalars(mails, {"to": self.author.email})).all()[-1]
        return str(told).replace("\xa0", " ")

    async def count(self, kind: str) -> int:
        query = text("SELECT count(*) FROM event WHERE kind = :kind AND consultation_id = :id")
        async with request_context(self.app) as ctx:
            return int(await ctx.db.scalar(query, {"kind": kind, "id": self.page.card.id}) or 0)


@pytest.fixture
async def case(app: AppContext) -> Case:
    made = Case(app, *await a_room(app))
    await made.begin()
    return made


async def test_a_proposal_withdrawn_before_it_was_hidden_stays_withdrawn(case: Case) -> None:
    await case.report("proposal", case.text)
    await case.by_author(withdraw)
    measure = await case.hide("proposal", case.text)
    assert await case.state() == "hidden"
    await case.settle(measure)
    assert await case.state() == "withdrawn"
    told = await case.told()
    assert "Vous l’avez retirée : elle le reste." in told
    assert "visible" not in told
    async with request_context(case.app) as ctx:
        assert (await decisions(ctx, case.page.ref)).decisions[0].decision == "lifted"
        assert (await proposal_view(ctx, case.page.ref, case.number)).hidden_reason == ""
    await case.by_author(reinstate)  # it is theirs to change their mind
    assert await case.state() == "published"


@pytest.mark.parametrize("whole", [False, True], ids=["the text", "the account"])
@pytest.mark.parametrize("contested", [False, True])
async def test_a_proposal_withdrawn_while_it_was_hidden_stays_withdrawn(
    case: Case, *, whole: bool, contested: bool
) -> None:
    await case.report("proposal", case.text)
    measure = await (case.suspend() if whole else case.hide("proposal", case.text))
    await case.by_author(withdraw)
    assert await case.state() == "hidden"
    with pytest.raises(Conflict, match="not-editable"):
        await case.by_author(withdraw)
    if contested:
        async with request_context(case.app, case.author) as ctx:
            await contest(ctx, measure, Appeal(appeal="Ce n’est pas une publicité."))
        await case.settle(measure, "upheld")
        assert await case.state() == "hidden"
    await case.settle(measure)
    assert await case.state() == "withdrawn"
    restored = "Vos textes masqués avec lui ne le sont plus : ceux que vous avez retirés le restent"
    assert (restored in await case.told()) is whole


async def test_a_suspension_hides_what_its_author_withdrew_and_gives_it_back_withdrawn(
    case: Case,
) -> None:
    """A withdrawn proposal stays readable: whoever floods does not escape by taking it back."""
    await case.by_author(withdraw)
    measure = await case.suspend()
    assert await case.state() == "hidden"
    await case.settle(measure)
    assert await case.state() == "withdrawn"


async def test_a_text_that_stays_hidden_after_a_suspension_can_be_contested_on_its_own(
    case: Case,
) -> None:
    await case.suspend()
    async with request_context(case.app, case.author) as ctx:
        (whole,) = await own_measures(ctx)
    await case.settle(whole.id, with_texts=False)
    async with request_context(case.app, case.author) as ctx:
        (part,) = [one for one in await own_measures(ctx) if one.lifted_at is None]
        assert (part.subject, part.subject_id) == ("proposal", case.text)
        await contest(ctx, part.id, Appeal(appeal="Ce n’est pas une publicité."))
    async with request_context(case.app, case.second) as ctx:
        assert (await measures(ctx, case.page.card.authority.id))[0].id == part.id
    await case.settle(part.id)
    assert await case.state() == "published"


async def test_a_withdrawal_in_the_moment_of_the_lifting_holds(case: Case) -> None:
    await case.report("proposal", case.text)
    measure = await case.hide("proposal", case.text)
    async with request_context(case.app, case.author) as ctx:
        await withdraw(ctx, case.page.ref, await proposal_row(ctx, case.page.ref, case.number))
        lifting = asyncio.create_task(case.settle(measure))
        while not lifting.done() and not await somebody_waits(case.app):
            pass
    await lifting
    assert await case.state() == "withdrawn"


async def test_a_proposal_that_its_author_reinstated_is_visible_again(case: Case) -> None:
    await case.by_author(withdraw)
    await case.by_author(reinstate)
    await case.report("proposal", case.text)
    await case.settle(await case.hide("proposal", case.text))
    assert await case.state() == "published"
    assert "avait masqué, est visible." in await case.told()
    assert await case.count("ProposalPublished") == 1


@pytest.mark.parametrize("kind", ["comment", "reply"])
async def test_a_comment_is_told_visible_only_when_it_can_be_read(case: Case, kind: str) -> None:
    other = await a_proposal(case.app, case.page)
    top = await a_comment(case.app, case.page, other)
    parent: dict[str, Any] = {"parent": top.id, "stance": None} if kind == "reply" else {}
    said = await a_comment(case.app, case.page, other, case.author, **parent)
    await case.report("comment", said.id)
    measure = await case.hide("comment", said.id)
    await case.report("proposal", await id_of(case, other))
    await case.hide("proposal", await id_of(case, other))
    await case.settle(measure)
    told = await case.told()
    assert "a levé sa décision de masquer votre texte." in told
    assert "visible" not in told
    assert await case.count("CommentPublished") == 2  # each of them once


async def test_texts_that_waited_wait_again_after_a_suspension(app: AppContext) -> None:
    case = Case(app, *await a_room(app))
    await case.begin(LINKED)
    other = await a_proposal(app, case.page)
    held = await a_comment(app, case.page, other, case.author, body=LINKED)
    assert (await case.state(case.author), held.state) == ("held", "held")
    await case.settle(await case.suspend())
    assert await case.state(case.author) == "held"
    with pytest.raises(NotFound):
        await case.state()
    async with request_context(app, case.second) as ctx:
        waiting = await waiting_reports(ctx, case.page.card.authority.id)
        assert {one.subject_id for one in waiting if one.held} == {case.text, held.id}
        view = await proposal_view(ctx, case.page.ref, other)
        assert view.comment_count == 0
    assert await case.count("CommentPublished") == 0
    for subject, text_id in (("proposal", case.text), ("comment", held.id)):
        await case.decide(subject, text_id, "kept")
    assert await case.state() == "published"


async def test_a_text_hidden_before_it_was_public_appears_for_the_first_time(
    app: AppContext,
) -> None:
    """Two people have read it: who lifts decides that it is public."""
    case = Case(app, *await a_room(app))
    await case.begin(LINKED)
    other = await a_proposal(app, case.page)
    held = await a_comment(app, case.page, other, case.author, body=LINKED)
    await case.settle(await case.hide("proposal", case.text))
    await case.settle(await case.hide("comment", held.id))
    async with request_context(app) as ctx:
        view = await proposal_view(ctx, case.page.ref, case.number)
        assert (view.state, [one.version for one in (await versions_of(ctx, view)).items]) == (
            "published",
            [1],
        )
        other_view = await proposal_view(ctx, case.page.ref, other)
        assert other_view.comment_count == 1
        assert (await thread(ctx, case.page.ref, other_view)).in_favour.items[0].body == LINKED
    assert await case.count("CommentPublished") == 1
    assert await case.count("SubjectShown") == 0
    assert "de nouveau" not in await case.told()


async def test_what_a_deleted_account_never_published_does_not_appear(app: AppContext) -> None:
    case = Case(app, *await a_room(app))
    await case.begin(LINKED)
    other = await a_proposal(app, case.page)
    said = [
        await a_comment(app, case.page, other, case.author, body=body)
        for body in (LINKED, "Sans lien.")
    ]
    measure = await case.suspend()
    waiting = await a_comment(app, case.page, other, await a_person(app), body=LINKED)
    async with request_context(app, case.author) as ctx:
        await delete_account(ctx)
    await run_all(app, JOBS)
    await case.settle(measure)
    with pytest.raises(NotFound):
        await case.state()
    async with request_context(app) as ctx:
        found = (
            await thread(ctx, case.page.ref, await proposal_view(ctx, case.page.ref, other))
        ).in_favour
        assert [one.id for one in found.items] == [said[1].id]  # it was public
    async with request_context(app, case.second) as ctx:
        (left,) = await waiting_reports(ctx, case.page.card.authority.id)
        assert left.subject_id == waiting.id  # other people's


async def test_a_text_that_waits_is_released_once(app: AppContext) -> None:
    """The second moderator, on a page loaded earlier, publishes nothing that was withdrawn
    since.
    """
    case = Case(app, *await a_room(app))
    await case.begin(LINKED)
    other = await a_proposal(app, case.page)
    held = await a_comment(app, case.page, other, case.author, body=LINKED)
    async with request_context(app, case.second) as ctx:
        found = [
            await text_of(ctx, case.page.card.authority.id, one) for one in (case.text, held.id)
        ]
    for one in found:
        await case.decide(one.subject, one.id, "kept")
    await case.by_author(withdraw)
    for one in found:
        async with request_context(app, case.second) as ctx:
            with pytest.raises(Conflict, match="already-decided"):
                await publish_first(ctx, one)
    assert await case.state() == "withdrawn"


async def test_a_draft_or_a_text_that_waits_is_deleted_not_withdrawn(app: AppContext) -> None:
    """Withdrawn, it would have a page that everybody reads."""
    case = Case(app, *await a_room(app))
    await case.begin(LINKED)
    with pytest.raises(Conflict, match="not-published"):
        await case.by_author(withdraw)
    await case.by_author(publish)
    assert await case.state(case.author) == "held"


async def id_of(case: Case, number: int) -> UUID:
    async with request_context(case.app, case.first) as ctx:
        return (await proposal_view(ctx, case.page.ref, number)).id
