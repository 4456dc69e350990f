"""From what somebody types in a search box to PostgreSQL's full text, accents folded."""

import re
import unicodedata

from voting.normal_forms import normal_form

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


def search_terms(words: str) -> str:
    """A `to_tsquery('french', …)` text: every word is asked for, the last one as a beginning.

    Empty when nothing is left to search for.
    """
    folded = normal_form("NFD", words.lower().replace("œ", "oe").replace("æ", "ae"))
    plain = "".join(c for c in folded if not unicodedata.combining(c))
    terms = [term for term in re.findall(r"[^\W_]+", plain) if term not in EMPTY][:12]
    return " & ".join([*terms[:-1], f"{terms[-1]}:*"]) if terms else ""
