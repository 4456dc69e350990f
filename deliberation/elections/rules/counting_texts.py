"""Sentences on the rules of a count: filling in the ballot, who comes first, how ties end."""

from deliberation.elections.methods.texts import (
    COMPLETION_LABELS,
    FILLED_IN,
    METHOD_LABELS,
    MISSING_LABELS,
    UNSCORED_LABELS,
    UTILITY_LABELS,
)
from deliberation.elections.polls.texts import Vote
from deliberation.explanations.methods import METHOD_TEXTS
from deliberation.i18n import formats
from deliberation.i18n.catalogue import label, translate
from deliberation.i18n.catalogue import mark as _
from deliberation.i18n.formats import translate_count
from voting.ballot_rules import ballot_rules
from voting.methods import METHODS

# Families of methods where a tie may also be about who leaves.
LEAVING = frozenset({"eliminations", "transferable", "committees"})


def how(lang: str, poll: Vote) -> list[str]:
    """Sentences: how to fill in the ballot, how it is read, who comes first, what else is shown."""
    rule = translate(lang, METHOD_TEXTS[poll.method].rule)
    sentences = [
        f"{filled_in(lang, poll)} {rule}",
        *_settings(lang, poll),
        *chosen_among(lang, poll),
    ]
    if left_out := silence(lang, poll):
        sentences.append(left_out)
    if poll.compared:
        beside = translate(
            lang,
            _(
                "Cette méthode décide seule. À titre de comparaison, les mêmes bulletins seront "
                "aussi comptés ainsi : %(method)s."
            ),
            method=label(lang, METHOD_LABELS, poll.compared),
        )
        if poll.approved_from:
            read = _("Les mentions à partir de « %(grade)s » y valent approbation.")
            grade = translate(lang, poll.approved_from)
            beside = f"{beside} {translate(lang, read, grade=grade)}"
        sentences.append(beside)
    return sentences


def filled_in(lang: str, poll: Vote) -> str:
    """Sentence on how to fill in the ballot."""
    rules = ballot_rules(poll.method, 0, settings=poll.method_options)
    key = "strict" if rules.strict else "credits" if rules.squared else rules.kind
    numbers = {"most": rules.most, "spends": formats.number(lang, rules.spends or 0)}
    return translate(lang, FILLED_IN[key], **numbers)


def chosen_among(lang: str, poll: Vote) -> list[str]:
    """Sentences on the number of seats, or on the budget; none where one option wins."""
    if poll.budget is not None:
        said = _(
            "L’enveloppe est de %(budget)s. Vous pouvez soutenir plus de projets qu’elle n’en "
            "paie : c’est le compte qui la partage."
        )
        return [translate(lang, said, budget=formats.euros(lang, poll.budget))]
    if poll.seats > 1:
        one, many = "%(num)s place est à pourvoir.", "%(num)s places sont à pourvoir."
        return [translate_count(lang, one, many, poll.seats)]
    return []


def silence(lang: str, poll: Vote) -> str:
    """Sentence on options that a voter does not judge; empty where no rule is needed."""
    missing = poll.method_options.get("missing")
    if missing is None:
        return ""
    if not poll.grades:
        return label(lang, UNSCORED_LABELS, missing)
    if missing == "worst":
        lowest = translate(lang, poll.grades[0].name)
        worst = _("Une option que vous n’évaluez pas compte comme « %(grade)s ».")
        return translate(lang, worst, grade=lowest)
    return label(lang, MISSING_LABELS, missing)


def seed(lang: str, poll: Vote) -> str:
    """Sentence on the seeded tie-breaking order, which is known before the vote."""
    return translate(
        lang,
        _(
            "Si des options restent à égalité, un ordre fixé avant le vote les départage. Il "
            "découle du texte « %(seed)s », que personne n’a choisi : chacune et chacun peut le "
            "recalculer."
        ),
        seed=poll.tie_seed,
    )


def passing(lang: str, poll: Vote) -> str:
    """Which of two equals passes, given that order."""
    family = METHODS[poll.method].family
    if family == "budgets":
        return translate(
            lang,
            _(
                "À égalité, le projet le moins cher passe d’abord, puis le plus soutenu, puis le "
                "plus haut de cette liste."
            ),
        )
    if family in LEAVING:
        return translate(
            lang,
            _(
                "À égalité pour la première place, l’option la plus haute de cette liste passe "
                "devant. À égalité pour l’élimination, c’est aussi elle qui est éliminée."
            ),
        )
    return translate(lang, _("L’option la plus haute de cette liste passe devant."))


def _settings(lang: str, poll: Vote) -> list[str]:
    """The method's settings that the ballot does not show."""
    chosen = poll.method_options
    sentences = []
    if "utility" in chosen:
        sentences.append(label(lang, UTILITY_LABELS, chosen["utility"]))
    if "completion" in chosen:
        step = formats.euros(lang, int(chosen.get("increment", "1")))
        completion = COMPLETION_LABELS[chosen["completion"]]
        sentences.append(translate(lang, completion, step=step))
    if chosen.get("quorum", "half") != "half":
        quorum = _("Il faut qu’au moins %(quorum)s bulletins la jugent.")
        sentences.append(
            translate(lang, quorum, quorum=formats.number(lang, int(chosen["quorum"])))
        )
    return sentences
