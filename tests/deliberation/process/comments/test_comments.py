"""Arguments, questions and replies: who, when, how deep, and counts that stay true."""

import asyncio

import pytest
from sqlalchemy import text

from deliberation.core.context import AppContext
from deliberation.core.errors import Invalid, NotAllowed, NotFound, SignInNeeded, TooMany
from deliberation.process.comments.commands import CommentDraft, comment
from deliberation.process.comments.model import STANCES
from deliberation.process.comments.queries import (
    FIRST_SIZE,
    REPLIES,
    SIDE_SIZE,
    Thread,
    ThreadSearch,
    thread,
)
from deliberation.process.consultations.queries import ConsultationPage
from deliberation.process.proposals.commands import proposal_row, withdraw
from deliberation.process.proposals.queries import proposal_view
from deliberation.process.subjects.commands import hide, unhide
from deliberation.process.subjects.kinds import SubjectRef
from tests.builders import (
    a_comment,
    a_consultation,
    a_member,
    a_person,
    a_proposal,
    request_context,
)


async def read(
    app: AppContext, page: ConsultationPage, number: int, search: ThreadSearch | None = None
) -> Thread:
    async with request_context(app) as ctx:
        proposal = await proposal_view(ctx, page.ref, number)
        return await thread(ctx, page.ref, proposal, search or ThreadSearch())


async def counts(app: AppContext, page: ConsultationPage, number: int) -> tuple[int, int]:
    """The count kept on the proposal, and the rows it stands for."""
    query = text(
        "SELECT comment_count, (SELECT count(*) FROM comment JOIN subject AS said USING (id)"
        " WHERE said.about_id = subject.id AND said.state = 'published')"
        " FROM subject WHERE consultation_id = :c AND kind = 'proposal' AND number = :n"
    )
    async with request_context(app) as ctx:
        row = (await ctx.db.execute(query, {"c": page.card.id, "n": number})).one()
    return row[0], row[1]


async def test_arguments_stand_on_their_side_with_their_replies(app: AppContext) -> None:
    page = await a_consultation(app)
    number = await a_proposal(app, page)
    first = await a_comment(app, page, number, stance="for", body="Cela manque.")
    await a_comment(app, page, number, stance="against", body="C’est trop cher.")
    await a_comment(app, page, number, stance="question", body="Combien de places ?")
    await a_comment(app, page, number, parent=first.id, body="Je confirme.")

    found = await read(app, page, number)
    assert [item.body for item in found.in_favour.items] == ["Cela manque."]
    assert [reply.body for reply in found.in_favour.items[0].replies] == ["Je confirme."]
    assert [item.body for item in found.against.items] == ["C’est trop cher."]
    assert [item.body for item in found.questions.items] == ["Combien de places ?"]
    assert await counts(app, page, number) == (4, 4)


async def test_a_reply_to_a_reply_joins_the_first_level(app: AppContext) -> None:
    page = await a_consultation(app)
    number = await a_proposal(app, page)
    first = await a_comment(app, page, number)
    reply = await a_comment(app, page, number, parent=first.id)
    deeper = await a_comment(app, page, number, parent=reply.id)
    assert deeper.parent == first.id


async def test_a_comment_has_either_a_stance_or_a_parent(app: AppContext) -> None:
    page = await a_consultation(app)
    number = await a_proposal(app, page)
    first = await a_comment(app, page, number)
    for stance, parent in ((None, None), ("for", first.id)):
        async with request_context(app, await a_person(app)) as ctx:
            draft = CommentDraft(body="Bonjour.", stance=stance, parent=parent)  # type: ignore[arg-type]
            with pytest.raises(Invalid):
                await comment(ctx, page.ref, SubjectRef("proposal", number), draft)


async def test_a_reply_stays_under_its_own_proposal(app: AppContext) -> None:
    page = await a_consultation(app)
    one, other = await a_proposal(app, page), await a_proposal(app, page)
    elsewhere = await a_comment(app, page, one)
    with pytest.raises(NotFound):
        await a_comment(app, page, other, parent=elsewhere.id)
    assert await counts(app, page, other) == (0, 0)


async def test_only_signed_in_people_comment_on_published_proposals(app: AppContext) -> None:
    page = await a_consultation(app)
    author = await a_person(app)
    number = await a_proposal(app, page, author)
    async with request_context(app) as ctx:
        with pytest.raises(SignInNeeded):
            await comment(
                ctx,
                page.ref,
                SubjectRef("proposal", number),
                CommentDraft(body="Bonjour.", stance="for"),
            )
    async with request_context(app, author) as ctx:
        await withdraw(ctx, page.ref, await proposal_row(ctx, page.ref, number))
    with pytest.raises(NotFound):
        await a_comment(app, page, number)


