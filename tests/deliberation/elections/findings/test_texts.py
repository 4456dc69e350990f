"""Every claim, fault and bad file of a sealed vote has its sentence, in French and in English."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import deliberation.elections.sealed_protocol as sealed
import deliberation.elections.verification as verification
from deliberation.elections.counting.question import Question
from deliberation.elections.findings import texts as verification_texts
from deliberation.elections.findings.file_texts import ARCHIVES, UNREADABLE, bad_file
from deliberation.i18n.catalogue import LANGUAGES

# Of a receipt: those that hold, and those that are faults.
STATES = ("shown", "waiting", "forged", "missing")
SEALED = Path(str(sealed.__file__)).parent
VERIFICATION = Path(str(verification.__file__)).parent
CLI = SEALED.parents[2] / "api" / "cli"
# What stands in a sentence where a fault has nothing to say.
NUMBERS = ["number", "found", "had", "has", "said", "marks", "slots", "counted", "electors"]
NUMBERS += ["papers", "entries", "ballots", "voters", "needed", "trustees", "versions", "count"]
NUMBERS += ["line"]
VALUES: dict[str, Any] = dict.fromkeys(NUMBERS, 3)
VALUES |= dict.fromkeys(["kind", "hash", "reference", "name", "reason", "what"], "x")
VALUES |= {"winners": ["A", "B"], "names": ["Ana", "Bo"]}


def codes_of(*callables: str) -> Iterator[str]:
    """The literal first arguments that calls of these names are given."""
    for path in [path for room in (SEALED, VERIFICATION, CLI) for path in room.rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name not in callables:
                continue
            first = node.args[0]
            for branch in (first.body, first.orelse) if isinstance(first, ast.IfExp) else (first,):
                yield from _literals(branch)


def _literals(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    if isinstance(node, ast.JoinedStr):  # f"receipt-{state}"
        stem = "".join(str(one.value) for one in node.values if isinstance(one, ast.Constant))
        yield from (f"{stem}{state}" for state in STATES)


def test_what_is_searched_for_is_found() -> None:
    assert len(set(codes_of("Fault"))) > 20
    assert len(set(codes_of("NotABallotArchive"))) > 8
    assert len(set(codes_of("CannotOpen"))) > 5


def test_every_fault_has_a_sentence() -> None:
    holding = {"receipt-shown", "receipt-waiting"}
    assert set(codes_of("Fault", "NotASignature")) - holding <= set(verification_texts.FAULTS)


def test_every_claim_has_a_sentence() -> None:
    faulty = {"receipt-forged", "receipt-missing"}  # of these the claim is "receipt"
    assert set(codes_of("_finding", "Finding")) - faulty <= set(verification_texts.CLAIMS)


def test_every_bad_file_and_unreadable_ballot_has_a_reason() -> None:
    assert set(codes_of("NotABallotArchive")) <= set(ARCHIVES)
    assert set(codes_of("CannotOpen")) <= set(UNREADABLE)


def test_every_part_of_the_question_has_a_name() -> None:
    assert set(Question.__struct_fields__) <= set(verification_texts.WHAT)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_sentence_can_be_said(lang: str) -> None:
    for code in verification_texts.FAULTS:
        assert "%(" not in verification_texts.fault(lang, code, VALUES)
        assert code not in verification_texts.fault(lang, code, VALUES)
    for code in verification_texts.CLAIMS:
        for holds in (True, False):
            assert "%(" not in verification_texts.claim(lang, code, holds, VALUES)
    for code, (_, names) in ARCHIVES.items():
        assert "%(" not in bad_file(lang, code, *(3 for _ in names))


def test_a_fault_of_another_version_is_told_as_it_is() -> None:
    assert "new-fault" in verification_texts.fault("fr", "new-fault", {})
    assert "ballot-missing" in verification_texts.fault("en", "ballot-missing", {})
    assert bad_file("en", "new-code") == bad_file("en")


def test_counts_that_differ_say_what_is_counted() -> None:
    values = {"what": "marks", "said": 12, "found": 1311}
    said = (
        verification_texts.fault("fr", "close-differs", values)
        .replace("\u202f", " ")
        .replace("\u00a0", " ")
    )
    assert said == "Émargements en ligne : 12 annoncés, 1 311 trouvés."
