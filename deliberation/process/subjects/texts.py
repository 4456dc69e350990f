"""Sentences about subjects of any kind."""

from deliberation.journal.texts import ActivityTexts, CountedText
from deliberation.process.subjects.events import SubjectPublished

# Event class -> its sentence in the public activity log; names nobody.
ACTIVITY: ActivityTexts = {
    SubjectPublished: CountedText("%(num)s texte publié.", "%(num)s textes publiés."),
}
