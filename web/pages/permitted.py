"""What a page says in place of a button, to whoever the command behind it would refuse."""

from collections.abc import Awaitable, Callable, Hashable, Mapping
from typing import TypeVar

from api.plumbing.problems import messages
from deliberation.kit.act import Act
from deliberation.kit.errors import Invalid, Refusal
from deliberation.words.refusals import refusal

Key = TypeVar("Key")
Item = TypeVar("Item")


def why_not(act: Act, refused: Refusal | None) -> str:
    """The sentence that the command would answer with; empty where the viewer may."""
    if refused is None:
        return ""
    if isinstance(refused, Invalid):
        return " ".join(messages(act.lang, refused).values())
    return refusal(act.lang, refused.code, refused.values)


async def why_not_each(
    act: Act,
    items: Mapping[Key, Item],
    may: Callable[[Item], Awaitable[Refusal | None]],
    alike: Callable[[Item], Hashable],
) -> dict[Key, str]:
    """`why_not` of each of some items; of those that are `alike`, only the first is looked up."""
    told: dict[Hashable, str] = {}
    for item in items.values():
        if alike(item) not in told:
            told[alike(item)] = why_not(act, await may(item))
    return {key: told[alike(item)] for key, item in items.items()}
