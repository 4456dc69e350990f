"""Convert the text of a search box to a PostgreSQL full-text query, with folded accents."""

import re
import unicodedata

from voting.names.normal_forms import normal_form

# What the French dictionary keeps as words although nobody searches for them.
EMPTY = frozenset(
    [
        "l",
        "le",
        "la",
        "les",
        "un",
        "une",
        "des",
        "du",
        "de",
        "d",
        "au",
        "aux",
        "a",
        "en",
        "et",
        "ou",
        "s",
        "c",
        "qu",
        "n",
        "j",
        "m",
        "t",
    ]
)


# As the function `searched` of the database: plurals that its French dictionary keeps, compounds.
PLURALS = re.compile(r"(?<=[a-z]{2}[aiou])s$|(?<=[a-z]{2}u)x$")
HYPHENS = str.maketrans("\u2010\u2011", "--")
MOST_TERMS = 12
MOST_COMPOUNDS = 6  # words among which two neighbours are also sought as one


def says_nothing(words: str) -> bool:
    """Whether something was typed that holds no word to search for: an emoji, signs, articles."""
    return bool(words.strip()) and not search_terms(words)


def search_terms(words: str) -> str:
    """A `to_tsquery('french', …)` text: every word is asked for, the last one as a beginning; two
    neighbours also as one word, for "rond point" may be written "rondpoint".

    Empty when nothing is left to search for.
    """
    folded = normal_form("NFD", words.lower().replace("œ", "oe").replace("æ", "ae"))
    plain = "".join(c for c in folded if not unicodedata.combining(c)).translate(HYPHENS)
    terms = [term for term in re.findall(r"[^\W_]+", plain) if term not in EMPTY]
    terms = [PLURALS.sub("", term) for term in terms][:MOST_TERMS]
    if len(terms) < 2:
        return f"{terms[0]}:*" if terms else ""
    joined = [] if len(terms) > MOST_COMPOUNDS else range(len(terms) - 1)
    ways = [terms]
    for place in joined:
        first, second = terms[place : place + 2]
        if first.isalpha() and second.isalpha():
            ways.append([*terms[:place], first + second, *terms[place + 2 :]])
    return " | ".join(" & ".join([*way[:-1], f"{way[-1]}:*"]) for way in ways)
