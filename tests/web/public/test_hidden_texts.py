"""A hidden text is on no page and in no API answer: every part that its author wrote is searched.

What authors write is read from the drafts' own fields, and where it could come out from the table
of routes: a new field or a new page is looked at without being named here.
"""

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple, get_args

import msgspec
import pytest
from sqlalchemy import text

from deliberation.core.context import AppContext, Viewer
from deliberation.followup.answers.commands import AnswerDraft, answer
from deliberation.network.authorities.model import Authority
from deliberation.network.people.commands import Profile
from deliberation.notices.mails.commands import tell_people
from deliberation.process.comments.commands import CommentDraft, comment
from deliberation.process.comments.queries import CommentView
from deliberation.process.consultations.queries import ConsultationPage, consultation_page
from deliberation.process.moderation.commands import Decision, ReportDraft, decide, report
from deliberation.process.proposals.commands import propose, publish, support
from deliberation.process.proposals.queries import proposal_view
from deliberation.process.proposals.structs import WRITTEN, ProposalDraft, ProposalView
from deliberation.process.subjects.kinds import SubjectRef
from tests.builders import a_consultation, a_member, a_person, an_authority, request_context
from tests.site import Visitor
from tests.web.access import ACCESS, LET_IN
from tests.web.test_access import ALL_OPEN

CANARY = "Zzcanari"
# What a reader of a hidden text still learns: words of moderators, and codes of ours.
TOLD = {"state", "hidden_reason", "hidden_note", "answer", "stance"}


class Scene(NamedTuple):
    """A consultation with a hidden proposal (1), a hidden comment (under 2), and its people."""

    page: ConsultationPage
    comment: CommentView
    people: dict[str, Viewer | None]
    author: Viewer


def canaries(draft: type[msgspec.Struct]) -> dict[str, Any]:
    """A text that nobody else writes, for each field of a draft that takes free text."""
    texts: dict[str, Any] = {}
    for field in msgspec.structs.fields(draft):
        kind = get_args(field.type)[0] if get_args(field.type) else field.type
        if kind is str:
            texts[field.name] = f"{CANARY} {draft.__name__} {field.name} {CANARY}"
    return texts


def test_m7_what_authors_write_is_found_in_their_drafts() -> None:
    assert set(canaries(ProposalDraft)) == {"title", "body", "theme", "place"}
    assert set(canaries(CommentDraft)) == {"body"}
    assert set(canaries(Profile)) == {"name"}


@pytest.fixture(scope="module")
async def scene(app: AppContext) -> Scene:
    authority = await an_authority(app)
    agent = await a_member(app, authority, "agent")
    words = canaries(ProposalDraft)
    page = await a_consultation(
        app, authority, agent=agent, themes=["Ombre", words["theme"][:40]], **ALL_OPEN
    )
    author = await a_person(app, canaries(Profile)["name"])
    citizen, official = await a_person(app), await a_member(app, authority, "official")
    async with request_context(app, author) as ctx:
        draft = ProposalDraft(**{**words, "theme": words["theme"][:40]})
        hidden = await propose(ctx, page.ref, draft)
        await publish(ctx, page.ref, hidden)
    async with request_context(app, citizen) as ctx:
        seen = await propose(
            ctx, page.ref, ProposalDraft(title="Des bancs", body="À l’ombre du quai.")
        )
        await publish(ctx, page.ref, seen)
    async with request_context(app, author) as ctx:
        said = await comment(
            ctx,
            page.ref,
            SubjectRef("proposal", 2),
            CommentDraft(**canaries(CommentDraft), stance="for"),
        )
    async with request_context(app, citizen) as ctx:
        await support(ctx, page.ref, 1)
        await comment(
            ctx,
            page.ref,
            SubjectRef("proposal", 1),
            CommentDraft(body="Je suis d’accord.", stance="for"),
        )
        await comment(
            ctx, page.ref, SubjectRef("proposal", 2), CommentDraft(body="Pas moi.", parent=said.id)
        )
    async with request_context(app, official) as ctx:
        reply = AnswerDraft(decision="accepted", body="Nous le ferons dès le printemps.")
        await answer(ctx, page.ref, SubjectRef("proposal", 1), reply)
    people: dict[str, Viewer | None] = {
        "visitor": None,
        "citizen": citizen,
        "official": official,
        "agent": agent,
        "moderator": await a_member(app, authority, "moderator"),
        "administrator": await a_member(app, authority, "administrator"),
        "neighbour": await a_member(app, await an_authority(app), "administrator"),
    }
    await _hidden(app, page, authority, people, "proposal", hidden.id)
    await _hidden(app, page, authority, people, "comment", said.id)
    async with request_context(app) as ctx:  # the theme was its author's own word
        await ctx.db.execute(
            text("UPDATE consultation SET themes = ARRAY['Ombre'] WHERE id = :id"),
            {"id": page.card.id},
        )
        page = await consultation_page(ctx, page.card.slug)
    return Scene(page, said, people, author)


