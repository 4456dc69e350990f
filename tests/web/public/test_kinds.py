"""Pages and programs allow for each kind of subject what `KINDS` says, and nothing else."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import text

from deliberation.core.context import AppContext
from deliberation.followup.answers.commands import AnswerDraft, answer
from deliberation.process.consultations.queries import place_of
from deliberation.process.subjects.commands import add_subject
from deliberation.process.subjects.kinds import KINDS, SubjectRef, path_of
from tests.api.test_management import Program, program_of
from tests.builders import (
    a_comment,
    a_consultation,
    a_member,
    a_poll_row,
    a_proposal,
    a_result_row,
    request_context,
)
from tests.site import Visitor, VisitorOf

DECISION = {"decision": "accepted", "body": "Ce sera fait dans l’année qui vient."}
STATUS = {True: (200, 201), False: (404, 422)}
COMMENT = {"body": "Oui, volontiers.", "stance": "for"}

Try = Callable[[Visitor, Program, SubjectRef, str, str], Awaitable[int]]


async def _api(program: Program, method: str, slug: str, path: str, body: Any = None) -> int:
    sent = await program.send(method, f"/consultations/{slug}/{path}", body)
    return int(sent.status_code)


async def _follow(_: Visitor, program: Program, ref: SubjectRef, slug: str, __: str) -> int:
    return await _api(program, "PUT", slug, f"subjects/{ref.kind}/{ref.number}/follow")


async def _comment(_: Visitor, program: Program, ref: SubjectRef, slug: str, __: str) -> int:
    path = f"subjects/{ref.kind}/{ref.number}/comments"
    return await _api(program, "POST", slug, path, COMMENT)


async def _answer(_: Visitor, program: Program, ref: SubjectRef, slug: str, __: str) -> int:
    path = f"subjects/{ref.kind}/{ref.number}/answer"
    return await _api(program, "PUT", slug, path, DECISION)


async def _list(_: Visitor, program: Program, ref: SubjectRef, slug: str, __: str) -> int:
    return await _api(program, "GET", slug, f"subjects/{ref.kind}")


async def _get(_: Visitor, program: Program, ref: SubjectRef, slug: str, __: str) -> int:
    return await _api(program, "GET", slug, f"subjects/{ref.kind}/{ref.number}")


async def _report(_: Visitor, program: Program, ref: SubjectRef, slug: str, id_: str) -> int:
    body = {"subject": ref.kind, "subject_id": id_, "reason": "off_topic"}
    return await _api(program, "POST", slug, "reports", body)


async def _reporting_page(visitor: Visitor, _: Program, __: SubjectRef, slug: str, id_: str) -> int:
    return (await visitor.open(f"/fr/c/{slug}/signaler?argument={id_}")).status_code


async def _answering_page(visitor: Visitor, _: Program, ref: SubjectRef, slug: str, __: str) -> int:
    return (await visitor.open(f"/fr/elus{path_of(slug, ref)}/repondre")).status_code


async def _page(visitor: Visitor, _: Program, ref: SubjectRef, slug: str, __: str) -> int:
    if path_of(slug, ref) == f"/c/{slug}":
        return 404  # it has no page of its own
    return (await visitor.open(f"/fr{path_of(slug, ref)}")).status_code


async def _button(visitor: Visitor, _: Program, ref: SubjectRef, slug: str, __: str) -> int:
    await visitor.open(f"/fr{path_of(slug, ref)}")
    if f'action="/fr{path_of(slug, ref)}/suivre"' not in visitor.page.text:
        return 404
    await visitor.send("/suivre")
    return visitor.page.status_code


TRIES: list[tuple[str, Try]] = [
    ("path", _page),
    ("exported", _list),
    ("path", _get),
    ("followable", _button),
    ("followable", _follow),
    ("commentable", _comment),
    ("reportable", _report),
    ("reportable", _reporting_page),
    ("answerable", _answering_page),
    ("answerable", _answer),
]


@pytest.mark.parametrize("kind", KINDS)
async def test_pages_and_programs_do_what_a_kind_allows_and_nothing_else(
    app: AppContext, visitor_of: VisitorOf, kind: str
) -> None:
    page = await a_consultation(app, proposals=(-5, 5), vote=(-3, -1))
    proposal = SubjectRef("proposal", await a_proposal(app, page))
    await a_comment(app, page, proposal.number)
    await a_result_row(app, await a_poll_row(app, page))
    official = await a_member(app, page.card.authority, "official")
    if kind == "answer":
        async with request_context(app, official) as ctx:
            draft = AnswerDraft(decision="accepted", body=DECISION["body"])
            await answer(ctx, page.ref, proposal, draft)
    query = text("SELECT id, number FROM subject WHERE consultation_id = :id AND kind = :kind")
    async with request_context(app) as ctx:
        if KINDS[kind].plain:
            where = place_of(page.ref)
            await add_subject(ctx, kind, "Un titre", "Un texte.", 1, author_id=official.id, **where)
        found = (await ctx.db.execute(query, {"id": page.card.id, "kind": kind})).one()
    visitor: Visitor = await visitor_of(official)
    program = await program_of(visitor_of, official)
    done = {
        (facility, attempt.__name__): await attempt(
            visitor, program, SubjectRef(kind, found.number or 0), page.card.slug, str(found.id)
        )
        for facility, attempt in TRIES
    }
    wrong = {
        name: status
        for name, status in done.items()
        if status not in STATUS[bool(getattr(KINDS[kind], name[0]))]
    }
    assert not wrong, f"{kind}: {wrong}"
