"""The rules of a consultation, derived from its phases and its votes: chapters of sentences.

Nothing is said of what the consultation does not have: no moderation where nobody can write, no
e-mail address where none is asked for. Pure: kinds of phases and polls in, chapters out.
"""

from collections.abc import Callable, Collection, Sequence
from itertools import groupby
from typing import Any, Protocol

import msgspec

from deliberation.elections.methods.texts import METHOD_LABELS
from deliberation.elections.polls import texts as votes
from deliberation.elections.polls.label_texts import IMPORT_LABELS
from deliberation.elections.rules import counting_texts
from deliberation.explanations.texts import quoted
from deliberation.i18n import formats
from deliberation.i18n.catalogue import label, translate
from deliberation.i18n.catalogue import mark as _
from deliberation.process.moderation.texts import REASON_LABELS


class PollQuestion(votes.Vote, Protocol):
    """A poll with the question it asks."""

    @property
    def question(self) -> str: ...


class Chapter(msgspec.Struct, frozen=True, kw_only=True):
    """A chapter or a part of one: paragraphs, then a list, then its parts."""

    code: str
    title: str
    sentences: list[str] = []
    points: list[str] = []
    parts: list["Chapter"] = []


ACCOUNTS = frozenset({"email", "roll"})  # who votes so has an account, by an e-mail address
MAILED = frozenset({"email"})  # these voters get the result by mail

RIGHTS: dict[str, str] = {
    "information": _("S’informer. Rien n’est encore demandé."),
    "proposals": _("Proposer, soutenir et argumenter."),
    "discussion": _("Soutenir et argumenter."),
    "vote": _("Voter, et changer son vote jusqu’à la clôture."),
    "decision": _("La collectivité prépare et publie sa réponse."),
    "follow_up": _("La collectivité rend compte de ce qu’elle fait."),
}


class Asked(msgspec.Struct, frozen=True):
    """Kinds of participation in a consultation: writing, voting, and the votes held here."""

    writing: bool
    voting: bool
    live: list[PollQuestion]


def asked(kinds: Collection[str], polls: Sequence[PollQuestion]) -> Asked:
    """Kinds of participation, from the existing phases and polls."""
    live = [poll for poll in polls if poll.source == "live"]
    return Asked("proposals" in kinds, bool(live) or ("vote" in kinds and not polls), live)


def consultation_rules(
    lang: str, authority: str, kinds: Collection[str], polls: Sequence[PollQuestion]
) -> list[Chapter]:
    """All chapters, in order; the page adds the promise, the dates and the addresses."""
    what = asked(kinds, polls)
    found = [_deciding(lang, authority, what), _taking_part(lang, what), _dates(lang, what)]
    if what.writing:
        found.append(_proposals(lang))
    if polls:
        found.append(_votes(lang, polls, what.live))
    if what.writing:
        found.append(_moderation(lang))
    if what.writing or what.voting:
        found.append(_follow_up(lang, what))
    return [*found, _data(lang, what)]


def right(lang: str, kind: str, kinds: Collection[str]) -> str:
    """Sentence on what people can do while a phase is open, given the other phases."""
    if kind == "discussion" and "proposals" not in kinds:
        return translate(lang, _("S’informer : sans propositions, rien n’est à débattre ici."))
    return translate(lang, RIGHTS[kind])


def _deciding(lang: str, authority: str, what: Asked) -> Chapter:
    who = _("%(authority)s organise cette consultation et prend la décision.")
    sentences = [translate(lang, who, authority=authority)]
    if what.writing or what.voting:
        advice = _(
            "L’avis recueilli ici éclaire la décision. Il ne remplace ni un référendum local ni "
            "une enquête publique."
        )
        sentences.append(translate(lang, advice))
    title = translate(lang, _("Qui consulte, qui décide"))
    return Chapter(code="deciding", title=title, sentences=sentences)


def _taking_part(lang: str, what: Asked) -> Chapter:
    sentences = [_("Lire ne demande aucune inscription.")]
    if what.writing:
        sentences += [
            _(
                "Pour proposer, soutenir ou argumenter, il suffit de recevoir un code à son "
                "adresse électronique."
            ),
            _(
                "Ni l’âge, ni l’identité, ni le lieu d’habitation des personnes qui écrivent ne "
                "sont vérifiés. Une personne qui a plusieurs adresses peut participer plusieurs "
                "fois : les soutiens sont à lire avec cette limite."
            ),
        ]
    if what.voting and not what.live:
        sentences.append(
            _(
                "La question du vote n’est pas encore écrite : qui pourra voter, comment les "
                "bulletins seront comptés et ce qui sera protégé seront dits ici."
            )
        )
    if not what.writing and not what.voting:
        sentences.append(_("Rien d’autre n’est demandé ici."))
    parts = [
        Chapter(
            code="who",
            title=named or translate(lang, _("Pour voter")),
            sentences=votes.who(lang, group[0]),
        )
        for group, named in _alike(lang, what.live, lambda poll: (poll.eligibility,))
    ]
    title = translate(lang, _("Qui peut participer"))
    return Chapter(code="taking-part", title=title, sentences=_worded(lang, sentences), parts=parts)


