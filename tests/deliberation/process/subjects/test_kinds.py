"""One table says what each kind of subject allows; everything else agrees with it."""

from typing import get_args

import pytest

from deliberation import tables
from deliberation.core.context import AppContext
from deliberation.core.database import Row
from deliberation.core.errors import NotFound
from deliberation.followup.answers.commands import AnswerDraft, answer
from deliberation.process.comments.commands import CommentDraft, comment
from deliberation.process.subjects.kinds import KINDS, Reportable, SubjectRef, path_of, that
from tests.builders import a_comment, a_consultation, a_member, a_proposal, request_context

assert tables.TABLES


def test_programs_name_the_kinds_that_the_table_allows() -> None:
    assert list(get_args(Reportable)) == that("reportable")


def test_each_kind_has_a_table_of_its_own_that_shares_the_subjects_id() -> None:
    for kind, allowed in KINDS.items():
        assert (kind in Row.metadata.tables) is not allowed.plain
        if not allowed.plain:
            (key,) = Row.metadata.tables[kind].c.id.foreign_keys
            assert key.target_fullname == "subject.id"


def test_what_can_be_followed_or_answered_has_a_page() -> None:
    for kind in {*that("followable"), *that("answerable"), *that("commentable")}:
        assert path_of("x", SubjectRef(kind, 7)).startswith("/c/x/")


async def test_what_a_kind_does_not_allow_is_refused(app: AppContext) -> None:
    page = await a_consultation(app)
    number = await a_proposal(app, page)
    await a_comment(app, page, number)
    official = await a_member(app, page.card.authority, "official")
    for kind in KINDS:
        ref = SubjectRef(kind, 99 if KINDS[kind].commentable else number)
        async with request_context(app, official) as ctx:
            with pytest.raises(NotFound):
                await comment(ctx, page.ref, ref, CommentDraft(body="Oui, mais.", stance="for"))
        ref = SubjectRef(kind, 99 if KINDS[kind].answerable else number)
        draft = AnswerDraft(decision="accepted", body="Ce sera fait dans l’année.")
        async with request_context(app, official) as ctx:
            with pytest.raises(NotFound):
                await answer(ctx, page.ref, ref, draft)
