"""tally --compare: what another method would change, and where, in words and as JSON."""

from typing import Any

import click

from api.cli.support import language
from deliberation.explanations import comparison
from deliberation.i18n.catalogue import in_language
from voting.tally import Comparison


def compared_document(compared: Comparison) -> list[dict[str, Any]]:
    """Each other method: its outcome in short, and where it differs from the deciding one."""
    first, *others = compared.outcomes.values()
    return [
        {
            "method": other.method,
            "options": other.options,
            "winners": other.winners,
            "committees": other.committees,
            "ranking": other.ranking,
            "same_winners": set(other.winners) == set(first.winners),
            "first_difference": compared.differences[other.method],
            "read_as": compared.read_as.get(other.method),
        }
        for other in others
    ]


def show_compared(compared: Comparison) -> None:
    """For each other method: whether the first place changes, the first difference, who moves."""
    lang = language()
    _ = in_language(lang)
    first, *others = compared.outcomes.values()
    for other in others:
        click.echo("\n" + _("Avec une autre méthode : %(method)s", method=other.method))
        click.echo(comparison.headline(lang, first, other))
        for sentence in comparison.changes(lang, first, other):
            click.echo(sentence)
