"""The sentences of a consultation's public activity, of all rooms, in one table."""

from deliberation.elections.ballot_box import texts as ballot_box
from deliberation.elections.electorate import texts as electorate
from deliberation.elections.paper import texts as paper
from deliberation.elections.polls import label_texts as polls
from deliberation.elections.pseudonyms import texts as pseudonyms
from deliberation.elections.results import texts as results
from deliberation.elections.trustees import texts as trustees
from deliberation.followup.answers import texts as answers
from deliberation.i18n.catalogue import translate
from deliberation.i18n.formats import translate_count
from deliberation.journal.texts import ActivityTexts, CountedText
from deliberation.process.comments import texts as comments
from deliberation.process.consultations import texts as consultations
from deliberation.process.moderation import texts as moderation
from deliberation.process.proposals import texts as proposals
from deliberation.process.subjects import texts as subjects

ROOMS: tuple[ActivityTexts, ...] = (
    consultations.ACTIVITY,
    proposals.ACTIVITY,
    comments.ACTIVITY,
    subjects.ACTIVITY,
    moderation.ACTIVITY,
    polls.ACTIVITY,
    electorate.ACTIVITY,
    pseudonyms.ACTIVITY,
    trustees.ACTIVITY,
    paper.ACTIVITY,
    ballot_box.ACTIVITY,
    results.ACTIVITY,
    answers.ACTIVITY,
)
# Every public event: one for which its room has a sentence.
PUBLIC: ActivityTexts = {event: text for room in ROOMS for event, text in room.items()}
_BY_NAME = {event.__name__: text for event, text in PUBLIC.items()}


def activity_text(lang: str, kind: str, count: int) -> str:
    """Sentence for a kind of public event that happened `count` times in a day."""
    text = _BY_NAME[kind]
    if isinstance(text, CountedText):
        return translate_count(lang, text.one, text.many, count)
    return translate(lang, text)
