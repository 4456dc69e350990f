"""Who acts, when and through which transaction: the first argument of every command and query."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from deliberation.core.errors import Refusal, SignInNeeded
from deliberation.core.settings import Settings
from deliberation.core.smtp import Relay

ROLES: tuple[str, ...] = ("administrator", "agent", "moderator", "official")


@dataclass(frozen=True, slots=True)
class AppContext:
    """What lasts as long as a process: settings, database, secret, mail, whether this is a demo."""

    settings: Settings
    engine: AsyncEngine
    secret: bytes
    kind: str = "live"
    relay: Relay = field(default_factory=Relay, compare=False)

    @property
    def demo(self) -> bool:
        """Whether demonstration conveniences exist."""
        return self.kind == "demo"

    @property
    def mails(self) -> bool:
        """Whether a mail written now reaches somebody: only a live site has nothing instead."""
        return bool(self.settings.smtp) or self.kind != "live"


@dataclass(frozen=True, slots=True)
class Viewer:
    """The signed-in person: who, and which roles in which authority.

    `voter_id`: whom votes by e-mail and supports know: the mailbox, not the account. `suspended`:
    the authorities where the account is.
    """

    id: UUID
    voter_id: UUID
    name: str
    email: str
    roles: Mapping[UUID, frozenset[str]]
    suspended: frozenset[UUID] = frozenset()
    # Outside a session (a job, a command line) nobody needs to be asked again.
    session_id: UUID | None = None
    confirmed: bool = True  # proved who they are within the last minutes
    asleep: frozenset[UUID] = frozenset()  # authorities whose roles wait for a passkey

    def has(self, authority_id: UUID, *roles: str) -> bool:
        """Whether the person holds one of `roles` in an authority; administrators hold them all."""
        held = self.roles.get(authority_id, frozenset())
        return not held.isdisjoint((*roles, "administrator"))


@dataclass(frozen=True)
class RequestContext:
    """One unit of work of somebody at one moment; the transaction around it commits."""

    app: AppContext
    db: AsyncSession
    now: datetime
    lang: str = "fr"
    viewer: Viewer | None = None
    network: str = ""  # a keyed hash of the network address, for rate limits only
    wider_network: str = ""  # of an IPv6 address, that of its /48

    @cached_property
    def person(self) -> Viewer:
        """The signed-in person. Raises `SignInNeeded` when there is none."""
        if self.viewer is None:
            raise SignInNeeded
        return self.viewer


def permit(refusal: Refusal | None) -> None:
    """Raise the refusal that a rule returned, if it returned one."""
    if refusal is not None:
        raise refusal
