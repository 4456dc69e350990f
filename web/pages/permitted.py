"""What a page says in place of a button, to whoever the command behind it would refuse."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from api.plumbing.problems import messages
from deliberation.ballot_box.permissions import may_second
from deliberation.consultations.queries import ConsultationPage
from deliberation.kit.act import Act
from deliberation.kit.errors import Invalid, Refusal
from deliberation.words.refusals import refusal


def why_not(act: Act, refused: Refusal | None) -> str:
    """The sentence that the command would answer with; empty where the viewer may."""
    if refused is None:
        return ""
    if isinstance(refused, Invalid):
        return " ".join(messages(act.lang, refused).values())
    return refusal(act.lang, refused.code, refused.values)


async def seconding(act: Act, page: ConsultationPage, asked: Iterable[Any]) -> dict[UUID, str]:
    """By request, why the viewer may not decide second on it: asked by themselves, or not named."""
    return {one.id: why_not(act, await may_second(act, page, one.asked_by)) for one in asked}
