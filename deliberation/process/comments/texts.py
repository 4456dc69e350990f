"""Labels of the stances of comments, and sentences of their refusals."""

from deliberation.i18n.catalogue import mark as _
from deliberation.journal.texts import ActivityTexts, CountedText
from deliberation.process.comments.events import CommentPublished

STANCE_LABELS: dict[str, str] = {
    "for": _("Pour"),
    "against": _("Contre"),
    "question": _("Question"),
}
REFUSALS: dict[str, str] = {
    "reply-has-no-stance": _("Une réponse ne se range ni pour ni contre."),
}

# Event class -> its sentence in the public activity log; names nobody.
ACTIVITY: ActivityTexts = {
    CommentPublished: CountedText("%(num)s message publié.", "%(num)s messages publiés."),
}
