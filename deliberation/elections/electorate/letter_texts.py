"""Letters with voting codes, and cards for a counter: PDF/UA, one code each.

Typesetting runs in a process of its own, a few hundred letters at a time: its memory goes back to
the machine, the site goes on answering, and no code is ever written to a disk (standard input in,
standard output out).
"""

import asyncio
import io
import sys
import zipfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, NamedTuple

import msgspec

from deliberation.elections.polls import texts as votes
from deliberation.i18n import formats
from deliberation.i18n.catalogue import in_language
from deliberation.text import pdf

Form = Literal["letters", "cards"]

TEMPLATES: dict[str, Path] = {
    "letters": Path(__file__).parent / "letters.typ",
    "cards": Path(__file__).parent / "cards.typ",
}
AT_ONCE = 400  # letters a file: 250 MB of memory while it is made
# Any mask of a QR code is read; trying all eight takes five times as long, for ten thousand.
MASK = 3


class PrintedLetter(NamedTuple):
    """One letter: the elector's number and name, and the voting code in groups."""

    number: str
    name: str
    code: str


class Mailing(msgspec.Struct, frozen=True, kw_only=True):
    """Content shared by all letters of a consultation. `link`: the voting page, without a code.

    `secrecies`: of the votes that take the code. `contact`: lines, for who lost a code.
    """

    lang: str
    authority: str
    contact: list[str]
    title: str
    question: str
    link: str
    opens_at: datetime | None
    closes_at: datetime | None
    written_at: datetime
    secrecies: frozenset[str]


class Printed(NamedTuple):
    """A file that is sent once and not stored."""

    data: bytes
    media_type: str
    name: str


async def printed(mailing: Mailing, letters: Sequence[PrintedLetter], form: Form) -> Printed:
    """One PDF of all letters or cards; a ZIP of PDFs, in order, beyond `AT_ONCE` of them.

    Raises `RuntimeError` when typesetting fails.
    """
    order = {
        "form": form,
        "texts": _texts(mailing),
        "link": mailing.link,
        "moment": int(mailing.written_at.timestamp()),
    }
    name = {"letters": "lettres", "cards": "cartes"}[form]
    if len(letters) <= AT_ONCE:
        return Printed(
            await _apart({**order, "letters": letters}), "application/pdf", f"{name}.pdf"
        )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for start in range(0, len(letters), AT_ONCE):
            some = letters[start : start + AT_ONCE]
            # A ZipInfo of its own: the archive would otherwise ask the machine's clock.
            entry = zipfile.ZipInfo(f"{name}-{start + 1:06d}-{start + len(some):06d}.pdf")
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, await _apart({**order, "letters": some}))
    return Printed(out.getvalue(), "application/zip", f"{name}.zip")


def typeset(order: dict[str, Any]) -> bytes:
    """The PDF of an order."""
    letters = [
        {**one._asdict(), "qr": qr_code(f"{order['link']}#{one.code}")}
        for one in (PrintedLetter(*given) for given in order["letters"])
    ]
    data = {**order["texts"], "letters": letters}
    return pdf.typeset(TEMPLATES[order["form"]], data, order["moment"])


def qr_code(text: str) -> str:
    """A QR code as an SVG image, without margin."""
    import segno

    out = io.BytesIO()
    segno.make(text, error="m", micro=False, mask=MASK).save(
        out, kind="svg", border=0, xmldecl=False
    )
    return out.getvalue().decode()


def main() -> None:
    """The process of its own: an order on standard input, its PDF on standard output."""
    sys.stdout.buffer.write(typeset(msgspec.json.decode(sys.stdin.buffer.read())))


async def _apart(order: dict[str, Any]) -> bytes:
    """`typeset` in a process of its own."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "deliberation.elections.electorate.letter_texts"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,  # what it says may hold a code
    )
    try:
        data, _ = await process.communicate(msgspec.json.encode(order))
    finally:
        if process.returncode is None:  # whoever asked went away
            process.kill()
            await process.wait()
    if process.returncode != 0:
        raise RuntimeError("letters were not typeset")
    return data


def _texts(mailing: Mailing) -> dict[str, Any]:
    """The sentences of a letter and of a card, worded."""
    _ = in_language(mailing.lang)
    return {
        "lang": mailing.lang,
        "authority": mailing.authority,
        "contact": mailing.contact,
        "date": formats.day(mailing.lang, mailing.written_at),
        "heading": _("Votre code pour voter"),
        "title": mailing.title,
        "question": mailing.question,
        "link": mailing.link,
        "number": _("Identifiant sur la liste :"),
        "alone": _("Ce code est à vous : ne le donnez à personne, pas même à notre équipe."),
        "qr": _("Code QR qui ouvre la page du vote avec votre code"),
        "steps_title": _("Voter en ligne, en trois étapes"),
        "steps": [
            _("Scannez le code QR, ou écrivez cette adresse dans un navigateur :"),
            _("Exprimez votre choix, puis vérifiez-le. Si la page le demande, recopiez le code."),
            _("Validez votre vote, et gardez le reçu : il prouve que votre bulletin est déposé."),
        ],
        "until_title": _("Jusqu’à quand ?"),
        "until": _dates(mailing),
        "again": votes.one_ballot(mailing.lang, "code"),
        "lost_title": _("Ce courrier est perdu, ou le code est refusé ?"),
        "lost": _(
            "Écrivez-nous ou passez nous voir. Deux personnes de l’équipe vous donneront un autre "
            "code ; celui-ci ne vaudra plus rien. Vous pouvez aussi demander à voter autrement "
            "qu’en ligne."
        ),
        "guards_title": _("Ce que ce vote protège, et ce qu’il ne protège pas"),
        "guards": f"{votes.short(mailing.lang, mailing.secrecies)} {_(votes.PRESSURE)}",
        "footer": _("Ce code ne sert qu’à ce vote. Il remplace tout code reçu auparavant."),
    }


def _dates(mailing: Mailing) -> str:
    _ = in_language(mailing.lang)
    if mailing.opens_at is None or mailing.closes_at is None:
        return _("Les dates du vote sont écrites sur la page.")
    return _(
        "Le vote ouvre le %(opens)s et ferme le %(closes)s, heure de Paris.",
        opens=formats.moment(mailing.lang, mailing.opens_at),
        closes=formats.moment(mailing.lang, mailing.closes_at),
    )


if __name__ == "__main__":
    main()
