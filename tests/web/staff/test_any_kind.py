"""The team's pages answer and moderate any kind of subject that `KINDS` allows."""

from typing import Any

import msgspec
import pytest

from deliberation.core.context import AppContext
from deliberation.process.consultations.queries import place_of
from deliberation.process.moderation.commands import Decision, ReportDraft, decide, report
from deliberation.process.moderation.texts import SUBJECT_LABELS
from deliberation.process.subjects.commands import add_subject
from deliberation.process.subjects.kinds import KINDS, path_below, that
from tests.builders import a_consultation, a_member, a_person, request_context
from tests.web.access import ACCESS


def test_each_kind_has_a_label_for_moderators() -> None:
    assert set(KINDS) <= set(SUBJECT_LABELS)


def test_each_answerable_kind_has_its_answer_form() -> None:
    for kind in that("answerable"):
        path = "/fr/elus/c/{slug}" + path_below(kind, "{number}") + "/repondre"
        assert ACCESS[f"GET {path}"] == ACCESS[f"POST {path}"] == "official"


async def test_moderators_read_a_text_by_its_own_name_and_page(
    app: AppContext, visitor_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind: Any = "answer"  # a kind of the schema that nobody reports: here it can be
    reportable = msgspec.structs.replace(KINDS[kind], reportable=True, path="/recits/{number}")
    monkeypatch.setitem(KINDS, kind, reportable)
    page = await a_consultation(app)
    author, reader = await a_person(app), await a_person(app)
    place = place_of(page.ref)
    async with request_context(app, author) as ctx:
        words = ("Le récit du quai", "Nous y venions en barque.")
        subject = await add_subject(ctx, kind, *words, 7, author_id=author.id, **place)
    async with request_context(app, reader) as ctx:
        wish = ReportDraft(subject=kind, subject_id=subject, reason="off_topic")
        await report(ctx, page.ref, wish)
    moderator = await a_member(app, page.card.authority, "administrator")
    visitor = await visitor_of(moderator)
    inbox = f"/fr/gestion/a/{page.card.authority.slug}/signalements"
    await visitor.open(inbox)
    assert ">Le récit du quai</a>" in visitor.page.text
    for below in ("", "/suspendre"):
        await visitor.open(f"{inbox}/{subject}{below}")
        assert f'href="/fr/c/{page.card.slug}/recits/7"' in visitor.page.text
        assert "roposition" not in visitor.page.text.partition("<main")[2].partition("</main")[0]
    async with request_context(app, moderator) as ctx:
        decision = Decision(subject=kind, subject_id=subject, decision="kept")
        await decide(ctx, page.card.authority.id, decision)
    await visitor.open(f"/fr/c/{page.card.slug}/moderation")
    assert "<span>Texte</span>" in visitor.page.text
