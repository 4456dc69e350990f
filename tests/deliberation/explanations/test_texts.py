"""Every message of a count has its sentence, with all its numbers, in every language."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import voting
from deliberation.explanations.ballots import BALLOT_COUNTS
from deliberation.explanations.invalid_files import INVALID, invalid, passed_over
from deliberation.explanations.methods import METHOD_TEXTS
from deliberation.explanations.plural import Plural
from deliberation.explanations.texts import (
    SENTENCES,
    WITHOUT,
    explain_outcome,
    explain_sentence,
    short_number,
)
from deliberation.i18n.catalogue import NARROW, NO_BREAK
from deliberation.i18n.formats import ordinal
from tests.voting import ballot_builders
from voting.explain import MESSAGES, explain_loss
from voting.formats import own
from voting.formats.election import Note
from voting.invalid import REASONS, InvalidBallots
from voting.methods import METHODS
from voting.outcome import BallotCounts, Outcome, Sentence
from voting.records.documents import as_document, from_document
from voting.tally import tally
from voting.ties import by_order

GAP = re.compile(r"%\((\w+)\)s")


def plain(text: str) -> str:
    """Without no-break spaces."""
    return text.replace(NARROW, " ").replace(NO_BREAK, " ")


def texts(entry: str | Plural) -> list[str]:
    """The wordings of an entry of the table."""
    return [entry] if isinstance(entry, str) else [entry.one, entry.many]


def counted(
    document: dict[str, Any], method: str, options: Mapping[str, str] | None = None
) -> Outcome:
    """The outcome of ballots written as in a file."""
    return ballot_builders.counted(own.read(json.dumps(document)).ballots, method, options)


def ranked(*ballots: tuple[int, str], options: str = "ABCD") -> dict[str, Any]:
    """Rankings by letters: `(5, "ABC")`."""
    rows = [{"count": count, "ranking": [[name] for name in order]} for count, order in ballots]
    return {"candidates": list(options), "ballots": rows}


CYCLE = ranked((5, "ABCD"), (4, "BCDA"), (3, "CADB"))


@pytest.mark.parametrize("message", sorted(MESSAGES))
def test_every_message_is_worded_with_all_its_values_and_no_other(message: str) -> None:
    if message == "step.ballots":
        assert (
            set(BALLOT_COUNTS)
            == {*MESSAGES[message]} - {"received"}
            == {*BallotCounts.__struct_fields__}
        )
        return
    for text in texts(SENTENCES[message]):
        assert set(GAP.findall(text)) == set(MESSAGES[message]), text


def test_no_wording_is_left_without_its_message() -> None:
    assert set(SENTENCES) == set(MESSAGES) - {"step.ballots"}
    for message, (value, text) in WITHOUT.items():
        assert {value, *GAP.findall(text)} <= set(MESSAGES[message])
    for message, entry in SENTENCES.items():
        assert isinstance(entry, str) or entry.by in MESSAGES[message]


def test_every_method_has_its_name_inside_a_sentence() -> None:
    assert set(METHOD_TEXTS) == set(METHODS)


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("method", sorted(METHODS))
def test_an_outcome_of_every_method_is_told_whole(lang: str, method: str) -> None:
    documents = {
        "rankings": CYCLE,
        "approvals": {
            "candidates": ["A", "B", "C"],
            "ballots": [{"count": 3, "approvals": ["A", "B"]}, {"count": 2, "approvals": ["B"]}],
        },
        "scores": {
            "candidates": ["A", "B", "C"],
            "ballots": [{"count": 3, "scores": {"A": 5, "B": 4}}, {"scores": {"B": 3, "C": 1}}],
        },
        "grades": {
            "grades": ["Passable", "Bien", "Excellent"],
            "tallies": {"A": [2, 3, 4], "B": [3, 3, 3], "C": [9, 0, 0], "D": [9, 0, 0]},
            "judges": 9,
        },
        "points": {
            "candidates": ["A", "B", "C"],
            "ballots": [{"count": 3, "points": {"A": 5, "B": 4}}, {"points": {"B": 3, "C": 1}}],
        },
    }
    outcome = counted(documents[METHODS[method].ballot], method)
    told = explain_outcome(lang, outcome)
    reasons = [
        explain_sentence(lang, said)
        for name in outcome.scores
        for said in explain_loss(outcome, name)
    ]
    for sentence in [told[0], *told[1], *told[2], *reasons]:
        assert sentence
        assert "%(" not in sentence
        assert "None" not in sentence


def test_an_outcome_read_back_from_storage_tells_the_same() -> None:
    outcome = counted(CYCLE, "schulze")
    stored = from_document(as_document(outcome))
    assert explain_outcome("fr", stored) == explain_outcome("fr", outcome)


def test_a_cycle_is_told_by_its_chains_of_contests() -> None:
    outcome = counted(CYCLE, "schulze")
    headline, reasons, _ = explain_outcome("fr", outcome)
    assert plain(headline) == (
        "« A » arrive en tête selon la méthode de Schulze, sur 12 bulletins reçus."
    )
    assert "A > B" in reasons[0]
    assert "B > C > A, qui vaut 7" in reasons[0]
    told = plain(" ".join(explain_sentence("fr", said) for said in explain_loss(outcome, "C")))
    assert "En duel direct, « C » bat « A » : 7 voix contre 5." in told


def test_the_middle_mentions_removed_are_counted_in_the_sentence() -> None:
    document = {
        "grades": ["Passable", "Bien", "Excellent"],
        "tallies": {"Parc": [2, 3, 4], "Gymnase": [3, 3, 3]},
        "judges": 9,
    }
    _, reasons, _ = explain_outcome("fr", counted(document, "majority_judgment"))
    assert plain(reasons[0]) == (
        "La mention majoritaire de « Parc » est « Bien » : 7 jugements sur 9, soit plus de la "
        "moitié, lui donnent cette mention ou mieux."
    )
    assert "On retire une à une les mentions du milieu" in reasons[1]
    assert "« Excellent » pour « Parc »" in plain(reasons[1])


@pytest.mark.parametrize(
    ("ballots", "words"), [((1, "A"), "1 bulletin reçu."), ((2, "A"), "2 bulletins reçus.")]
)
def test_one_ballot_is_singular(ballots: tuple[int, str], words: str) -> None:
    headline, _, _ = explain_outcome("fr", counted(ranked(ballots), "plurality"))
    assert plain(headline).endswith(words)


def test_an_unresolved_tie_and_an_order_that_resolves_it_are_told() -> None:
    document = ranked((2, "AB"), (2, "BA"), (1, "C"), options="ABC")
    headline, reasons, _ = explain_outcome("fr", counted(document, "instant_runoff"))
    assert "« A » et « B » arrivent en tête à égalité" in plain(headline)
    assert "aucune règle ne les départage" in reasons[-1]
    ballots = own.read(json.dumps(document)).ballots
    settled = tally(ballots, "instant_runoff", ties=by_order(["B", "A", "C"]))
    _, reasons, _ = explain_outcome("fr", settled)
    assert "l’ordre publié avant le comptage les départage" in reasons[-2]
    assert "Avec un autre ordre entre « A » et « B »" in plain(reasons[-1])


def test_no_ballot_and_only_blank_ballots_have_their_words() -> None:
    headline, _, steps = explain_outcome("fr", counted(ranked(), "schulze"))
    assert "Aucun bulletin n’a été reçu" in headline
    assert steps[0] == "Aucun bulletin reçu."
    blank = {"candidates": ["A", "B"], "grades": ["Bien"], "ballots": [{"count": 3, "grades": {}}]}
    _, reasons, steps = explain_outcome("fr", counted(blank, "majority_judgment"))
    assert plain(reasons[0]) == "Personne n’a donné de mention à « A »."
    assert plain(steps[0]) == "3 bulletins reçus : 3 blancs."


def test_ballots_that_are_all_counted_are_told_in_two_words() -> None:
    _, _, steps = explain_outcome("fr", counted(CYCLE, "schulze"))
    assert plain(steps[0]) == "12 bulletins reçus, tous comptés."


def test_grades_of_the_ballot_are_told_in_the_readers_language() -> None:
    said = Sentence(
        "why_not.majority_judgment.grades",
        {"above": "A", "below": "B", "above_grade": "Bien", "below_grade": "Passable"},
    )
    assert "« Bien »" in plain(explain_sentence("fr", said))


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (1234, "1 234"),
        ("7/2", "3,5"),
        ("70/17", "70/17"),
        ("5/4", "1,25"),
        ("433333/100000", "4,33333"),
        ("4333333333/1000000000", "≈ 4,333"),
        ("924570/143", "≈ 6 465,524"),
        ("-60000/11", "≈ −5 454,545"),
    ],
)
def test_numbers_stay_exact_until_their_exact_form_is_long(value: int | str, words: str) -> None:
    assert plain(short_number("fr", value)) == words


def test_ranks_are_ordinals() -> None:
    assert [ordinal("fr", n) for n in (1, 2, 11)] == ["1er", "2e", "11e"]
    assert [ordinal("en", n) for n in (1, 2, 3, 4, 11, 22)] == [
        "1st",
        "2nd",
        "3rd",
        "4th",
        "11th",
        "22nd",
    ]


def test_every_reason_to_refuse_a_file_has_its_sentence() -> None:
    assert set(INVALID) == set(REASONS)
    for code, values in REASONS.items():
        assert set(GAP.findall(INVALID[code])) <= set(values), code


def test_every_code_that_the_counting_raises_is_in_the_table() -> None:
    found: set[str] = set()
    for path in Path(voting.__file__).parent.rglob("*.py"):
        text = path.read_text()
        found |= set(re.findall(r'(?:InvalidBallots|Note)\(\s*"(\w+)"', text))
        found |= set(re.findall(r'reason="(\w+)"', text))
    assert len(found) > 40
    assert found <= set(INVALID)


def test_a_refused_file_is_told_with_its_line_and_column() -> None:
    error = InvalidBallots("bad_number", line=3, column=7, found="x")
    assert plain(invalid("fr", error, "vote.blt")) == (
        "vote.blt, ligne 3, colonne 7 : un nombre entier est attendu, et non « x »."
    )
    unknown = InvalidBallots("unknown_method", name="magic", valid=["approval", "schulze"])
    assert "approval, schulze" in invalid("fr", unknown)
    note = Note("repeated_option", 4, {"name": "2"})
    assert "ligne 4" in passed_over("fr", note, "vote.blt")
