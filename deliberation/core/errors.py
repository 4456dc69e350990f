"""Refusals of a request, each with a code; `api.core.refusals` words it.

Codes are never translated; `values` are the parameters of the sentence.
"""

from typing import Any, TypeVar

T = TypeVar("T")


class Refusal(Exception):
    """Base class of refusals: `code` names the sentence, `values` are its parameters."""

    # Whether the transaction is committed all the same (a wrong code costs a try).
    keeps_changes = False
    usual = ""  # the code where none is given

    def __init_subclass__(cls, usual: str = "") -> None:
        cls.usual = usual or cls.usual

    def __init__(self, code: str = "", **values: Any) -> None:
        self.code, self.values = code or self.usual, values
        super().__init__(self.code)


class NotFound(Refusal, usual="not-found"):
    """No such thing, or not visible to the viewer: the answer is the same."""


def existing(found: T | None, code: str = "not-found") -> T:
    """What was found. Raises `NotFound` for None."""
    if found is None:
        raise NotFound(code)
    return found


class SignInNeeded(Refusal, usual="sign-in-needed"):
    """The viewer must sign in first."""


class NotAllowed(Refusal):
    """The viewer may not, or not now; the code says why."""


class NameNeeded(NotAllowed, usual="name-needed"):
    """The viewer must give a name before signing a public text."""


class ConfirmationNeeded(NotAllowed, usual="confirmation-needed"):
    """The viewer must prove their identity again before a critical action."""


class PasskeyNeeded(NotAllowed, usual="passkey-needed"):
    """Roles of this authority need a passkey."""


class Conflict(Refusal):
    """The state has changed, or somebody else was first."""


class TooMany(Refusal):
    """A rate limit is exceeded; the value `retry_after` is in seconds."""

    def __init__(self, code: str, *, retry_after: int) -> None:
        super().__init__(code, retry_after=retry_after)


class Busy(Refusal, usual="busy"):
    """The site has more to do than it can, so it did nothing: `retry_after` is in seconds."""


class Invalid(Refusal):
    """Invalid input: field name -> code, or (code, values)."""

    def __init__(self, errors: dict[str, "str | tuple[str, dict[str, Any]]"]) -> None:
        super().__init__("invalid")
        self.errors = {
            field: (error, {}) if isinstance(error, str) else error
            for field, error in errors.items()
        }
