"""Sentences about subjects of any kind."""

from deliberation.journal.texts import ActivityTexts, CountedText
from deliberation.process.subjects.events import SubjectPublished

# What the public activity says of each public event, nobody named.
ACTIVITY: ActivityTexts = {
    SubjectPublished: CountedText("%(num)s texte publié.", "%(num)s textes publiés."),
}
