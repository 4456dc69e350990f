"""Events of people."""

from typing import ClassVar
from uuid import UUID

from deliberation.journal.commands import Event


class PersonJoined(Event, frozen=True):
    """Somebody signed in for the first time."""

    person_id: UUID


class PersonInvited(Event, frozen=True):
    """Somebody was given a role in an authority."""

    person_id: UUID
    role: str


class RoleOffered(Event, frozen=True):
    """A role was offered by mail."""

    offer_id: UUID


class RoleDeclined(Event, frozen=True):
    """Somebody refused a role that was offered to them."""

    offer_id: UUID


class RoleWithdrawn(Event, frozen=True):
    """Somebody lost a role in an authority."""

    person_id: UUID
    role: str


class AccountDeleted(Event, frozen=True):
    """Somebody deleted their account: name and address are gone, published texts stay."""

    followed: ClassVar[bool] = True
    person_id: UUID


class PasskeyAdded(Event, frozen=True):
    """Somebody registered a passkey."""

    person_id: UUID


class PasskeyRemoved(Event, frozen=True):
    """Somebody's passkey was forgotten, or all of them."""

    person_id: UUID


class PasskeysRequired(Event, frozen=True):
    """An authority asks for passkeys from those who hold roles in it, or no longer does."""

    wanted: bool
