"""Forms: from fields to a draft, and back with what was typed and what is wrong."""

from collections.abc import Mapping
from typing import Any, Generic, TypeVar

import msgspec
from litestar import Request
from litestar.datastructures import UploadFile

from api.plumbing.problems import messages
from deliberation.kit.drafts import read_draft
from deliberation.kit.errors import Invalid

Draft = TypeVar("Draft", bound=msgspec.Struct)


async def fields_of(request: Request[Any, Any, Any]) -> dict[str, Any]:
    """A form's fields: a text each, or a list of texts for names sent several times."""
    form = await request.form()
    fields: dict[str, Any] = {}
    for name in dict.fromkeys(form.keys()):
        sent = [value for value in form.getall(name) if isinstance(value, str)]
        fields[name] = sent[0] if len(sent) == 1 else sent
    return fields


async def files_of(request: Request[Any, Any, Any], name: str) -> list[bytes]:
    """The files sent under a name; those left empty are none."""
    form = await request.form()
    sent = [one for one in form.getall(name, []) if isinstance(one, UploadFile)]
    return [data for one in sent if (data := await one.read())]


class Typed(dict[str, Any]):
    """What was typed; a field nobody filled in is empty."""

    def __missing__(self, name: str) -> str:
        return ""


class Form(Generic[Draft]):
    """What was typed, and the draft it makes or the sentences about what is wrong."""

    def __init__(self, kind: type[Draft], typed: Mapping[str, Any], lang: str) -> None:
        self.typed = Typed(typed)
        self.errors: dict[str, str] = {}
        self.draft: Draft | None = None
        try:
            self.draft = read_draft(kind, typed)
        except Invalid as error:
            self.errors = messages(lang, error)
        self._lang = lang

    def refuse(self, error: Invalid) -> None:
        """Add what a command found wrong."""
        self.errors.update(messages(self._lang, error))


async def form_of(request: Request[Any, Any, Any], kind: type[Draft], lang: str) -> Form[Draft]:
    """The form of a request."""
    return Form(kind, await fields_of(request), lang)
