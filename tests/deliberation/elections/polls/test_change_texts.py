"""Changes of an announced vote are worded, whatever its method."""

from typing import Any, NamedTuple

import pytest

from deliberation.elections.methods.offered import OFFERED, fields_of
from deliberation.elections.polls import commands
from deliberation.elections.polls.change_texts import FIELDS, ChangeLine, change_lines
from deliberation.elections.polls.commands import ANNOUNCED, OptionDraft, PollDraft
from voting.methods import METHODS


class Changed(NamedTuple):
    """A field with what it said and what it says."""

    field: str
    before: Any
    after: Any


def test_every_announced_field_has_a_name() -> None:
    assert {*ANNOUNCED, "options"} <= {*FIELDS}


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("method", OFFERED)
def test_the_settings_of_every_method_are_said_in_words(lang: str, method: str) -> None:
    budget = 90_000 if METHODS[method].needs == "budget" else None
    options = [OptionDraft(title="Halle"), OptionDraft(title="Jardin")]
    draft = PollDraft(question="Que faire ?", method=method, options=options, budget=budget)
    chosen = commands._settings(draft)
    (line,) = change_lines(lang, 1, [Changed("method_options", {}, chosen)])
    assert bool(line.after) is bool(chosen)
    assert bool(chosen) is bool(fields_of(method) - {"seats", "budget", "costs"})
    assert "%(" not in line.after


def test_budgets_and_costs_are_euros() -> None:
    changes = [
        Changed("budget", None, 90_000),
        Changed("seats", 1, 3),
        Changed("options", [["Halle", "Bois"]], [["Halle", "Bois", 40_000], ["Jardin", ""]]),
    ]
    plain = [
        ChangeLine(*(part.replace("\u202f", " ").replace("\u00a0", " ") for part in line))
        for line in change_lines("fr", 0, changes)
    ]
    assert plain == [
        ChangeLine("Enveloppe à partager", "", "90 000 €"),
        ChangeLine("Places à pourvoir", "1", "3"),
        ChangeLine("Options", "Halle – Bois", "Halle – Bois – 40 000 € ; Jardin"),
    ]
