"""Sentences of the errors of ballot files and of requests, with their place."""

from collections.abc import Mapping
from typing import Any

from deliberation.explanations.texts import quoted
from deliberation.i18n import formats
from deliberation.i18n.catalogue import mark as _
from deliberation.i18n.catalogue import translate
from voting.formats.election import Note
from voting.invalid import InvalidBallots

INVALID: dict[str, str] = {
    # options and names
    "no_options": _("aucune option n’est donnée."),
    "empty_name": _("le nom de l’option n° %(column)s est vide."),
    "duplicate_option": _("l’option %(name)s figure deux fois."),
    "look_alike_options": _("ces noms d’options se ressemblent trop : %(names)s."),
    "control_character": _("le nom %(name)s contient un caractère invisible."),
    "too_many_options": _("il y a %(count)s options, et %(limit)s au plus peuvent être comptées."),
    "unknown_option": _("l’option %(name)s n’existe pas."),
    # arrays
    "wrong_shape": _(
        "les bulletins n’ont pas la forme attendue : %(found)s au lieu de %(expected)s."
    ),
    "wrong_type": _(
        "les bulletins ne sont pas du type attendu : %(found)s au lieu de %(expected)s."
    ),
    "rank_out_of_range": _("le rang %(value)s est trop grand : %(limit)s au plus."),
    "mark_out_of_range": _("la note %(value)s n’est pas possible : %(limit)s au plus."),
    "negative_count": _("le nombre de bulletins ne peut pas être négatif : %(value)s."),
    "negative_points": _(
        "un bulletin donne %(value)s à %(name)s : un nombre négatif n’est pas permis ici."
    ),
    "too_many_ballots": _("il y a trop de bulletins : moins de %(limit)s peuvent être comptés."),
    "ballot_length": _("il faut %(expected)s valeurs, il y en a %(found)s."),
    "no_grades": _("aucune mention n’est donnée."),
    "duplicate_grade": _("la mention %(name)s figure deux fois."),
    "different_options": _("ces bulletins n’ont pas tous les mêmes options : %(names)s."),
    "equal_ranks": _("ces options ont le même rang sur un bulletin : %(names)s."),
    "tallies_are_not_ballots": _(
        "seuls les totaux de chaque option sont connus : il faut les bulletins."
    ),
    # requests
    "unknown_method": _("la méthode %(name)s n’existe pas. Méthodes possibles : %(valid)s."),
    "unknown_method_option": _(
        "cette méthode n’a pas de réglage %(name)s. Réglages possibles : %(valid)s."
    ),
    "bad_option_value": _(
        "le réglage %(name)s ne peut pas valoir %(value)s. Valeurs possibles : %(valid)s."
    ),
    "wrong_ballot_kind": _(
        "la méthode %(method)s compte des bulletins du type %(expected)s ; ceux-ci sont du type "
        "%(found)s."
    ),
    "tie_order_incomplete": _("l’ordre qui départage les égalités oublie : %(missing)s."),
    "tie_order_repeats": _("l’ordre qui départage les égalités donne deux fois %(name)s."),
    # files
    "unknown_format": _("le format n’est pas reconnu. Formats lus : %(valid)s."),
    "not_text": _(
        "ce n’est pas un texte en UTF-8. Enregistrez le fichier en UTF-8, ou lisez-le avec "
        "--tolerant."
    ),
    "read_as": _("ce n’est pas un texte en UTF-8 : il est lu en %(encoding)s."),
    "empty_file": _("le fichier est vide."),
    "missing_header": _("l’en-tête %(name)s manque."),
    "bad_header": _("cet en-tête n’est pas compris : %(found)s."),
    "unknown_column": _(
        "la colonne %(name)s n’est pas comprise. Une première colonne sans notes peut s’appeler : "
        "%(valid)s."
    ),
    "numbers_the_lines": _(
        "la colonne %(name)s numérote les lignes, elle ne peut pas être une option. Si ce sont les "
        "numéros des bulletins, nommez-la « bulletin »."
    ),
    "columns_passed_over": _("ces colonnes ne sont pas lues : %(names)s."),
    "ranks_or_marks": _(
        "ces nombres peuvent être des rangs (1 est le meilleur) ou des notes (la plus haute est la "
        "meilleure). Dites-le par --from rank_csv, ou par --from %(format)s."
    ),
    "second_names": _("le second nom de chaque ligne est lu comme une liste ou un parti."),
    "not_applied": _("cette consigne du fichier n’est pas suivie : %(found)s."),
    "unknown_parameter": _("ce paramètre n’est pas connu : %(name)s."),
    "bad_number": _("un nombre entier est attendu, et non %(found)s."),
    "bad_count": _("un nombre de bulletins est attendu, et non %(found)s."),
    "unexpected_text": _("ce texte n’est pas attendu ici : %(found)s."),
    "unexpected_end": _("le fichier s’arrête trop tôt : il manque %(expected)s."),
    "missing_terminator": _("il manque %(expected)s à la fin de la ligne."),
    "unclosed_quote": _("des guillemets ouverts ne sont pas refermés."),
    "unknown_number": _("l’option n° %(value)s n’existe pas : il y en a %(limit)s."),
    "repeated_option": _("l’option %(name)s figure deux fois sur le même bulletin."),
    "repeated_order": _("ce classement figure déjà plus haut."),
    "repeated_ballot": _("le bulletin %(number)s figure déjà plus haut."),
    "wrong_total": _("%(expected)s sont annoncés, %(found)s sont trouvés."),
    "not_of_type": _("ce bulletin n’est pas du type %(type)s que le fichier annonce."),
    "mixed_ballots": _("tous les bulletins doivent voter de la même façon."),
    "many_questions": _(
        "le fichier contient %(count)s questions : choisissez-en une par son numéro, par exemple "
        "--question 1."
    ),
    "too_many_choices": _("ce bulletin fait %(count)s choix : %(limit)s au plus sont permis."),
    "bad_json": _("ce n’est pas du JSON : %(found)s."),
    "missing_field": _("le champ %(name)s manque."),
    "unknown_field": _("le champ %(name)s n’est pas connu."),
    "repeated_field": _("le nom %(name)s figure deux fois au même endroit."),
    "bad_field": _("le champ %(name)s ne peut pas valoir %(found)s."),
    "cannot_write": _("le format %(format)s ne peut pas contenir ces bulletins (%(kind)s)."),
    "not_a_recount_file": _("ce n’est pas un fichier de recomptage."),
}

