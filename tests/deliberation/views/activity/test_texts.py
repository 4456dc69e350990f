"""The public activity words exactly what its events say is public."""

import deliberation.jobs  # noqa: F401 - every room with events
from deliberation.i18n.catalogue import LANGUAGES
from deliberation.journal.commands import events
from deliberation.views.activity.texts import ROOMS, TEXTS, activity_text


def test_every_public_event_has_its_sentence_and_no_other_has_one() -> None:
    assert set(TEXTS) == {event.__name__ for event in events() if event.public}


def test_a_sentence_stands_beside_its_event() -> None:
    for room in ROOMS:
        assert len({event.__module__ for event in room}) == 1


def test_one_and_many_are_said_in_each_language() -> None:
    for lang in LANGUAGES:
        for kind in TEXTS:
            assert "" not in (activity_text(lang, kind, 1), activity_text(lang, kind, 2))
    assert activity_text("fr", "CommentPublished", 2) == "2 messages publiés."
