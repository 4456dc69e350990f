"""A JSON body read as the handler's draft struct, with every error at once.

Handlers say `data: JSONBody[ProposalDraft]`, which documents them; this request class makes sure
that what reaches them went through `read_draft`, like a form's fields.
"""

from typing import Any

import msgspec
from litestar.exceptions import SerializationException

from api.core.requests import AnyRequest
from deliberation.core.errors import Invalid
from deliberation.text.inputs import read_draft


class DraftRequest(AnyRequest):
    """A request whose JSON body is checked against the handler's draft."""

    async def json(self) -> Any:
        """The body, normalised. Raises `Invalid` naming every field at fault."""
        try:
            body = await super().json()
        except (SerializationException, ValueError, RecursionError):  # the last: nested too deep
            raise Invalid({"": "not-json"}) from None
        wanted = self.scope["route_handler"].parsed_fn_signature.parameters.get("data")
        if wanted is None or not isinstance(wanted.annotation, type):
            return body
        if not isinstance(body, dict):
            raise Invalid({"": "not-json"})
        return msgspec.to_builtins(read_draft(wanted.annotation, body))
