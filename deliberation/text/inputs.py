"""Read a form or JSON into a `Draft` struct, and collect all errors.

msgspec stops at the first bad field; a person wants to see every one. The struct's own types and
`Meta` limits are the rules; a field's `Meta(extra={"error": code})` names what its pattern means,
and `{"read": function}` reads its text further.
"""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from msgspec import inspect

from deliberation.core.email_addresses import NotAnAddress
from deliberation.core.errors import Invalid
from deliberation.i18n.formats import PARIS
from voting.names.confusables import visible
from voting.names.normal_forms import MOST_MARKS, normal_form, stream_safe

Draft = TypeVar("Draft", bound=msgspec.Struct)
Error = tuple[str, dict[str, Any]]

MISSING = object()
MAX_TEXT_LENGTH = 20_000  # characters of a text whose struct gives no limit
LONGEST_MOMENT = 40
YEARS = range(1900, 2201)  # that somebody can mean; two digits are a year of antiquity

_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_DAY = re.compile(r"\d{1,2}/\d{1,2}/\d{4}|\d{4}-?\d\d-?\d\d|\d{4}-?W\d\d(-?\d)?")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1b\x1f\x7f-\x9f]")


def read_draft(kind: type[Draft], data: Mapping[str, Any]) -> Draft:
    """A struct of `kind` from untrusted values; names it does not have are left aside.

    Raises `Invalid` with each wrong field's path (`title`, `phases.0.opens_at`) and code.
    """
    errors: dict[str, Any] = {}
    draft = _read_struct(kind, data, "", errors)
    if errors:
        raise Invalid(errors)
    return draft  # type: ignore[no-any-return]


def _read_struct(
    kind: type[msgspec.Struct], data: Mapping[str, Any], path: str, errors: dict[str, Any]
) -> Any:
    info = _info(kind)
    values: dict[str, Any] = {}
    before = len(errors)
    for field in info.fields:
        raw = data.get(field.name, MISSING)
        where = f"{path}{field.name}"
        if raw is MISSING and not field.required:
            continue
        try:
            values[field.name] = _read(field.type, "" if raw is MISSING else raw, where, errors)
        except _Wrong as wrong:
            errors[where] = wrong.error
    return kind(**values) if len(errors) == before else None


@cache
def _info(kind: type[msgspec.Struct]) -> inspect.StructType:
    """A struct's fields: finding them anew would cost as much as casting a ballot."""
    info = inspect.type_info(kind)
    assert isinstance(info, inspect.StructType)
    return info


class _Wrong(Exception):
    def __init__(self, code: str, **values: Any) -> None:
        self.error: Error = (code, values)


def _read(kind: inspect.Type, raw: Any, path: str, errors: dict[str, Any]) -> Any:
    extra: dict[str, Any] = {}
    if isinstance(kind, inspect.Metadata):
        extra = kind.extra or {}
        kind = kind.type
    if isinstance(kind, inspect.UnionType):
        if raw is None or raw == "":
            return None
        kinds = [one for one in kind.types if not isinstance(one, inspect.NoneType)]
        texts = [one for one in kinds if isinstance(one, inspect.StrType)]
        return _read((texts or kinds if isinstance(raw, str) else kinds)[0], raw, path, errors)
    if isinstance(kind, inspect.ListType):
        return _read_list(kind, raw, path, errors)
    if isinstance(kind, inspect.DictType):
        return _read_mapping(kind, raw, path, errors)
    if isinstance(kind, inspect.StructType):
        if not isinstance(raw, Mapping):
            raise _Wrong("required")
        return _read_struct(kind.cls, raw, f"{path}.", errors)
    for form, read in _READERS.items():
        if isinstance(kind, form):
            return read(kind, raw, extra)
    raise TypeError(f"a draft cannot hold {kind}")


def _read_list(kind: inspect.ListType, raw: Any, path: str, errors: dict[str, Any]) -> list[Any]:
    if not isinstance(raw, (list, tuple)):
        raw = [] if raw in ("", None) else [raw]
    if len(raw) < (kind.min_length or 0):
        raise _Wrong("required" if kind.min_length == 1 else "too-few", least=kind.min_length)
    if kind.max_length is not None and len(raw) > kind.max_length:
        raise _Wrong("too-numerous", most=kind.max_length)
    items = []
    for index, item in enumerate(raw):
        try:
            items.append(_read(kind.item_type, item, f"{path}.{index}", errors))
        except _Wrong as wrong:
            errors[f"{path}.{index}"] = wrong.error
    return items


