"""A sealed vote's board as a timeline: opening, batches, extensions, close, count."""

from datetime import datetime
from typing import Any

import msgspec

from deliberation.elections.electorate.texts import CHANNEL_LABELS
from deliberation.elections.findings import texts as verification_texts
from deliberation.elections.polls.queries import PollView
from deliberation.elections.sealed_protocol.bodies import Body, CloseBody, OpenBody
from deliberation.i18n import formats
from deliberation.i18n.catalogue import label, translate
from deliberation.i18n.catalogue import mark as _
from deliberation.i18n.formats import translate_count
from deliberation.views.bulletin_board.queries import BoardStep, BoardView

Step = dict[str, Any]


def board_steps(lang: str, board: BoardView, poll: PollView) -> list[Step]:
    """The entries of a board as steps of `parts/timeline.html`.

    All batches of sealed ballots are one step, and all of papers but the last ones.
    """
    steps = [_step(lang, one) for one in board.steps]
    kinds = [one.kind for one in board.steps]
    ends = [place for place, kind in enumerate(kinds) if kind in ("close", "result")]
    steps.insert(min(ends, default=len(steps)), _ballots(lang, board, poll))
    if (earlier := board.papers - kinds.count("paper")) > 0:
        steps.insert(kinds.index("paper"), _papers(lang, earlier))
    if board.closing is None:
        steps.append(_next(lang, _("La clôture"), _ANNOUNCED_CLOSE))
    if board.minutes is None:
        steps.append(_next(lang, _("Le dépouillement"), _ANNOUNCED_COUNT))
    return steps


def _step(lang: str, step: BoardStep) -> Step:
    said = msgspec.structs.asdict(step.body)
    values = {name: _worded(lang, name, value) for name, value in said.items()}
    title, text = _STEPS[step.kind]
    more = [*_signers(lang, step.body), *_acted(lang, step.body)]
    return {
        "title": translate(lang, title),
        "state": "done",
        "when": translate(lang, "écriture n° %(number)s", number=formats.number(lang, step.number)),
        "text": " ".join([translate(lang, text, **values), *more]) if text else None,
    }


def _signers(lang: str, body: Body) -> list[str]:
    """Sentence on the countersigners, as the first entry names them."""
    if not isinstance(body, OpenBody):
        return []
    names = [", ".join(filter(None, (one.name, one.function))) for one in body.countersigners]
    return [translate(lang, _SIGNERS, names=" ; ".join(names))] if names else []


def _acted(lang: str, body: Body) -> list[str]:
    """Sentences on interventions on single voters, as the close counts them."""
    if not isinstance(body, CloseBody):
        return []
    return verification_texts.interventions(lang, body.interventions, body.electors or 0)


def _worded(lang: str, name: str, value: Any) -> str:
    if name in ("opens_at", "closes_at", "closed_at"):
        return formats.moment(lang, datetime.fromisoformat(value))
    if name == "channel":
        return label(lang, CHANNEL_LABELS, value).lower()
    if name == "trustees":
        return formats.joined(lang, [one.name for one in value])
    return formats.number(lang, value) if isinstance(value, int) else str(value)


def _ballots(lang: str, board: BoardView, poll: PollView) -> Step:
    waiting = translate(lang, _WAITING) if board.closing is None else ""
    return {
        "title": translate_count(
            lang,
            "%(num)s bulletin scellé affiché",
            "%(num)s bulletins scellés affichés",
            board.hashes,
        ),
        "state": "now" if poll.state == "open" and board.closing is None else "done",
        "when": translate_count(lang, "en %(num)s lot", "en %(num)s lots", board.batches)
        if board.batches
        else None,
        "text": f"{translate(lang, _SHOWN)} {waiting}".strip(),
    }


def _papers(lang: str, batches: int) -> Step:
    title = _STEPS["paper"][0]
    return {
        "title": translate(lang, title),
        "state": "done",
        "when": translate_count(lang, "en %(num)s lot", "en %(num)s lots", batches),
        "text": translate(lang, _EARLIER),
    }


def _next(lang: str, title: str, text: str) -> Step:
    return {
        "title": translate(lang, title),
        "state": "next",
        "when": None,
        "text": translate(lang, text),
    }


_SIGNERS = _("Contresignent ce qui se décide à deux : %(names)s.")
_SHOWN = _(
    "Le tableau montre l’empreinte de chaque bulletin, dans un ordre tiré au sort. Un vote changé "
    "y laisse une empreinte à chaque fois ; seul le dernier bulletin compte."
)
_WAITING = _(
    "Un lot paraît chaque heure, si cinq personnes au moins ont voté ; le dernier à la clôture."
)
_EARLIER = _("Le fichier du tableau les montre un par un ; les derniers lots sont ci-dessous.")
_ANNOUNCED_CLOSE = _("Aucun bulletin n’est accepté après elle, et rien ne la rouvre.")
_ANNOUNCED_COUNT = _(
    "Les dépositaires ouvrent l’urne hors ligne, comptent et signent le procès-verbal."
)
_STEPS: dict[str, tuple[str, str]] = {
    "open": (
        _("L’urne est annoncée"),
        _(
            "La question, les options, la méthode, la liste de %(electors)s personnes et les clés "
            "de %(trustees)s. Rien de cela ne peut plus changer."
        ),
    ),
    "extend": (
        _("La clôture est repoussée"),
        _("Au %(closes_at)s, décidé par deux personnes. Raison donnée : %(reason)s"),
    ),
    "paper": (
        _("Des bulletins hors ligne sont saisis"),
        _("Lot %(number)s, %(channel)s : %(ballots)s, saisis deux fois par deux personnes."),
    ),
    "close": (
        _("L’urne est close"),
        _(
            "Le %(closed_at)s. Émargements en ligne : %(marks)s ; places occupées dans l’urne : "
            "%(slots)s ; bulletins scellés reçus : %(versions)s ; hors ligne : %(papers)s."
        ),
    ),
    "result": (
        _("Le dépouillement est publié"),
        _("Le procès-verbal porte l’empreinte inscrite ici : %(minutes)s"),
    ),
}
