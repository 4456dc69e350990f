"""Event rows stored before a class was renamed are still read, grouped and worded."""

from uuid import UUID

import pytest
from sqlalchemy import text

from deliberation.core.context import AppContext
from deliberation.core.database import transaction
from deliberation.core.ids import new_id
from deliberation.journal.commands import events
from deliberation.journal.queries import public_events
from deliberation.views.activity.texts import PUBLIC, activity_text
from tests.builders import a_consultation, request_context
from tests.site import VisitorOf

# Every public kind that an installation of November 2026 had in its journal. Rows cannot be
# changed: a kind leaves this list only when a migration proves that no row can hold it.
STORED = (
    "AnnouncementChanged", "AnswerEdited", "AnswerPublished", "BallotsImported", "CodeGranted",
    "CodesIssued", "ConsultationCancelled", "ConsultationChanged", "ConsultationOpened",
    "ConsultationWithdrawn", "CountersignerNamed", "CountersignerRemoved", "ExtensionGranted",
    "MarkUndone", "MeasureLifted", "PaperAgreed", "PhaseDropped", "PhaseShortened", "PollChanged",
    "PollDrafted", "PollRemoved", "ProposalCommented", "ProposalEdited", "ProposalPublished",
    "ProposalReinstated", "ProposalWithdrawn", "ResultPublished", "RollImported", "SlotKeyRenewed",
    "TextHidden", "TextKept", "TextReleased", "TrusteeRegistered", "TrusteeRehearsed",
    "TrusteeRemoved", "VoterLookedUp",
)  # fmt: skip
RENAMED = {"ProposalCommented": "CommentPublished"}

_STORE = text(
    """
    INSERT INTO event (at, kind, authority_id, consultation_id, data)
    SELECT now(), :kind, authority_id, id, CAST(:data AS jsonb)
    FROM consultation WHERE id = :consultation
    """
)
# What was written beside the names then; readers of kinds must not need it.
_DATA = f'{{"proposal_id": "{new_id()}", "comment_id": "{new_id()}", "poll_id": "{new_id()}"}}'


@pytest.mark.parametrize("kind", STORED)
async def test_a_stored_public_event_is_read_by_its_name_of_today(
    app: AppContext, kind: str
) -> None:
    today = RENAMED.get(kind, kind)
    page = await a_consultation(app)
    async with request_context(app) as ctx:
        before = {
            one.kind: one.count for one in (await public_events(ctx, page.card.id, PUBLIC)).items
        }
    await _stored(app, kind, page.card.id)
    async with request_context(app) as ctx:
        found = {
            one.kind: one.count for one in (await public_events(ctx, page.card.id, PUBLIC)).items
        }
    assert found == {**before, today: before.get(today, 0) + 1}


async def test_the_activity_page_words_every_stored_public_event(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    page = await a_consultation(app)
    for kind in STORED:
        if kind != "ConsultationOpened":
            await _stored(app, kind, page.card.id)
    for lang in ("fr", "en"):
        visitor = await visitor_of(None)
        await visitor.open(f"/{lang}/c/{page.card.slug}/journal")
        for kind in STORED:
            sentence = activity_text(lang, RENAMED.get(kind, kind), 1)
            assert " ".join(sentence.split()) in visitor.text, kind


async def test_rows_of_both_names_are_counted_together(app: AppContext) -> None:
    page = await a_consultation(app)
    for kind in ("ProposalCommented", "CommentPublished", "ProposalCommented"):
        await _stored(app, kind, page.card.id)
    async with request_context(app) as ctx:
        found = {
            one.kind: one.count for one in (await public_events(ctx, page.card.id, PUBLIC)).items
        }
    assert found == {"ConsultationOpened": 1, "CommentPublished": 3}


def test_a_former_name_is_that_of_one_event_and_of_no_class() -> None:
    former = {name: event.__name__ for event in events() for name in event.former}
    assert former == RENAMED
    assert not set(former) & {event.__name__ for event in events()}


async def _stored(app: AppContext, kind: str, consultation_id: UUID) -> None:
    async with transaction(app.engine) as db:
        values = {"kind": kind, "data": _DATA, "consultation": consultation_id}
        await db.execute(_STORE, values)