AT_LINE = _("%(file)s, ligne %(line)s : %(reason)s")
AT_COLUMN = _("%(file)s, ligne %(line)s, colonne %(column)s : %(reason)s")
# Placeholders in the list of valid values of an option.
ANY_VALUE: dict[str, str] = {
    "N": _("un nombre entier"),
    "N+": _("un nombre entier positif"),
    "N/N": _("une fraction comme 3/2"),
    "grade:NAME": _("grade: suivi d’une mention"),
    "option:NAME": _("option: suivi d’un nom"),
}

AT_BALLOT = _("%(file)s, bulletin n° %(number)s : %(reason)s")
AT_BALLOT_ALONE = _("bulletin n° %(number)s : %(reason)s")
IN_FILE = _("%(file)s : %(reason)s")
PASSED_OVER = _("%(file)s, ligne %(line)s, passée outre : %(reason)s")


def invalid(lang: str, error: InvalidBallots, file: str = "") -> str:
    """Error message of a file: file, line and column (or the ballot's number), then the reason."""
    text = reason(lang, error.reason, error.values)
    if error.line is None and error.row is not None:
        values = {"number": formats.number(lang, error.row + 1), "reason": text}
        text = translate(lang, AT_BALLOT if file else AT_BALLOT_ALONE, file=file, **values)
        return text[0].upper() + text[1:] if not file else text
    if not file:
        return text[0].upper() + text[1:]
    if error.line is None:
        return translate(lang, IN_FILE, file=file, reason=text)
    if error.column is None:
        return translate(lang, AT_LINE, file=file, line=error.line, reason=text)
    return translate(lang, AT_COLUMN, file=file, line=error.line, column=error.column, reason=text)


def passed_over(lang: str, note: Note, file: str) -> str:
    """Warning about something that a tolerant reader skipped."""
    text = reason(lang, note.reason, note.values)
    return translate(lang, PASSED_OVER, file=file, line=note.line, reason=text)


def reason(lang: str, code: str, values: Mapping[str, Any]) -> str:
    """The sentence of a reason, without its place; it begins with a small letter in French."""
    return translate(lang, INVALID[code], **{name: _worded(lang, v) for name, v in values.items()})


def _worded(lang: str, value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(
            translate(lang, ANY_VALUE[item]) if item in ANY_VALUE else str(item) for item in value
        )
    return formats.number(lang, value) if isinstance(value, int) else quoted(lang, value)