def _read_mapping(
    kind: inspect.DictType, raw: Any, path: str, errors: dict[str, Any]
) -> dict[str, Any]:
    if not isinstance(raw, Mapping):
        raise _Wrong("required")
    if kind.max_length is not None and len(raw) > kind.max_length:
        raise _Wrong("too-numerous", most=kind.max_length)
    items = {}
    for name, item in raw.items():
        try:
            items[str(name)] = _read(kind.value_type, item, f"{path}.{name}", errors)
        except _Wrong as wrong:
            errors[f"{path}.{name}"] = wrong.error
    return items


def _read_text(kind: inspect.StrType, raw: Any, extra: Mapping[str, Any]) -> str:
    if not isinstance(raw, str):
        raise _Wrong("required")
    most = kind.max_length or MAX_TEXT_LENGTH
    if len(raw) > 4 * most:  # before any work: composing, and parting lines, can only shorten it
        raise _Wrong("too-long", most=most, over=len(raw) - most)
    if stream_safe(raw) != raw:
        raise _Wrong("too-many-marks", most=MOST_MARKS)
    text = _CONTROLS.sub("", _LINE_ENDS.sub("\n", normal_form("NFC", raw))).strip()
    seen = visible(text).strip()
    if not seen:
        text = ""  # of signs that nobody sees: nothing
    if extra.get("printable"):
        text = " ".join(text.split())
        if not text.isprintable():
            raise _Wrong("not-printable")
    if kind.min_length and not text:
        raise _Wrong("required")
    if kind.min_length and len(seen) < kind.min_length:
        raise _Wrong("too-short", least=kind.min_length)
    if len(text) > most:
        raise _Wrong("too-long", most=most, over=len(text) - most)
    if kind.pattern and text and not re.search(kind.pattern, text):
        raise _Wrong(extra.get("error", "not-a-choice"))
    try:
        return extra["read"](text) if text and "read" in extra else text
    except NotAnAddress as fault:
        raise _Wrong(fault.code) from None


def _read_integer(kind: inspect.IntType, raw: Any, extra: Mapping[str, Any]) -> int:
    try:
        value = int(str(raw).strip().replace("\u202f", "").replace(" ", ""))
    except ValueError:
        raise _Wrong("required" if raw == "" else "not-a-number") from None
    if (kind.ge is not None and value < kind.ge) or (kind.le is not None and value > kind.le):
        raise _Wrong("out-of-range", least=kind.ge, most=kind.le)
    return value


def _read_choice(kind: inspect.LiteralType, raw: Any, extra: Mapping[str, Any]) -> Any:
    if raw not in kind.values:
        raise _Wrong("required" if raw == "" else "not-a-choice")
    return raw


def _read_moment(kind: inspect.DateTimeType, raw: Any, extra: Mapping[str, Any]) -> datetime:
    """RFC 3339, or a form's local time of Paris: `2027-03-12T18:00`, `12/03/2027 18:00`.

    A day without an hour is its first moment; of what `ends`, it is over when that day is.
    """
    if isinstance(raw, datetime):
        return raw
    text = str(raw)[:LONGEST_MOMENT].strip()
    value = _moment_in(text)
    if value is None:
        raise _Wrong("required" if text == "" else "not-a-date")
    if value.year not in YEARS:
        raise _Wrong("not-a-year", least=YEARS[0], most=YEARS[-1])
    if extra.get("ends") and _DAY.fullmatch(text):
        value += timedelta(days=1)
    return value if value.tzinfo else value.replace(tzinfo=PARIS)


def _moment_in(text: str) -> datetime | None:
    for pattern in (None, "%d/%m/%Y %H:%M", "%d/%m/%Y"):
        try:
            if pattern is None:
                return datetime.fromisoformat(text)
            return datetime.strptime(text, pattern)  # noqa: DTZ007 (placed by the caller)
        except ValueError:
            continue
    return None


def _read_flag(kind: inspect.BoolType, raw: Any, extra: Mapping[str, Any]) -> bool:
    return raw in (True, "1", "true", "on", "yes", "oui")


def _read_uuid(kind: inspect.UUIDType, raw: Any, extra: Mapping[str, Any]) -> UUID:
    try:
        return UUID(str(raw))
    except ValueError:
        raise _Wrong("required" if raw == "" else "not-a-choice") from None


_READERS: dict[Any, Any] = {
    inspect.StrType: _read_text,
    inspect.IntType: _read_integer,
    inspect.LiteralType: _read_choice,
    inspect.DateTimeType: _read_moment,
    inspect.BoolType: _read_flag,
    inspect.UUIDType: _read_uuid,
}
