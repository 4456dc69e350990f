"""The sentence that replaces a button whose command would refuse the reader."""

from collections.abc import Awaitable, Callable, Hashable, Mapping
from typing import TypeVar

from api.core.problems import messages
from api.core.refusals import refusal
from deliberation.core.context import RequestContext
from deliberation.core.errors import Invalid, NameNeeded, Refusal, SignInNeeded

Key = TypeVar("Key")
Item = TypeVar("Item")


def refusal_text(ctx: RequestContext, refused: Refusal | None) -> str:
    """The sentence that the command would answer with; empty where the viewer may."""
    if refused is None:
        return ""
    if isinstance(refused, Invalid):
        return " ".join(messages(ctx.lang, refused).values())
    return refusal(ctx.lang, refused.code, refused.values)


def apart_from_signing(may: Callable[[], Refusal | None]) -> Refusal | None:
    """Refusal of a command's permission, except those that its form solves: to sign in, to give a
    name.

    A form is open to visitors, and says who sends it when it is sent.
    """
    try:
        refused = may()
    except SignInNeeded:
        return None
    return None if isinstance(refused, NameNeeded) else refused


async def refusal_texts(
    ctx: RequestContext,
    items: Mapping[Key, Item],
    may: Callable[[Item], Awaitable[Refusal | None]],
    alike: Callable[[Item], Hashable],
) -> dict[Key, str]:
    """`refusal_text` of each item; of those that are `alike`, only the first is looked up."""
    texts: dict[Hashable, str] = {}
    for item in items.values():
        if alike(item) not in texts:
            texts[alike(item)] = refusal_text(ctx, await may(item))
    return {key: texts[alike(item)] for key, item in items.items()}
