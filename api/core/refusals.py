"""Words a refusal: each room's sentences, in one table by code."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from api.core import texts as requests
from deliberation.core import texts as core
from deliberation.elections.ballot_box import texts as ballot_box
from deliberation.elections.ballots import texts as ballots
from deliberation.elections.electorate import texts as electorate
from deliberation.elections.findings.texts import FAULTS, as_sentence, fault
from deliberation.elections.paper import texts as paper
from deliberation.elections.polls import label_texts as polls
from deliberation.elections.pseudonyms import texts as pseudonyms
from deliberation.elections.results import texts as results
from deliberation.elections.trustees import texts as trustees
from deliberation.followup.answers import texts as answers
from deliberation.i18n import formats
from deliberation.i18n.catalogue import mark as _
from deliberation.i18n.catalogue import translate
from deliberation.network.authorities import texts as authorities
from deliberation.network.people import texts as people
from deliberation.network.sessions import texts as sessions
from deliberation.process.comments import texts as comments
from deliberation.process.consultations import texts as consultations
from deliberation.process.moderation import texts as moderation
from deliberation.process.proposals import texts as proposals
from deliberation.text import texts as fields

ROOMS: tuple[dict[str, str], ...] = (
    requests.REFUSALS,
    core.REFUSALS,
    fields.REFUSALS,
    authorities.REFUSALS,
    sessions.REFUSALS,
    people.REFUSALS,
    consultations.REFUSALS,
    proposals.REFUSALS,
    comments.REFUSALS,
    moderation.REFUSALS,
    polls.REFUSALS,
    electorate.REFUSALS,
    pseudonyms.REFUSALS,
    ballots.REFUSALS,
    trustees.REFUSALS,
    paper.REFUSALS,
    ballot_box.REFUSALS,
    results.REFUSALS,
    answers.REFUSALS,
)
# What follows a refusal that knows which values there are.
VALID = _("Valeurs possibles : %(valid)s.")


def merged(tables: Iterable[dict[str, str]]) -> dict[str, str]:
    """One table of code -> French sentence; raises ValueError for a code worded twice."""
    found: dict[str, str] = {}
    for table in tables:
        if twice := found.keys() & table.keys():
            raise ValueError(f"worded twice: {', '.join(sorted(twice))}")
        found |= table
    return found


REFUSALS = merged(ROOMS)


def refusal(lang: str, code: str, values: dict[str, Any] | None = None) -> str:
    """The sentence of a refusal in `lang`; moments and the wait among its values are formatted."""
    if code in FAULTS:  # found by a check of a sealed count
        return as_sentence(fault(lang, code, values or {}))
    worded = {name: _formatted(lang, name, value) for name, value in (values or {}).items()}
    text = translate(lang, REFUSALS[code], **worded)
    return f"{text} {translate(lang, VALID, **worded)}" if "valid" in worded else text


def _formatted(lang: str, name: str, value: Any) -> Any:
    if name == "retry_after":
        return formats.wait(lang, value)
    return formats.moment(lang, value) if isinstance(value, datetime) else value
