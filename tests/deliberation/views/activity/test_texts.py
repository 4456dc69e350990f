"""The public activity shows the events that have a sentence, and only those meant for everybody."""

from deliberation.i18n.catalogue import LANGUAGES
from deliberation.views.activity.texts import PUBLIC, ROOMS, activity_text

# Whatever is added here is shown to everybody, with its day.
FOR_EVERYBODY = {
    "AnnouncementChanged", "AnswerEdited", "AnswerPublished", "BallotsImported", "CodeGranted",
    "CodesIssued", "CommentPublished", "ConsultationCancelled", "ConsultationChanged",
    "ConsultationOpened", "ConsultationWithdrawn", "CountersignerNamed", "CountersignerRemoved",
    "ExtensionGranted", "MarkUndone", "MeasureLifted", "PaperAgreed", "PhaseDropped",
    "PhaseShortened", "PollChanged", "PollDrafted", "PollRemoved", "ProposalEdited",
    "ProposalPublished", "ProposalReinstated", "ProposalWithdrawn", "ResultPublished",
    "RollImported", "SlotKeyRenewed", "SubjectPublished", "TextHidden", "TextKept", "TextReleased",
    "TrusteeRegistered", "TrusteeRehearsed", "TrusteeRemoved", "VoterLookedUp",
}  # fmt: skip


def test_only_these_events_are_public() -> None:
    assert {event.__name__ for event in PUBLIC} == FOR_EVERYBODY


def test_a_sentence_stands_beside_its_event() -> None:
    for room in ROOMS:
        assert len({event.__module__ for event in room}) == 1


def test_one_and_many_are_said_in_each_language() -> None:
    for lang in LANGUAGES:
        for kind in FOR_EVERYBODY:
            assert "" not in (activity_text(lang, kind, 1), activity_text(lang, kind, 2))
    assert activity_text("fr", "CommentPublished", 2) == "2 messages publiés."
