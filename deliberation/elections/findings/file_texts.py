"""Error messages about files of a sealed vote."""

from typing import Any

from deliberation.elections.findings.texts import worded_values
from deliberation.i18n.catalogue import mark as _
from deliberation.i18n.catalogue import translate

# Why a sealed ballot could not be counted.
UNREADABLE: dict[str, str] = {
    "format": _("ce n’est pas un bulletin scellé"),
    "message": _("il n’est pas scellé pour ces dépositaires"),
    "too-few-shares": _("il manque des parts"),
    "shares": _("les parts données ne l’ouvrent pas"),
    "context": _("il a été changé, ou déplacé d’une autre urne"),
    "padding": _("son contenu n’a pas la forme attendue"),
    "marks": _("il contient une réponse impossible"),
    "not-on-board": _("il n’est pas au tableau public"),
}
# What is wrong with a file that trustees hand on; `values` are the error's own.
ARCHIVES: dict[str, tuple[str, tuple[str, ...]]] = {
    "tar": (_("ce fichier n’est pas une urne : ce n’est pas une archive tar."), ()),
    "missing": (_("cette urne est incomplète : %(name)s y manque."), ("name",)),
    "digest": (
        _(
            "cette urne est endommagée ou a été changée : %(name)s n’est pas celui de son "
            "manifeste. Demandez une nouvelle copie."
        ),
        ("name",),
    ),
    "board": (_("cette urne est endommagée : son tableau ne peut pas être lu."), ()),
    "json": (_("cette urne est endommagée : un de ses fichiers ne peut pas être lu."), ()),
    "line": (
        _("cette urne est endommagée : le bulletin de la ligne %(line)s ne peut pas être lu."),
        ("line",),
    ),
    "papers": (
        _("le lot n° %(number)s de bulletins papier contient une réponse impossible."),
        ("number",),
    ),
    "not-closed": (_("l’urne n’est pas close : elle ne peut pas être comptée."), ()),
    "shares": (_("ce fichier n’est pas celui des parts d’une ou un dépositaire."), ()),
    "shares-line": (
        _(
            "ce fichier de parts est endommagé à la ligne %(line)s : demandez-en une nouvelle "
            "copie."
        ),
        ("line",),
    ),
    "shares-length": (
        _(
            "ce fichier de parts s’arrête au bulletin n° %(number)s, avant la fin de l’urne : "
            "demandez-en une nouvelle copie."
        ),
        ("number",),
    ),
    "other-bundle": (_("ces parts sont celles d’une autre urne."), ()),
    "too-few-shares": (
        _(
            "il faut les parts de %(needed)s dépositaires différents ; celles de %(count)s sont "
            "données."
        ),
        ("count", "needed"),
    ),
    "shares-twice": (_("ces parts sont déjà données."), ()),
}
DAMAGED = _("ce fichier est endommagé.")


def unreadable(lang: str, code: str) -> str:
    """Reason why a sealed ballot could not be counted, without a full stop."""
    return translate(lang, UNREADABLE[code]) if code in UNREADABLE else code


def bad_file(lang: str, *reason: Any) -> str:
    """The error of an archive or a file of shares, by the arguments of `NotABallotArchive`."""
    code, *values = reason or ("",)
    if code not in ARCHIVES:
        return translate(lang, DAMAGED)
    text, names = ARCHIVES[code]
    return translate(lang, text, **worded_values(lang, dict(zip(names, values, strict=False))))