async def test_the_phases_decide_when_one_may_comment(app: AppContext) -> None:
    page = await a_consultation(app, vote=(-1, 3))
    with pytest.raises(NotAllowed, match="commenting-not-open"):
        await a_comment(app, page, 1)
    over = await a_consultation(app, discussion=(-5, -1))
    with pytest.raises(NotAllowed, match="commenting-closed"):
        await a_comment(app, over, 1)


async def test_nobody_floods_a_discussion(app: AppContext) -> None:
    page = await a_consultation(app)
    number = await a_proposal(app, page)
    author = await a_person(app)
    for _ in range(40):
        await a_comment(app, page, number, author)
    with pytest.raises(TooMany):
        await a_comment(app, page, number, author)


async def test_a_hidden_comment_shows_its_reason_and_nothing_else(app: AppContext) -> None:
    page = await a_consultation(app)
    number = await a_proposal(app, page)
    bad = await a_comment(app, page, number, body="Propos déplacés.")
    await a_comment(app, page, number, parent=bad.id, body="Restons polis.")
    async with request_context(app) as ctx:
        await hide(ctx, bad.id, "personal_attack", "Une insulte.")
        await hide(ctx, bad.id, "personal_attack", "Une insulte.")

    shown = (await read(app, page, number)).in_favour
    assert (shown.total, shown.items[0].body, shown.items[0].author) == (0, "", "")
    assert shown.items[0].hidden_reason == "personal_attack"
    assert [reply.body for reply in shown.items[0].replies] == ["Restons polis."]
    assert await counts(app, page, number) == (1, 1)
    with pytest.raises(NotFound):
        await a_comment(app, page, number, parent=bad.id)


async def test_counts_equal_rows_after_concurrent_comments_and_hides(app: AppContext) -> None:
    page = await a_consultation(app)
    number = await a_proposal(app, page)
    begun = [await a_comment(app, page, number) for _ in range(6)]
    people = [await a_person(app) for _ in range(12)]

    async def mask(index: int) -> None:
        async with request_context(app) as ctx:
            await hide(ctx, begun[index % 3].id, "off_topic", "")

    await asyncio.gather(
        *(a_comment(app, page, number, person) for person in people),
        *(mask(index) for index in range(9)),
    )
    assert await counts(app, page, number) == (15, 15)


async def test_each_person_speaks_once_before_anybody_speaks_twice(app: AppContext) -> None:
    page = await a_consultation(app)
    number = await a_proposal(app, page)
    talker = await a_person(app)
    for word in ("un", "deux", "trois"):
        await a_comment(app, page, number, talker, body=f"Argument {word}.")
    await a_comment(app, page, number, body="Une autre voix.")
    bodies = [item.body for item in (await read(app, page, number)).in_favour.items]
    assert bodies == ["Argument un.", "Une autre voix.", "Argument deux.", "Argument trois."]


async def test_a_long_side_goes_on_after_its_cursor_without_loss_or_repetition(
    app: AppContext,
) -> None:
    page = await a_consultation(app)
    number = await a_proposal(app, page)
    people = [await a_person(app) for _ in range(4)]
    written = {
        (await a_comment(app, page, number, people[i % 4], body=f"Argument {i}.")).id
        for i in range(FIRST_SIZE + SIDE_SIZE + 7)
    }
    await a_comment(app, page, number, stance="against")
    begin = await read(app, page, number)
    assert begin.in_favour.total == FIRST_SIZE + SIDE_SIZE + 7
    assert len(begin.in_favour.items) == FIRST_SIZE
    search = ThreadSearch(side="for", cursor=begin.in_favour.next)
    second = await read(app, page, number, search)
    assert len(second.in_favour.items) == SIDE_SIZE
    search = ThreadSearch(side="for", cursor=second.in_favour.next)
    rest = await read(app, page, number, search)
    assert rest.against.items == ()
    assert rest.in_favour.next == ""
    ids = [item.id for part in (begin, second, rest) for item in part.in_favour.items]
    assert len(ids) == len(written)
    assert set(ids) == written


