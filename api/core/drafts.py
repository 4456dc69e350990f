"""A JSON body read as the handler's draft struct, with every error at once.

Handlers say `data: JSONBody[ProposalDraft]`, which documents them; this request class reads the
draft by `read_draft`, like a form's fields, and Litestar hands it to them as it is.
"""

from typing import Any

from litestar.exceptions import SerializationException

from api.core.requests import AnyRequest
from deliberation.core.errors import Invalid
from deliberation.text.inputs import read_draft


class DraftRequest(AnyRequest):
    """A request whose JSON body is read as the handler's draft."""

    async def json(self) -> Any:
        """The draft, or the body as it is. Raises `Invalid` naming every field at fault."""
        try:
            body = await super().json()
        except (SerializationException, ValueError, RecursionError):  # the last: nested too deep
            raise Invalid({"": "not-json"}) from None
        wanted = self.scope["route_handler"].parsed_fn_signature.parameters.get("data")
        if wanted is None or not isinstance(wanted.annotation, type):
            return body
        if not isinstance(body, dict):
            raise Invalid({"": "not-json"})
        return read_draft(wanted.annotation, body)
