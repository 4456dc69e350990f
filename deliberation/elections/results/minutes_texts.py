"""The minutes of a sealed vote's count as they are read: in a terminal, and as a PDF to be signed.

The PDF follows PDF/UA-1; the same minutes always give the same bytes.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from deliberation.elections.electorate.texts import CHANNEL_LABELS
from deliberation.elections.findings import texts as verification_texts
from deliberation.elections.findings.file_texts import unreadable
from deliberation.elections.methods.texts import METHOD_LABELS
from deliberation.explanations import texts as explanation_texts
from deliberation.i18n import formats
from deliberation.i18n.catalogue import colon, in_language, label
from deliberation.text.pdf import typeset
from voting.evidence import GradesEvidence
from voting.explain import headline
from voting.methods import METHODS
from voting.outcome import Outcome
from voting.records.documents import from_document
from voting.ties import places_of_tiers

TEMPLATE = Path(__file__).with_name("minutes.typ")
# Unreadable ballots and faults listed in the PDF; the JSON file has them all.
MAX_LISTED_ROWS = 200


class MinutesTrustees(NamedTuple):
    """The trustees' names and fingerprints in their order, and how many of them count."""

    trustees: Sequence[tuple[str, str]]
    threshold: int


class Table(msgspec.Struct, frozen=True):
    """A heading row and rows of texts."""

    head: list[str]
    rows: list[list[str]]


class MinutesText(msgspec.Struct, frozen=True, kw_only=True):
    """The minutes in words: what a reader is shown, in its order."""

    lang: str
    title: str
    question: str
    facts: Table
    trustees: Table | None
    threshold: str
    counts: Table
    unreadable: Table | None
    faults: list[str]
    headline: str
    ranking: Table
    notes: list[str]
    words: dict[str, str]


def minutes_text(
    lang: str, minutes: Mapping[str, Any], digest: str, signing: MinutesTrustees | None = None
) -> MinutesText:
    """The minutes in words; `minutes`: their JSON, `digest`: its SHA-256."""
    _ = in_language(lang)
    question, counts = minutes["question"], minutes["counts"]
    counted = sum(counts["channels"].values())
    outcome = _outcome(minutes)
    method = label(lang, METHOD_LABELS, question["method"])
    settings = ", ".join(f"{name}={value}" for name, value in question["method_options"].items())
    return MinutesText(
        lang=lang,
        title=_("Procès-verbal de dépouillement"),
        question=question["question"],
        facts=Table(
            [_("Ce vote"), ""],
            [
                [_("Adresse"), minutes["address"]],
                [_("Ouverture"), _moment(lang, minutes["opens_at"])],
                [_("Clôture"), _moment(lang, minutes["closed_at"])],
                [_("Méthode"), f"{method} ({settings})" if settings else method],
                [_("Tête du tableau public à la clôture"), minutes["head"]],
            ],
        ),
        trustees=_trustees(lang, signing) if signing else None,
        threshold=_(
            "Il faut %(needed)s dépositaires sur %(all)s pour ouvrir l’urne.",
            needed=signing.threshold,
            all=len(signing.trustees),
        )
        if signing
        else "",
        counts=_counts(lang, counts, counted),
        unreadable=_unreadable(lang, minutes["unreadable"]),
        faults=[
            verification_texts.as_sentence(
                verification_texts.fault(lang, one["code"], one["values"])
            )
            for one in minutes["faults"]
        ],
        headline=explanation_texts.explain_sentence(lang, headline(outcome)) if outcome else "",
        ranking=_ranking(lang, minutes, outcome),
        notes=_notes(lang, minutes, outcome is None),
        words={
            "counts": _("Ce qui a été reçu et compté"),
            "trustees": _("Les dépositaires"),
            "unreadable": _("Bulletins qui n’ont pas pu être comptés"),
            "faults": _("Anomalies"),
            "no_faults": _("Aucune anomalie n’a été relevée."),
            "result": _("Le résultat"),
            "digest": _(
                "Empreinte (SHA-256) du fichier minutes.json, que les dépositaires signent"
            ),
            "digest_value": digest,
            "signatures": _("Signatures"),
            "name": _("Nom"),
            "date": _("Date"),
            "signature": _("Signature"),
            "page": _("Page"),
            "colon": colon(lang),
        },
    )


