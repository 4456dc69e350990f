"""M6: a newcomer's first texts wait for moderation when they hold a link."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from deliberation.core.context import AppContext
from deliberation.core.errors import Conflict, Invalid, NotFound
from deliberation.process.comments.commands import CommentDraft, comment
from deliberation.process.comments.queries import thread
from deliberation.process.moderation.commands import Decision, decide
from deliberation.process.moderation.queries import decisions, waiting_count, waiting_reports
from deliberation.process.proposals.commands import edit, proposal_row
from deliberation.process.proposals.lists import proposal_list
from deliberation.process.proposals.queries import proposal_view
from deliberation.process.proposals.structs import ProposalDraft, ProposalSearch
from deliberation.process.subjects.kinds import SubjectRef
from deliberation.process.subjects.newcomers import NEW, has_link
from tests.builders import (
    a_comment,
    a_person,
    a_proposal,
    a_room,
    request_context,
)

LINKED = "Il n’y a que six places à vélo : voyez https://boutique.example/velos"
LINKS = [
    *("https://a.example", "HTTP://a.example", "www.exemple.fr", "exemple.fr/page"),
    "mailto:a@b.fr",
    *("[ici](exemple.fr)", "ftp://a.example", "lire : blog.exemple.fr/2026/?x=1", "(cafe.fr/x)"),
]
PLAIN = ["et/ou", "M. Dupont/Mme Durand", "12.5/20", "ana@exemple.fr", "oui. Non.", "24h/24"]


@pytest.mark.parametrize("words", LINKS)
def test_what_a_reader_could_follow_is_a_link(words: str) -> None:
    assert has_link(f"Voyez {words} et dites.")


@pytest.mark.parametrize("words", PLAIN)
def test_what_a_reader_could_not_follow_is_none(words: str) -> None:
    assert not has_link(f"Voyez {words} et dites.")


async def test_m6_a_newcomers_proposal_with_a_link_waits_and_is_released(app: AppContext) -> None:
    page, agent = await a_room(app)
    author = await a_person(app)
    number = await a_proposal(app, page, author, body=LINKED)
    async with request_context(app, author) as ctx:
        view = await proposal_view(ctx, page.ref, number)
        assert (view.state, view.mine, view.body) == ("held", True, LINKED)
    for viewer in (None, await a_person(app)):
        async with request_context(app, viewer) as ctx:
            assert (await proposal_list(ctx, page.ref, ProposalSearch())).total == 0
            with pytest.raises(NotFound):
                await proposal_view(ctx, page.ref, number)
    async with request_context(app, agent) as ctx:
        (waiting,) = await waiting_reports(ctx, page.card.authority.id)
        assert (waiting.held, waiting.reports, waiting.subject_id) == (True, [], view.id)
        assert await waiting_count(ctx, [page.card.authority.id]) == 1
        wish = Decision(subject="proposal", subject_id=view.id, decision="kept")
        await decide(ctx, page.card.authority.id, wish)
        with pytest.raises(Conflict, match="already-decided"):
            await decide(ctx, page.card.authority.id, wish)
    async with request_context(app) as ctx:
        view = await proposal_view(ctx, page.ref, number)
        assert (view.state, view.version) == ("published", 1)
        assert [one.decision for one in (await decisions(ctx, page.ref)).decisions] == ["released"]


async def test_m6_a_newcomers_message_with_a_link_waits_counts_nowhere_and_is_hidden(
    app: AppContext,
) -> None:
    page, agent = await a_room(app)
    number = await a_proposal(app, page)
    author = await a_person(app)
    held = await a_comment(app, page, number, author, body=LINKED)
    assert held.state == "held"
    for viewer, seen in ((author, 1), (None, 0), (await a_person(app), 0)):
        async with request_context(app, viewer) as ctx:
            view = await proposal_view(ctx, page.ref, number)
            found = await thread(ctx, page.ref, view)
            assert (view.comment_count, len(found.in_favour.items)) == (0, seen)
    with pytest.raises(NotFound):
        await a_comment(app, page, number, parent=held.id)
    async with request_context(app, agent) as ctx:
        wish = Decision(
            subject="comment", subject_id=held.id, decision="hidden", reason="advertising"
        )
        await decide(ctx, page.card.authority.id, wish)
    async with request_context(app) as ctx:
        view = await proposal_view(ctx, page.ref, number)
        (shown,) = (await thread(ctx, page.ref, view)).in_favour.items
        assert (view.comment_count, shown.state, shown.body) == (0, "hidden", "")


async def test_m6_a_harmless_first_text_opens_no_door_for_a_link(app: AppContext) -> None:
    page, _ = await a_room(app)
    author = await a_person(app)
    number = await a_proposal(app, page, author)
    assert (await a_comment(app, page, number, author, body=LINKED)).state == "held"
    draft = ProposalDraft(title="Des arceaux devant la gare", body=LINKED)
    async with request_context(app, author) as ctx:
        row = await proposal_row(ctx, page.ref, number)
        with pytest.raises(Invalid) as refused:
            await edit(ctx, page.ref, row, draft)
    assert refused.value.errors == {"body": ("link-too-early", {})}


async def test_those_who_are_no_newcomers_publish_at_once(app: AppContext) -> None:
    page, agent = await a_room(app)
    number = await a_proposal(app, page)
    old, settled = await a_person(app), await a_person(app)
    before = await a_proposal(app, page, settled)
    async with request_context(app) as ctx:
        await ctx.db.execute(
            text("UPDATE person SET created_at = :at WHERE id = :id"),
            {"at": ctx.now - NEW - timedelta(hours=1), "id": old.id},
        )
        await ctx.db.execute(
            text("UPDATE subject SET published_at = :at WHERE number = :n AND author_id = :id"),
            {"at": ctx.now - timedelta(days=2), "n": before, "id": settled.id},
        )
    for viewer in (old, settled, agent):
        draft = CommentDraft(body=LINKED, stance="for")
        async with request_context(app, viewer) as ctx:
            assert (
                await comment(ctx, page.ref, SubjectRef("proposal", number), draft)
            ).state == "visible"
