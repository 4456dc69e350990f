"""Status sentences of a consultation at each moment of its life, and its timeline."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from deliberation.i18n.catalogue import NO_BREAK
from deliberation.i18n.formats import last_minute
from deliberation.process.consultations.phases import state
from deliberation.process.consultations.queries import PhaseView
from deliberation.process.consultations.standing import Held, standing
from deliberation.views.timeline.status import status
from deliberation.views.timeline.texts import badge, due_date, period, status_message

NOON = datetime(2027, 3, 10, 11, 0, tzinfo=UTC)  # a Wednesday, 12 h in Paris


def phases(**days: tuple[float, float]) -> list[PhaseView]:
    """Phases by kind, in days from now."""
    views = []
    for kind, (begin, end) in days.items():
        opens, closes = NOON + timedelta(days=begin), NOON + timedelta(days=end)
        view = PhaseView(uuid4(), kind, opens, closes, "")
        views.append(PhaseView(uuid4(), kind, opens, closes, state(view, NOON)))
    return sorted(views, key=lambda view: view.opens_at)


def told(*, lang: str = "fr", **days: tuple[float, float]) -> tuple[str, ...]:
    """The three sentences, no-break spaces made plain; nothing has been answered."""
    views = phases(**days)
    stands = standing(views, Held(), NOON)
    said = status_message(lang, status(views, stands), NOON, stands)
    return tuple(
        text.replace(NO_BREAK, " ").replace("\u202f", " ")
        for text in (said.now, said.until, said.next)
    )


def test_what_is_open_is_told_with_its_end_and_what_follows() -> None:
    assert told(proposals=(-2, 5), vote=(12, 20)) == (
        "Les propositions sont ouvertes.",
        "Jusqu’au lundi 15 mars 2027 à 12 h, heure de Paris (encore 5 jours).",
        "Le vote ouvrira le 22 mars 2027.",
    )


def test_the_vote_is_told_before_all_else_that_is_open() -> None:
    assert told(information=(-9, 9), discussion=(-3, 9), vote=(-1, 0.25))[:2] == (
        "Le vote est ouvert.",
        "Jusqu’au mercredi 10 mars 2027 à 18 h, heure de Paris (encore 6 heures).",
    )


def test_a_debate_that_outlasts_the_proposals_is_announced_before_the_vote() -> None:
    now, _, following = told(proposals=(-2, 5), discussion=(-2, 9), vote=(12, 20))
    assert now == "Les propositions et le débat sont ouverts."
    assert following == "Le débat continuera jusqu’au 19 mars 2027."


def test_before_between_and_after_the_phases() -> None:
    assert told(proposals=(3, 5)) == (
        "Cette consultation n’a pas encore commencé.",
        "",
        "Les propositions ouvriront le 13 mars 2027.",
    )
    assert told(proposals=(-5, -3), vote=(2, 4))[0] == "Rien n’est ouvert en ce moment."
    assert told(proposals=(-5, -3)) == ("Cette consultation est terminée.", "", "")


def test_the_next_answer_is_announced_with_both_dates() -> None:
    assert told(vote=(-1, 1), decision=(2, 20))[2] == (
        "La collectivité répondra entre le 12 mars 2027 et le 30 mars 2027."
    )


def test_dates_are_written_in_the_reader_s_language() -> None:
    assert "Monday 15 March 2027 at 12:00" in told(lang="en", proposals=(-2, 5))[1]


def test_an_end_at_midnight_is_told_as_the_last_minute_of_the_day() -> None:
    midnight = datetime(2027, 3, 11, 23, 0, tzinfo=UTC)  # 12 March, 0 h in Paris
    assert last_minute(midnight) == midnight - timedelta(minutes=1)
    assert last_minute(NOON) == NOON
    assert period("fr", NOON, midnight).replace(NO_BREAK, " ") == "du 10 mars au 11 mars 2027"


def test_a_period_across_the_new_year_names_both_years() -> None:
    text = period("fr", NOON - timedelta(days=90), NOON).replace(NO_BREAK, " ")
    assert text == "du 10 décembre 2026 au 10 mars 2027"


def carded(held: Held | None = None, **days: tuple[float, float]) -> tuple[str, str, str]:
    """A card's badge and its date, no-break spaces made plain."""
    views = phases(**days)
    date = due_date("fr", views, NOON).replace(NO_BREAK, " ")
    kind, words = badge("fr", views, standing(views, held or Held(), NOON))
    return kind, words.replace(NO_BREAK, " "), date


def test_a_card_tells_what_is_open_owed_or_answered_and_the_date_that_matters() -> None:
    over = {"vote": (-9, -2), "decision": (-1, 9)}
    assert carded(vote=(-1, 3), discussion=(-9, 9)) == ("open", "Vote ouvert", "Encore 3 jours")
    assert carded(proposals=(3, 9)) == ("soon", "Bientôt", "Ouvre le 13 mars 2027")
    assert carded(Held(polls=1, counted=1), **over) == (
        "soon",
        "Réponse attendue au plus tard le 19 mars 2027",
        "Participation close le 8 mars 2027",
    )
    counted = Held(polls=1, counted=1, to_votes=1)
    assert carded(counted, **over)[:2] == ("answered", "Réponse publiée")
    assert carded(proposals=(-9, -5), vote=(2, 4))[:2] == ("soon", "Entre deux étapes")
    assert carded(vote=(-9, -2))[:2] == ("closed", "Terminée")