def as_pdf(minutes: MinutesText, moment: str) -> bytes:
    """The minutes to print and sign by hand; `moment`: the close, the document's own date."""
    closed = datetime.fromisoformat(moment)
    cut = {"unreadable": _cut(minutes.unreadable), "faults": minutes.faults[:MAX_LISTED_ROWS]}
    day = [closed.year, closed.month, closed.day, closed.hour, closed.minute, closed.second]
    data = msgspec.to_builtins(minutes) | msgspec.to_builtins(cut) | {"moment": day}
    return typeset(TEMPLATE, data, int(closed.timestamp()))


def _trustees(lang: str, signing: MinutesTrustees) -> Table:
    _ = in_language(lang)
    rows = [
        [str(place), name, mark] for place, (name, mark) in enumerate(signing.trustees, start=1)
    ]
    return Table([_("N°"), _("Nom"), _("Empreinte de la clé")], rows)


def _counts(lang: str, counts: Mapping[str, Any], counted: int) -> Table:
    """Table of the numbers received, by channel, and counted."""
    _ = in_language(lang)
    rows = [
        (_("Personnes sur la liste"), counts["electors"]),
        (_("Émargements en ligne"), counts["marks"]),
        (_("Personnes qui ont un bulletin dans l’urne"), counts["slots"]),
        (_("Bulletins scellés, votes changés compris"), counts["versions"]),
        (_("Bulletins illisibles"), counts["unreadable"]),
    ]
    for channel, number in counts["channels"].items():
        way = label(lang, CHANNEL_LABELS, channel)
        rows.append((_("Bulletins comptés, %(channel)s", channel=way.lower()), number))
    rows.append((_("Bulletins comptés, en tout"), counted))
    return Table(
        [_("Quoi"), _("Combien")], [[what, formats.number(lang, number)] for what, number in rows]
    )


def _unreadable(lang: str, found: Sequence[Mapping[str, str]]) -> Table | None:
    _ = in_language(lang)
    rows = [[one["hash"], unreadable(lang, one["why"])] for one in found]
    return Table([_("Empreinte du bulletin"), _("Pourquoi")], rows) if rows else None


def _ranking(lang: str, minutes: Mapping[str, Any], outcome: Outcome | None) -> Table:
    _ = in_language(lang)
    method = minutes["question"]["method"]
    rows = [
        [str(place), name, *([_beside(lang, outcome, name)] if outcome else [])]
        for place, tier in places_of_tiers(minutes["outcome"]["ranking"])
        for name in tier
    ]
    beside = _("Mention") if METHODS[method].family == "grades" else _("Score")
    scored = outcome is not None and METHODS[method].scored
    return Table(
        [_("Place"), _("Option"), *([beside] if scored else [])],
        rows if scored else [row[:2] for row in rows],
    )


def _beside(lang: str, outcome: Outcome, name: str) -> str:
    if METHODS[outcome.method].family == "grades":
        grade = outcome.evidence_as(GradesEvidence).gauges[name].grade
        return in_language(lang)(grade) if grade else "–"
    if not METHODS[outcome.method].scored:
        return ""
    return explanation_texts.short_number(lang, outcome.scores[name])


def _notes(lang: str, minutes: Mapping[str, Any], small: bool) -> list[str]:
    _ = in_language(lang)
    counts = minutes["counts"]
    notes = verification_texts.interventions(
        lang, minutes.get("interventions", {}), counts["electors"]
    )
    if small:
        notes.append(
            _(
                "Moins de dix bulletins ont été comptés : pour protéger le secret, seul le "
                "classement est publié."
            )
        )
    if minutes["compared"]:
        winners = [explanation_texts.quoted(lang, name) for name in minutes["compared"]["winners"]]
        method = label(lang, METHOD_LABELS, minutes["compared"]["method"])
        notes.append(
            _(
                "Pour comparaison, %(method)s donnerait : %(winners)s.",
                method=explanation_texts.quoted(lang, method),
                winners=formats.joined(lang, winners),
            )
        )
    if minutes["recount"]:
        digest = minutes["recount"]
        notes.append(_("Empreinte (SHA-256) du fichier de recomptage : %(digest)s", digest=digest))
    return notes


def _outcome(minutes: Mapping[str, Any]) -> Outcome | None:
    """The whole outcome; None where only the ranking is published."""
    if "evidence" not in minutes["outcome"]:
        return None
    return from_document(minutes["outcome"])


def _cut(table: Table | None) -> Table | None:
    return Table(table.head, table.rows[:MAX_LISTED_ROWS]) if table else None


def _moment(lang: str, text: str) -> str:
    return formats.moment(lang, datetime.fromisoformat(text))
