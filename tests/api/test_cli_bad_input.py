"""`beffroi tally` on bad files: exit code 3, one sentence with the place, never a traceback."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.api.test_cli_counting import outcome_of
from tests.cli import beffroi_here

POINTS: dict[str, Any] = {
    "candidates": ["Parc", "Halle"],
    "points_per_voter": 10,
    "ballots": [
        {"count": 2, "points": {"Parc": 6, "Halle": 4}},
        {"points": {"Parc": 1, "Halle": 12}},
    ],
}
VOTES: dict[str, Any] = {
    "candidates": ["Parc", "Halle"],
    "ballots": [{"votes": {"Parc": 4, "Halle": 3}}, {"votes": {"Parc": -1, "Halle": 5}}],
}
RANKED: dict[str, Any] = {"candidates": ["A", "B"], "ballots": [{"ranking": [["A"], ["B"]]}]}
BUDGET: dict[str, Any] = {
    "candidates": ["A", "B"],
    "ballots": [{"approvals": ["A"]}],
    "budget": 100,
    "costs": {"A": 0, "B": 5},
}

# A file, the words of the request, and a part of what is said in French and in English.
BAD: list[tuple[Any, str, str, str]] = [
    ({**RANKED, "candidates": []}, "", "aucune option", "no option"),
    ({**RANKED, "candidates": ["A", "\u0410"]}, "", "se ressemblent trop", "look too alike"),
    ({**RANKED, "ballots": [{"count": -1, "ranking": []}]}, "", "négatif", "negative"),
    ({**RANKED, "ballots": [{"count": 1.5, "ranking": []}]}, "", "« 1.5 »", "“1.5”"),
    (json.dumps(RANKED).replace('"ballots"', '"seats": NaN, "ballots"'), "", "nan", "nan"),
    ({**RANKED, "seats": 0}, "--method stv_meek", "seats", "seats"),
    (BUDGET, "--method mes_pb", "costs: A", "costs: A"),
    ({**BUDGET, "costs": {"A": 5}}, "--method greedy_pb", "costs: B", "costs: B"),
    (VOTES, "--method quadratic", "bulletin n° 2", "ballot no. 2"),
    (VOTES, "--method cumulative", "donne -1 à « Parc »", "gives -1 to “Parc”"),
    ('{"candidates": ["A", "A"], "ballots": []}', "", "deux fois", "twice"),
    ('{"candidates": ["A"], "candidates": ["B"], "ballots": []}', "", "deux fois", "twice"),
]


@pytest.mark.parametrize(("content", "words", "french", "english"), BAD)
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_bad_file_is_refused_with_a_sentence(
    tmp_path: Path, lang: str, content: Any, words: str, french: str, english: str
) -> None:
    path = tmp_path / "bad.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content, indent=1))
    done = beffroi_here("tally", str(path), *words.split(), lang=lang)
    said = done.stderr.replace("\u202f", " ").replace("\u00a0", " ").replace("\u2212", "-")
    assert done.exit_code == 3, done.stderr
    assert (french if lang == "fr" else english) in said
    assert "bad.json" in said
    assert "Traceback" not in said
    assert done.stdout == ""


def test_points_are_counted_within_what_the_file_announces(tmp_path: Path) -> None:
    path = tmp_path / "points.json"
    path.write_text(json.dumps(POINTS))
    found = outcome_of(str(path))
    assert (found["method"], found["options"]) == ("cumulative", {"points_per_voter": "10"})
    assert found["scores"] == {"Parc": 12, "Halle": 8}
    assert (found["boxes"]["counted"], found["boxes"]["over_spent"]) == (2, 1)
    assert found["evidence"]["over_spent"] == {"3": 1}
    wider = outcome_of(str(path), "--option", "points_per_voter=13")
    assert wider["scores"] == {"Parc": 13, "Halle": 20}


def test_votes_are_counted_at_the_price_of_their_square_and_told(tmp_path: Path) -> None:
    path = tmp_path / "votes.json"
    path.write_text(json.dumps(VOTES))
    words = ["--method", "quadratic", "--option", "negative_votes=true", "--option", "credits=25"]
    found = outcome_of(str(path), *words)
    assert found["scores"] == {"Parc": 4, "Halle": 3}
    assert found["evidence"]["over_spent"] == {"1": 1}
    done = beffroi_here("tally", str(path), *words)
    assert done.exit_code == 0, done.stderr
    said = done.stdout.replace("\u202f", " ").replace("\u00a0", " ")
    assert "« Parc » arrive en tête au vote quadratique" in said
    assert "Crédits dépensés par les bulletins comptés : 25." in said
    assert "1 écarté, qui dépense trop de points" in said


def test_a_wrong_value_is_refused_with_the_valid_ones(tmp_path: Path) -> None:
    path = tmp_path / "votes.json"
    path.write_text(json.dumps(VOTES))
    done = beffroi_here(
        "tally", str(path), "--method", "quadratic", "--option", "negative_votes=yes"
    )
    assert done.exit_code == 2
    assert "false, true" in done.stderr