async def _hidden(
    app: AppContext,
    page: ConsultationPage,
    authority: Authority,
    people: dict[str, Viewer | None],
    subject: Any,
    subject_id: Any,
) -> None:
    async with request_context(app, people["citizen"]) as ctx:
        wish = ReportDraft(subject=subject, subject_id=subject_id, reason="off_topic")
        await report(ctx, page.ref, wish)
    async with request_context(app, people["moderator"]) as ctx:
        decision = Decision(
            subject=subject, subject_id=subject_id, decision="hidden", reason="personal_data"
        )
        await decide(ctx, authority.id, decision)


MODERATING = ("agent", "moderator", "administrator")
MEASURES = ("/mesures", "/measures")


@pytest.mark.parametrize(
    "who", ["visitor", "citizen", "official", "agent", "moderator", "administrator", "neighbour"]
)
async def test_m7_no_page_file_or_answer_gives_what_was_hidden(
    who: str, scene: Scene, visitor_of: Callable[[Viewer | None], Awaitable[Visitor]]
) -> None:
    visitor = await visitor_of(scene.people[who])
    names = {
        "slug": scene.page.card.slug,
        "authority": scene.page.card.authority.slug,
        "subject_id": str(scene.comment.id),
    }
    leaks, read = [], 0
    for route, audience in ACCESS.items():
        method, path = route.split()
        if method != "GET" or "/static/" in path or "/demo" in path:
            continue
        if audience == "moderator" and who in LET_IN[audience]:
            continue  # whoever may take a decision back reads what it was about
        for number in ("1", "2") if "{number}" in path else ("1",):
            address = path
            if "/a/{slug}" in path or "/authorities/{slug}" in path:
                address = address.replace("{slug}", names["authority"])
            for name, value in {**names, "number": number}.items():
                address = address.replace("{" + name + "}", value)
            if "{" in address:
                continue
            for query in ("", f"?q={CANARY}&words={CANARY}&argument={names['subject_id']}"):
                answer = await visitor.http.get(address + query, follow_redirects=True)
                read += answer.status_code == 200
                if who in MODERATING and path.endswith(MEASURES):
                    continue  # where those who decide read what they may restore
                if f"{CANARY} " in answer.text:  # the word alone is the echo of a search
                    leaks.append(f"{address}{query}")
    assert read > 60
    assert not leaks, "\n".join(leaks)


async def test_m7_searching_for_a_hidden_text_finds_nothing(
    scene: Scene, visitor_of: Callable[[Viewer | None], Awaitable[Visitor]]
) -> None:
    visitor = await visitor_of(None)
    path = f"/api/v1/consultations/{scene.page.card.slug}/proposals"
    for search in ({"words": CANARY}, {"theme": canaries(ProposalDraft)["theme"][:40]}):
        answer = await visitor.http.get(path, params=search)
        assert answer.json()["total"] == 0, search


async def test_m7_a_hidden_proposals_view_holds_no_text_but_what_moderators_say(
    app: AppContext, scene: Scene
) -> None:
    """Generated from the struct: a new field of text is empty, or named here with its reason.

    What its author wrote has the defaults of the draft, and every value is of the type declared.
    """
    async with request_context(app, scene.people["citizen"]) as ctx:
        view = await proposal_view(ctx, scene.page.ref, 1)
    assert msgspec.convert(msgspec.to_builtins(view), ProposalView) == view
    blank = ProposalDraft(title="", body="")
    assert {name: getattr(view, name) for name in WRITTEN} == {
        name: getattr(blank, name) for name in WRITTEN
    }
    for field in ProposalView.__struct_fields__:
        value = getattr(view, field)
        assert field in TOLD or not isinstance(value, str) or value == "", field
    async with request_context(app, scene.author) as ctx:  # whoever wrote it still reads it
        assert CANARY in (await proposal_view(ctx, scene.page.ref, 1)).title


async def test_m7_no_mail_tells_a_hidden_text(app: AppContext, scene: Scene) -> None:
    reader = scene.people["citizen"]
    assert reader is not None
    async with request_context(app) as ctx:
        here = {"id": scene.page.card.id}
        said = text("SELECT id FROM subject WHERE kind = 'answer' AND consultation_id = :id")
        for about, subject in (
            ("answer", (await ctx.db.scalars(said, here)).one()),
            ("hidden", scene.comment.id),
        ):
            await tell_people(ctx, about, str(subject), [str(reader.id)])
        told = await ctx.db.execute(
            text("SELECT subject, body FROM mail WHERE recipient = :email"), {"email": reader.email}
        )
        rows = told.all()
        assert len(rows) == 1  # of the answer to a hidden proposal nobody is told
        assert CANARY not in str(rows)
        events = text("SELECT kind, data FROM event WHERE consultation_id = :id")
        assert CANARY not in str((await ctx.db.execute(events, here)).all())
