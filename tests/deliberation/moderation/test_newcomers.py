"""M6: a newcomer's first texts wait for moderation when they hold a link."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from deliberation.comments.commands import CommentDraft, comment
from deliberation.comments.queries import thread
from deliberation.kit.act import House
from deliberation.kit.errors import Conflict, Invalid, NotFound
from deliberation.moderation.commands import Decision, decide
from deliberation.moderation.queries import decisions, waiting_count, waiting_reports
from deliberation.proposals.commands import ProposalDraft, edit, proposal_row
from deliberation.proposals.newcomers import NEW, has_link
from deliberation.proposals.queries import ProposalSearch, proposal_list, proposal_view
from tests.builders import (
    a_comment,
    a_person,
    a_proposal,
    a_room,
    acting,
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


async def test_m6_a_newcomers_proposal_with_a_link_waits_and_is_released(house: House) -> None:
    page, agent = await a_room(house)
    author = await a_person(house)
    number = await a_proposal(house, page, author, body=LINKED)
    async with acting(house, author) as act:
        view = await proposal_view(act, page, number)
        assert (view.state, view.mine, view.body) == ("held", True, LINKED)
    for viewer in (None, await a_person(house)):
        async with acting(house, viewer) as act:
            assert (await proposal_list(act, page, ProposalSearch())).total == 0
            with pytest.raises(NotFound):
                await proposal_view(act, page, number)
    async with acting(house, agent) as act:
        (waiting,) = await waiting_reports(act, page.card.authority.id)
        assert (waiting.held, waiting.reports, waiting.subject_id) == (True, [], view.id)
        assert await waiting_count(act, [page.card.authority.id]) == 1
        wish = Decision(subject="proposal", subject_id=view.id, decision="kept")
        await decide(act, page.card.authority.id, wish)
        with pytest.raises(Conflict, match="already-decided"):
            await decide(act, page.card.authority.id, wish)
    async with acting(house) as act:
        view = await proposal_view(act, page, number)
        assert (view.state, view.version) == ("published", 1)
        assert [one.decision for one in (await decisions(act, page)).decisions] == ["released"]


async def test_m6_a_newcomers_message_with_a_link_waits_counts_nowhere_and_is_hidden(
    house: House,
) -> None:
    page, agent = await a_room(house)
    number = await a_proposal(house, page)
    author = await a_person(house)
    held = await a_comment(house, page, number, author, body=LINKED)
    assert held.state == "held"
    for viewer, seen in ((author, 1), (None, 0), (await a_person(house), 0)):
        async with acting(house, viewer) as act:
            view = await proposal_view(act, page, number)
            found = await thread(act, page, view)
            assert (view.comment_count, len(found.in_favour.items)) == (0, seen)
    with pytest.raises(NotFound):
        await a_comment(house, page, number, parent=held.id)
    async with acting(house, agent) as act:
        wish = Decision(
            subject="comment", subject_id=held.id, decision="hidden", reason="advertising"
        )
        await decide(act, page.card.authority.id, wish)
    async with acting(house) as act:
        view = await proposal_view(act, page, number)
        (shown,) = (await thread(act, page, view)).in_favour.items
        assert (view.comment_count, shown.state, shown.body) == (0, "hidden", "")


async def test_m6_a_harmless_first_text_opens_no_door_for_a_link(house: House) -> None:
    page, _ = await a_room(house)
    author = await a_person(house)
    number = await a_proposal(house, page, author)
    assert (await a_comment(house, page, number, author, body=LINKED)).state == "held"
    draft = ProposalDraft(title="Des arceaux devant la gare", body=LINKED)
    async with acting(house, author) as act:
        row = await proposal_row(act, page, number)
        with pytest.raises(Invalid) as refused:
            await edit(act, page, row, draft)
    assert refused.value.errors == {"body": ("link-too-early", {})}


async def test_those_who_are_no_newcomers_publish_at_once(house: House) -> None:
    page, agent = await a_room(house)
    number = await a_proposal(house, page)
    old, settled = await a_person(house), await a_person(house)
    before = await a_proposal(house, page, settled)
    async with acting(house) as act:
        await act.db.execute(
            text("UPDATE person SET created_at = :at WHERE id = :id"),
            {"at": act.now - NEW - timedelta(hours=1), "id": old.id},
        )
        await act.db.execute(
            text("UPDATE proposal SET published_at = :at WHERE number = :n AND author_id = :id"),
            {"at": act.now - timedelta(days=2), "n": before, "id": settled.id},
        )
    for viewer in (old, settled, agent):
        draft = CommentDraft(body=LINKED, stance="for")
        async with acting(house, viewer) as act:
            assert (await comment(act, page, number, draft)).state == "visible"