async def test_the_authority_s_people_are_marked_as_such(app: AppContext) -> None:
    page = await a_consultation(app)
    number = await a_proposal(app, page)
    async with request_context(app) as ctx:
        from deliberation.network.authorities.queries import authority_row

        authority = await authority_row(ctx, page.card.authority.slug)
    await a_comment(app, page, number, await a_member(app, authority, "agent"))
    await a_comment(app, page, number)
    marks = [item.from_authority for item in (await read(app, page, number)).in_favour.items]
    assert marks == [True, False]


async def test_a_deleted_author_leaves_an_empty_name(app: AppContext) -> None:
    from deliberation.network.people.commands import delete_account

    page = await a_consultation(app)
    number = await a_proposal(app, page)
    author = await a_person(app)
    await a_comment(app, page, number, author)
    async with request_context(app, author) as ctx:
        await delete_account(ctx)
    assert (await read(app, page, number)).in_favour.items[0].author == ""


async def test_many_replies_go_on_after_their_cursor_without_loss_or_repeat(
    app: AppContext,
) -> None:
    page = await a_consultation(app, proposals=(-5, 10))
    number, author = await a_proposal(app, page), await a_person(app)
    top = await a_comment(app, page, number, author)
    await a_comment(app, page, number, author, body="Un second argument, sans réponse.")
    said = [f"Réponse numéro {i}" for i in range(REPLIES + 3)]
    for body in said:
        await a_comment(app, page, number, body=body, parent=top.id)
    begin = await read(app, page, number)
    assert begin.in_favour.total == 2
    first, second = begin.in_favour.items
    assert (len(first.replies), second.more_replies) == (REPLIES, "")
    wish = ThreadSearch(side="for", parent=top.id, cursor=first.more_replies)
    rest = await read(app, page, number, wish)
    assert [one.id for one in rest.in_favour.items] == [top.id]
    last = rest.in_favour.items[0]
    assert [one.body for one in (*first.replies, *last.replies)] == said
    assert (last.more_replies, rest.against.items) == ("", ())
    with pytest.raises(Invalid):  # a cursor of replies is none of a side
        await read(app, page, number, ThreadSearch(side="for", cursor=first.more_replies))


async def test_totals_equal_what_they_count_whatever_happened(app: AppContext) -> None:
    """Of every text that any test of this run published, withdrew, hid or showed again."""
    page = await a_consultation(app, proposals=(-5, 10))
    author = await a_person(app)
    kept, taken = await a_proposal(app, page, author), await a_proposal(app, page, author)
    said = [await a_comment(app, page, kept, stance=stance) for stance in STANCES]
    async with request_context(app, author) as ctx:
        await withdraw(ctx, page.ref, await proposal_row(ctx, page.ref, taken))
    async with request_context(app) as ctx:
        await hide(ctx, said[0].id, "off_topic", "")
        await hide(ctx, said[1].id, "off_topic", "")
        assert await unhide(ctx, said[1].id) == "published"
    async with request_context(app) as ctx:
        totals = (await ctx.db.execute(_TOTALS, {"c": page.card.id})).all()
        untrue = (await ctx.db.execute(_UNTRUE)).all()
    assert [tuple(row) for row in totals] == [
        ("against", 1),
        ("for", 0),
        ("proposal", 1),
        ("question", 1),
    ]
    assert untrue == []


_TOTALS = text(
    "SELECT stance, count FROM stance_count JOIN subject ON subject.id = subject_id"
    " WHERE consultation_id = :c UNION ALL"
    " SELECT kind, count FROM published_count WHERE consultation_id = :c ORDER BY 1"
)
_UNTRUE = text(
    """
    SELECT 'published', consultation_id, kind, kept.count, there.count
    FROM published_count AS kept FULL JOIN (
        SELECT consultation_id, kind, count(*) FROM subject WHERE state = 'published'
            AND about_id IS NULL AND consultation_id IS NOT NULL GROUP BY 1, 2
        UNION ALL
        SELECT consultation_id, 'answer', count(*) FROM subject
        WHERE kind = 'proposal' AND answer <> '' AND state IN ('published', 'withdrawn') GROUP BY 1
    ) AS there USING (consultation_id, kind)
    WHERE coalesce(kept.count, 0) <> coalesce(there.count, 0)
    UNION ALL
    SELECT 'stance', subject_id, stance, kept.count, there.count
    FROM stance_count AS kept FULL JOIN (
        SELECT about_id AS subject_id, stance, count(*) FROM subject JOIN comment USING (id)
        WHERE state = 'published' AND stance IS NOT NULL GROUP BY 1, 2
    ) AS there USING (subject_id, stance)
    WHERE coalesce(kept.count, 0) <> coalesce(there.count, 0)
    """
)
