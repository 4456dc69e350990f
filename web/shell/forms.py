"""Forms: from fields to a draft, and back with what was typed and what is wrong."""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from uuid import UUID

import msgspec
from litestar.datastructures import UploadFile

from api.core.problems import messages
from api.core.refusals import refusal
from api.core.requests import AnyRequest
from deliberation.core.errors import Invalid, Refusal
from deliberation.text.inputs import read_draft

Draft = TypeVar("Draft", bound=msgspec.Struct)


KEPT = "_kept"  # the field that names the kept form which is sent
Fields = dict[str, Any]  # a text each, or a list of texts for names sent several times


async def fields_of(request: AnyRequest) -> Fields:
    """A form's fields."""
    return fields_in(await request.form())


def fields_in(form: Any) -> Fields:
    """The fields of a form that was read already; files are left out."""
    fields: Fields = {}
    for name in dict.fromkeys(form.keys()):
        sent = [value for value in form.getall(name) if isinstance(value, str)]
        fields[name] = sent[0] if len(sent) == 1 else sent
    return fields


async def files_of(request: AnyRequest, name: str) -> list[bytes]:
    """The files sent under a name; those left empty are none."""
    form = await request.form()
    sent = [one for one in form.getall(name, []) if isinstance(one, UploadFile)]
    return [data for one in sent if (data := await one.read())]


def kept_in(form: Any) -> UUID | None:
    """The kept form (`web.shell.kept_forms`) that a sent one is, or comes from."""
    try:
        return UUID(str((form or {}).get(KEPT, "")))
    except ValueError:
        return None


class FormValues(dict[str, Any]):
    """Values typed into a form; a missing field is empty."""

    def __missing__(self, name: str) -> str:
        return ""


BASE = "base"  # the field that says what a form was filled in from


def base_of(stored: Mapping[str, Any]) -> str:
    """A digest of what is stored: another one later, and somebody has written in between."""
    return hashlib.sha256(msgspec.json.encode(sorted(stored.items()))).hexdigest()[:32]


@dataclass
class Filled:
    """A form as its page shows it: typed values, errors by field, and the stored values that
    somebody else has changed since it was opened.
    """

    typed: FormValues = field(default_factory=FormValues)
    errors: dict[str, str] = field(default_factory=dict)
    changed: dict[str, Any] = field(default_factory=dict)

    def is_outdated(self, stored: Mapping[str, Any]) -> bool:
        """Whether somebody else has changed what is stored, unlike what is typed.

        The form then holds what is stored as its new base: sent again, it is what its writer wants.
        """
        if self.typed[BASE] not in ("", base_of(stored)):
            self.typed[BASE] = base_of(stored)
            self.changed = {
                name: value
                for name, value in stored.items()
                if name in self.typed and _plain(self.typed[name]) != _plain(value)
            }
        return bool(self.changed)


BLANK = Filled()


def stored_form(stored: Mapping[str, Any]) -> Filled:
    """The form of what is stored, before anything is typed."""
    return Filled(FormValues({**stored, BASE: base_of(stored)}))


class Form(Filled, Generic[Draft]):
    """A sent form, and the draft that it makes."""

    def __init__(self, kind: type[Draft], typed: Mapping[str, Any], lang: str) -> None:
        super().__init__(FormValues(typed))
        self.draft: Draft | None = None
        self._lang = lang
        with self.refusing():
            self.draft = read_draft(kind, typed)

    def refuse(self, error: Invalid) -> None:
        """Add what a command found wrong."""
        self.errors.update(messages(self._lang, error))

    @contextmanager
    def refusing(self, *kinds: type[Refusal], at: str = "") -> Iterator[None]:
        """Add what a command finds wrong; refusals of `kinds` at the field `at`."""
        try:
            yield
        except Invalid as error:
            self.refuse(error)
        except kinds as error:
            self.errors[at] = refusal(self._lang, error.code, error.values)


def _plain(value: Any) -> str:
    return str("" if value is None else value).replace("\r\n", "\n").strip()


async def form_of(request: AnyRequest, kind: type[Draft], lang: str) -> Form[Draft]:
    """The form of a request."""
    return Form(kind, await fields_of(request), lang)