def _dates(lang: str, what: Asked) -> Chapter:
    sentences = [
        _("Les heures sont celles de Paris. Une étape ferme à l’heure exacte, sans délai de grâce.")
    ]
    if what.writing:
        sentences.append(_("Un texte envoyé après n’est pas publié, et la page le dit."))
    if what.voting:
        sentences.append(_("Un vote envoyé après n’est pas compté, et la page le dit."))
    title = translate(lang, _("Les dates"))
    return Chapter(code="dates", title=title, sentences=[" ".join(_worded(lang, sentences))])


def _proposals(lang: str) -> Chapter:
    points = [
        _(
            "Une proposition peut être modifiée par la personne qui l’a écrite jusqu’à la fin de "
            "la phase de "
            "propositions. Chaque version publiée reste lisible."
        ),
        _("Chaque personne soutient une proposition une seule fois, et peut retirer son soutien."),
        _(
            "Les propositions sont affichées dans un ordre tiré au hasard, sauf si vous en "
            "choisissez un autre."
        ),
    ]
    title = translate(lang, _("Les propositions et les soutiens"))
    return Chapter(code="proposals", title=title, points=_worded(lang, points))


def _votes(lang: str, polls: Sequence[PollQuestion], live: Sequence[PollQuestion]) -> Chapter:
    parts = [_question(lang, poll) for poll in polls]
    for group, named in _alike(lang, live, _guarded):
        guards = votes.guards(lang, group[0])
        for code, words, sentences in (
            ("protected", _("Ce qui est protégé"), guards.protected),
            ("exposed", _("Ce qui ne l’est pas"), guards.exposed),
            ("published", _("Ce qui sera publié après la clôture"), guards.published),
        ):
            title = translate(lang, words)
            title = f"{title} ({named})" if named else title
            parts.append(Chapter(code=code, title=title, points=sentences))
    title = translate(lang, _("Comment les votes sont comptés"))
    return Chapter(code="votes", title=title, parts=parts)


def _question(lang: str, poll: PollQuestion) -> Chapter:
    deciding = _("Méthode qui décide : %(method)s.")
    sentences = [
        translate(lang, deciding, method=label(lang, METHOD_LABELS, poll.method)),
        *counting_texts.how(lang, poll),
        counting_texts.seed(lang, poll),
    ]
    if poll.source == "import":
        sentences.insert(0, label(lang, IMPORT_LABELS, "summary"))
    return Chapter(code="question", title=poll.question, sentences=sentences)


def _moderation(lang: str) -> Chapter:
    rule = _(
        "Les textes paraissent aussitôt, sauf les premiers d’un compte nouveau qui contiennent un "
        "lien : l’équipe de modération les lit d’abord. Toute personne connectée peut signaler un "
        "texte. L’équipe ne modifie jamais un texte : elle le garde, ou le masque en publiant le "
        "motif. Qui l’a écrit peut contester, et une autre personne lui répond."
    )
    return Chapter(
        code="moderation",
        title=translate(lang, _("La modération")),
        sentences=[translate(lang, rule)],
        points=[translate(lang, name) for name in REASON_LABELS.values()],
    )


def _follow_up(lang: str, what: Asked) -> Chapter:
    sentences = [
        _("Les résultats et les réponses officielles sont publiés sur la page des suites.")
        if what.voting
        else _("Les réponses officielles sont publiées sur la page des suites.")
    ]
    if what.writing or any(poll.eligibility in MAILED for poll in what.live):
        sentences.append(
            _(
                "Les personnes qui ont participé avec leur compte sont prévenues par courriel si "
                "elles le souhaitent."
            )
        )
    if any(poll.eligibility not in MAILED for poll in what.live):
        sentences.append(
            _(
                "Les personnes qui votent par un lien ou sur une liste ne sont pas prévenues : "
                "revenez ici."
            )
        )
    title = translate(lang, _("Ce qui sera fait de vos contributions"))
    return Chapter(code="follow-up", title=title, sentences=_worded(lang, sentences))


def _data(lang: str, what: Asked) -> Chapter:
    proofs = {poll.eligibility for poll in what.live}
    sentences = []
    if what.writing or proofs & ACCOUNTS:
        sentences.append(
            _("Votre adresse électronique sert à vous identifier. Elle n’est jamais publiée.")
        )
    if proofs - {"link"}:
        sentences.append(_("Le site note que vous avez voté, et quel jour, à part des bulletins."))
    if "link" in proofs:
        sentences.append(
            _(
                "Un vote par lien ne demande rien sur vous : un cookie distingue votre navigateur "
                "des autres."
            )
        )
    if not sentences:
        sentences.append(_("Lire cette consultation ne demande aucune donnée sur vous."))
    title = translate(lang, _("Vos données personnelles"))
    return Chapter(code="data", title=title, sentences=_worded(lang, sentences))


def _guarded(poll: PollQuestion) -> tuple[str, str, bool]:
    return poll.eligibility, poll.secrecy, poll.whole_ballots


def _alike(
    lang: str, polls: Sequence[PollQuestion], rule: Callable[[PollQuestion], tuple[Any, ...]]
) -> list[tuple[list[PollQuestion], str]]:
    """The polls of each rule together, with their names where there are several rules."""
    groups = [list(group) for _key, group in groupby(sorted(polls, key=rule), key=rule)]
    if len(groups) < 2:
        return [(group, "") for group in groups]
    return [
        (group, formats.joined(lang, [quoted(lang, poll.question) for poll in group]))
        for group in groups
    ]


def _worded(lang: str, sentences: Sequence[str]) -> list[str]:
    return [translate(lang, sentence) for sentence in sentences]
