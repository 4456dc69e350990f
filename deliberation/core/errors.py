"""The few ways to refuse a request, each with a code that `words` turns into a sentence.

Codes are never translated; `values` fill the sentence's gaps.
"""

from typing import Any


class Refusal(Exception):
    """Base of all refusals: `code` names the sentence, `values` fill it."""

    # Whether what the refused transaction wrote is kept (a wrong code costs a try).
    keeps_changes = False

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


class NotFound(Refusal):
    """There is no such thing, or not for you: both look alike from outside."""

    def __init__(self, code: str = "not-found", **values: Any) -> None:
        super().__init__(code, **values)


class SignInNeeded(Refusal):
    """Somebody must sign in first."""

    def __init__(self, code: str = "sign-in-needed", **values: Any) -> None:
        super().__init__(code, **values)


class NotAllowed(Refusal):
    """You may not, or not now; the code says why."""


class NameNeeded(NotAllowed):
    """Somebody must say a name before they sign a public text."""

    def __init__(self, code: str = "name-needed", **values: Any) -> None:
        super().__init__(code, **values)


class ConfirmationNeeded(NotAllowed):
    """Somebody must prove once more who they are before so grave an act."""

    def __init__(self, code: str = "confirmation-needed", **values: Any) -> None:
        super().__init__(code, **values)


class PasskeyNeeded(NotAllowed):
    """Roles of this authority are held with a passkey only."""

    def __init__(self, code: str = "passkey-needed", **values: Any) -> None:
        super().__init__(code, **values)


class Conflict(Refusal):
    """Somebody or something else was there first."""


class TooMany(Refusal):
    """Too often in too short a time; its value `retry_after` is in seconds."""

    def __init__(self, code: str, *, retry_after: int) -> None:
        super().__init__(code, retry_after=retry_after)


class Invalid(Refusal):
    """What was sent cannot be used: field name -> code, or (code, values)."""

    def __init__(self, errors: dict[str, "str | tuple[str, dict[str, Any]]"]) -> None:
        super().__init__("invalid")
        self.errors = {
            field: (error, {}) if isinstance(error, str) else error
            for field, error in errors.items()
        }
