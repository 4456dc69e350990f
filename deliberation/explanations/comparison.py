"""Sentences that compare two counting methods: the first place that differs, and who moves."""

from deliberation.explanations.texts import by_method, quoted
from deliberation.i18n import formats
from deliberation.i18n.catalogue import mark as _
from deliberation.i18n.catalogue import translate
from voting.comparing import Difference, Move, difference
from voting.outcome import Outcome

SAME = _("Comptés autrement, les mêmes bulletins donnent le même premier rang.")
OTHER = _("Comptés autrement, les mêmes bulletins donnent un autre premier rang.")
NO_MOVE = _("Le classement est le même du premier au dernier rang.")
FIRST = _("Premier écart, au %(number)s rang : %(options)s %(method)s, %(others)s %(other)s.")
MOVE = _("%(option)s (du %(place)s au %(other)s rang)")
GAIN = _("Gagnent des places : %(moves)s.")
LOSE = _("Perdent des places : %(moves)s.")


def headline(lang: str, outcome: Outcome, other: Outcome) -> str:
    """Whether the other count puts the same options first."""
    same = set(outcome.winners) == set(other.winners)
    return translate(lang, SAME if same else OTHER)


def changes(lang: str, outcome: Outcome, other: Outcome) -> list[str]:
    """The first difference of the two rankings, then who gains and loses places; in places of
    the count that decides first.
    """
    found = difference(outcome, other)
    if found is None:
        return [translate(lang, NO_MOVE)]
    sentences = [_first(lang, found, outcome.method, other.method)]
    for text, rise in ((GAIN, True), (LOSE, False)):
        moves = [_move(lang, one) for one in found.moves if (one.other < one.place) == rise]
        if moves:
            sentences.append(translate(lang, text, moves=formats.joined(lang, moves)))
    return sentences


def _first(lang: str, found: Difference, method: str, other: str) -> str:
    here, there = (
        formats.joined(lang, [quoted(lang, name) for name in names])
        for names in (found.options, found.others)
    )
    return translate(
        lang,
        FIRST,
        number=formats.ordinal(lang, found.place),
        options=here,
        method=by_method(lang, method),
        others=there,
        other=by_method(lang, other),
    )


def _move(lang: str, move: Move) -> str:
    place, other = (formats.ordinal(lang, one) for one in (move.place, move.other))
    places = {"place": place, "other": other}
    return translate(lang, MOVE, option=quoted(lang, move.option), **places)
