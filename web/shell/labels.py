"""The labels that templates may ask for: each room's tables, by kind."""

from deliberation.elections.electorate import texts as electorate
from deliberation.elections.methods.texts import (
    BALLOT_LABELS,
    DEED_LABELS,
    METHOD_LABELS,
    MISSING_COUNTED_LABELS,
)
from deliberation.elections.polls import label_texts as polls
from deliberation.followup.answers import texts as answers
from deliberation.i18n.catalogue import translate
from deliberation.network.authorities import texts as authorities
from deliberation.network.people import texts as people
from deliberation.process.comments import texts as comments
from deliberation.process.consultations import texts as consultations
from deliberation.process.moderation import texts as moderation
from deliberation.process.proposals import texts as proposals

LABELS: dict[str, dict[str, str]] = {
    "authority": authorities.KIND_LABELS,
    "role": people.ROLE_LABELS,
    "phase": consultations.PHASE_LABELS,
    "consultation_state": consultations.STATE_LABELS,
    "proposal_state": proposals.STATE_LABELS,
    "stance": comments.STANCE_LABELS,
    "subject": moderation.SUBJECT_LABELS,
    "moderation": moderation.DECISION_LABELS,
    "reason": moderation.REASON_LABELS,
    "decision": answers.DECISION_LABELS,
    "method": METHOD_LABELS,
    "ballot": BALLOT_LABELS,
    "deed": DEED_LABELS,
    "missing_counted": MISSING_COUNTED_LABELS,
    "secrecy": polls.SECRECY_LABELS,
    "assurance": polls.ASSURANCE_LABELS,
    "eligibility": polls.ELIGIBILITY_LABELS,
    "poll_state": polls.STATE_LABELS,
    "channel": electorate.CHANNEL_LABELS,
}


def label(lang: str, kind: str, code: str) -> str:
    """Label in `lang` of a code, from one of the tables."""
    return translate(lang, LABELS[kind][code])
