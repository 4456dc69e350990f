"""Request and application context: the first argument of every command and query."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Literal, get_args
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from deliberation.core.errors import Refusal, SignInNeeded
from deliberation.core.settings import Settings
from deliberation.core.smtp import Relay
from deliberation.i18n.catalogue import SOURCE

Role = Literal["administrator", "agent", "moderator", "official"]
ROLES: tuple[Role, ...] = get_args(Role)


@dataclass(frozen=True, slots=True)
class AppContext:
    """Process-wide context: settings, engine, signing secret, install kind, mail connections."""

    settings: Settings
    engine: AsyncEngine
    secret: bytes
    kind: str = "live"
    relay: Relay = field(default_factory=Relay, compare=False)
    replica: Any = None  # what `operations.replicas` reads from, if the operator gave one

    @property
    def demo(self) -> bool:
        """Whether this is a demonstration install."""
        return self.kind == "demo"

    @property
    def mails(self) -> bool:
        """Whether mails can be sent, or are shown otherwise, as in a demo."""
        return bool(self.settings.smtp) or self.kind != "live"


@dataclass(frozen=True, slots=True)
class Viewer:
    """The signed-in person: account, and roles in each authority.

    `voter_id`: identifies the mailbox, for votes by e-mail and supports; several accounts can share
    it. `suspended`: the authorities where the account is suspended.
    """

    id: UUID
    voter_id: UUID
    name: str
    email: str
    roles: Mapping[UUID, frozenset[str]]
    suspended: frozenset[UUID] = frozenset()
    # Outside a session (a job, a command line) no confirmation is asked.
    session_id: UUID | None = None
    confirmed: bool = True  # has proved their identity within the last minutes
    asleep: frozenset[UUID] = frozenset()  # authorities whose roles need a passkey first

    def has(self, authority_id: UUID, *roles: str) -> bool:
        """Whether the person holds one of `roles` in an authority; administrators hold them all."""
        held = self.roles.get(authority_id, frozenset())
        return not held.isdisjoint((*roles, "administrator"))


@dataclass(frozen=True)
class RequestContext:
    """One unit of work: transaction, time, language and viewer. The caller commits."""

    app: AppContext
    db: AsyncSession
    now: datetime
    lang: str = SOURCE
    changes_at: datetime | None = None  # for visitors: when a phase, any phase, begins or ends next
    viewer: Viewer | None = None
    network: str = ""  # keyed hash of the network address, for rate limits only
    wider_network: str = ""  # the same for the /48 of an IPv6 address

    @cached_property
    def person(self) -> Viewer:
        """The signed-in person. Raises `SignInNeeded` when there is none."""
        if self.viewer is None:
            raise SignInNeeded
        return self.viewer


def permit(refusal: Refusal | None) -> None:
    """Raise the refusal that a permission returned, if any."""
    if refusal is not None:
        raise refusal
