"""Refusals of a request, each with a code; `api.core.refusals` words it.

Codes are never translated; `values` are the parameters of the sentence.
"""

from typing import Any, TypeVar

T = TypeVar("T")


class Refusal(Exception):
    """Base class of refusals: `code` names the sentence, `values` are its parameters."""

    # Whether the transaction is committed all the same (a wrong code costs a try).
    keeps_changes = False

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


class NotFound(Refusal):
    """No such thing, or not visible to the viewer: the answer is the same."""

    def __init__(self, code: str = "not-found", **values: Any) -> None:
        super().__init__(code, **values)


def existing(found: T | None, code: str = "not-found") -> T:
    """What was found. Raises `NotFound` for None."""
    if found is None:
        raise NotFound(code)
    return found


class SignInNeeded(Refusal):
    """The viewer must sign in first."""

    def __init__(self, code: str = "sign-in-needed", **values: Any) -> None:
        super().__init__(code, **values)


class NotAllowed(Refusal):
    """The viewer may not, or not now; the code says why."""


class NameNeeded(NotAllowed):
    """The viewer must give a name before signing a public text."""

    def __init__(self, code: str = "name-needed", **values: Any) -> None:
        super().__init__(code, **values)


class ConfirmationNeeded(NotAllowed):
    """The viewer must prove their identity again before a critical action."""

    def __init__(self, code: str = "confirmation-needed", **values: Any) -> None:
        super().__init__(code, **values)


class PasskeyNeeded(NotAllowed):
    """Roles of this authority need a passkey."""

    def __init__(self, code: str = "passkey-needed", **values: Any) -> None:
        super().__init__(code, **values)


class Conflict(Refusal):
    """The state has changed, or somebody else was first."""


class TooMany(Refusal):
    """A rate limit is exceeded; the value `retry_after` is in seconds."""

    def __init__(self, code: str, *, retry_after: int) -> None:
        super().__init__(code, retry_after=retry_after)


class Busy(Refusal):
    """The site has more to do than it can, so it did nothing: `retry_after` is in seconds."""

    def __init__(self, *, retry_after: int) -> None:
        super().__init__("busy", retry_after=retry_after)


class Invalid(Refusal):
    """Invalid input: field name -> code, or (code, values)."""

    def __init__(self, errors: dict[str, "str | tuple[str, dict[str, Any]]"]) -> None:
        super().__init__("invalid")
        self.errors = {
            field: (error, {}) if isinstance(error, str) else error
            for field, error in errors.items()
        }
