"""The answer owed to participants, over every combination of phases, votes and answers."""

from datetime import UTC, datetime, timedelta
from itertools import product
from uuid import uuid4

import pytest

from deliberation.followup.answers.texts import answered, owed
from deliberation.process.consultations.phases import state
from deliberation.process.consultations.queries import PhaseView
from deliberation.process.consultations.standing import (
    Held,
    Standing,
    days_late,
    promised,
    standing,
)
from deliberation.views.timeline.status import status, timeline
from deliberation.views.timeline.texts import StatusMessage, badge, status_message, timeline_texts

NOON = datetime(2027, 3, 10, 11, 0, tzinfo=UTC)  # a Wednesday, 12 h in Paris
# Each phase: absent, over, open or to come, in days from now.
WHEN = (None, (-9.0, -5.0), (-4.0, 4.0), (5.0, 9.0))
HELD = [
    Held(polls=polls, counted=counted, to_votes=votes, to_proposals=proposals, due=due)
    for polls, counted, votes in product(range(3), repeat=3)
    for proposals, due in product((0, 5), (0, 3))
    if votes <= counted <= polls
] + [Held(published=4), Held(published=4, to_proposals=1), Held(published=4, due=1)]


def phases(**days: tuple[float, float] | None) -> list[PhaseView]:
    views = []
    for kind, dates in days.items():
        if dates is not None:
            opens, closes = (NOON + timedelta(days=day) for day in dates)
            now = state(PhaseView(uuid4(), kind, opens, closes, ""), NOON)
            views.append(PhaseView(uuid4(), kind, opens, closes, now))
    return sorted(views, key=lambda view: view.opens_at)


def plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\u00a0", " ")


CALENDARS = [
    phases(proposals=proposals, vote=vote, decision=decision, follow_up=follow_up)
    for proposals, vote, decision, follow_up in product(WHEN, WHEN, WHEN, WHEN)
]


@pytest.mark.parametrize("held", HELD, ids=str)
def test_t2_t6_the_state_and_every_sentence_of_it_hold_over_all_combinations(held: Held) -> None:
    for views in CALENDARS:
        kinds = {view.kind: view for view in views}
        stands = standing(views, held, NOON)
        vote, proposals = kinds.get("vote"), kinds.get("proposals")
        asked = vote if vote and (held.polls or vote.state != "done") else proposals
        over = asked is not None and asked.state == "done"
        assert stands.about == ("vote" if asked is vote and vote else "proposals")
        left = held.polls - held.to_votes if stands.about == "vote" else held.due
        given = held.to_votes if stands.about == "vote" else held.to_proposals
        if stands.about == "proposals" and promised(views) and held.published and not given:
            left = max(left, 1)  # a date was promised, whatever was proposed
        if not over:
            assert stands.state == "none"
        elif left:
            assert stands.state in ("expected", "late")
        else:
            assert stands.state == ("answered" if given else "none")
        late = stands.state == "late"
        assert late is (stands.late > 0)
        assert not late or (stands.by is not None and stands.by <= NOON)
        assert stands.state != "expected" or stands.by is None or stands.by > NOON
        _the_sentences_agree(views, stands)


def _the_sentences_agree(views: list[PhaseView], stands: Standing) -> None:
    head = status_message("fr", status(views, stands), NOON, stands)
    kind, words = badge("fr", views, stands)
    steps = timeline_texts("fr", timeline(views, stands), stands)
    late, due = stands.state == "late", stands.state in ("expected", "late")
    open_ = any(v.state == "open" and v.kind in ("vote", "proposals") for v in views)
    if not open_:
        assert ("a répondu" in head.now) is (stands.state == "answered")
        assert ("retard" in plain(head.until)) is late
        assert (head.until != "") is due
        assert (kind == "due") is late
        assert ("Réponse publiée" in words) is (
            stands.state == "answered" and not all(v.state == "promised" for v in views)
        )
    assert not any(step.state == "due" for step in steps) or late, "never red before the date"
    assert (owed("fr", stands) != "") is due
    assert all("%" not in text for text in (*head_texts(head), words, *answered("fr", stands)))


def states(views: list[PhaseView], stands: Standing) -> list[str]:
    return [step.state for step in timeline(views, stands)]


def head_texts(head: StatusMessage) -> tuple[str, str, str]:
    return head.now, head.until, head.next


def test_t2_answers_to_proposals_are_not_the_answer_to_the_vote() -> None:
    views = phases(proposals=(-20, -12), vote=(-9, -2), decision=(-2, 34.5))
    stands = standing(views, Held(polls=1, counted=1, to_proposals=5), NOON)
    head = status_message("fr", status(views, stands), NOON, stands)
    assert plain(head.now) == (
        "La participation est terminée : la collectivité prépare sa réponse."
    )
    assert plain(head.until) == (
        "5 réponses à des propositions ; réponse au vote attendue au plus tard le 14 avril 2027."
    )
    assert plain(badge("fr", views, stands)[1]) == "Réponse attendue au plus tard le 14 avril 2027"
    assert states(views, stands) == ["done", "done", "now"]


def test_t6_late_only_after_the_date_and_with_the_days() -> None:
    views = phases(vote=(-9, -5), decision=(-5, -3))
    stands = standing(views, Held(polls=1, counted=1), NOON)
    assert stands.late == 3
    assert badge("fr", views, stands)[0] == "due"
    assert plain(badge("fr", views, stands)[1]) == "Réponse en retard de 3 jours"
    assert plain(owed("fr", stands)) == (
        "Réponse au vote en retard de 3 jours, promise pour le 7 mars 2027."
    )
    assert states(views, stands)[-1] == "due"


def test_t6_a_date_at_midnight_is_late_from_the_next_morning() -> None:
    midnight = datetime(2027, 3, 10, 23, 0, tzinfo=UTC)  # 11 March, 0 h in Paris
    assert days_late(midnight, midnight - timedelta(seconds=1)) == 0
    assert days_late(midnight, midnight) == 1
    assert days_late(midnight, midnight + timedelta(hours=30)) == 2
    assert days_late(None, NOON) == 0


def test_t2_a_decision_before_the_vote_promises_nothing_about_it() -> None:
    assert promised(phases(decision=(-20, -15), vote=(-9, -2))) is None
    assert promised(phases(vote=(-9, -2), decision=(-1, 4))) == NOON + timedelta(days=4)


def test_t2_a_vote_without_a_question_leaves_the_proposals_owed() -> None:
    views = phases(proposals=(-20, -12), vote=(-9, -2))
    stands = standing(views, Held(due=2), NOON)
    assert (stands.about, stands.state, stands.waiting) == ("proposals", "expected", 2)
    assert plain(owed("fr", stands)) == "Réponse attendue à 2 propositions."


def test_t2_a_count_that_waits_is_not_an_answer_that_is_due() -> None:
    views = phases(vote=(-9, -2), decision=(-2, 9))
    stands = standing(views, Held(polls=2, counted=1), NOON)
    assert badge("fr", views, stands) == ("progress", "Dépouillement en cours")
    assert states(views, stands) == ["wait", "now"]
