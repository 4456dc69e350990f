"""One request, one transaction: the `act` that handlers ask for.

Litestar runs what follows the `yield` after the handler and before the answer leaves: a person is
never told of something that was not committed.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from litestar import Request
from litestar.di import NamedDependency

from api.plumbing.cookies import house_of
from api.plumbing.identity import language_of, networks_of, token_of
from deliberation.kit.act import Act
from deliberation.kit.database import transaction
from deliberation.people.identity import identify

Acting = NamedDependency[Act]


async def provide_act(request: Request[Any, Any, Any]) -> AsyncGenerator[Act]:
    """The act of a request, inside its transaction."""
    async with acting(request) as act:
        yield act


@asynccontextmanager
async def acting(request: Request[Any, Any, Any], token: str = "") -> AsyncGenerator[Act]:
    """A request's own act, for what must be over before the next step begins.

    `token`: that of a session which the request has just opened, and does not hold yet.
    """
    house, lang = house_of(request), language_of(request)
    networks = networks_of(request, house)
    async with transaction(house.engine) as db:
        act = await identify(house, db, token or token_of(request), lang, networks)
        request.scope["act"] = act  # type: ignore[typeddict-unknown-key]
        yield act
