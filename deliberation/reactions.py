"""What follows each event, after its commit: one literal table.

An event listed here says `followed = True`; its reactions run as one job, in order.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from deliberation.journal.commands import Event
from deliberation.kit.act import Act

Reaction = Callable[[Act, Any], Awaitable[None]]

REACTIONS: dict[type[Event], tuple[Reaction, ...]] = {}

_KINDS = {kind.__name__: kind for kind in REACTIONS}


async def react(act: Act, kind: str, data: dict[str, Any]) -> None:
    """Job: run what follows one event."""
    event = msgspec.convert(data, _KINDS[kind])
    for reaction in REACTIONS[type(event)]:
        await reaction(act, event)
