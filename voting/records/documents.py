"""Outcomes as JSON, and back."""

from collections.abc import Mapping
from typing import Any

import msgspec

from voting.evidence import WithheldEvidence
from voting.methods import METHODS
from voting.outcome import BareOutcome, Outcome


def to_json(outcome: Outcome) -> bytes:
    """Canonical JSON: keys sorted, UTF-8, no spaces."""
    return msgspec.json.encode(outcome, order="sorted")


def as_document(outcome: Outcome) -> dict[str, Any]:
    """The outcome as plain lists, dicts, strings and integers."""
    document: dict[str, Any] = msgspec.json.decode(to_json(outcome))
    return document


def from_document(document: Mapping[str, Any]) -> Outcome:
    """The outcome of a document that `as_document` made; its method says what evidence it has.

    Raises `msgspec.ValidationError` for a document that is not an outcome of a known method.
    """
    row = METHODS.get(str(document.get("method")))
    if row is None:
        raise msgspec.ValidationError("unknown method")
    shape = row.evidence if document.get("evidence") else WithheldEvidence
    bare = msgspec.convert(document, BareOutcome)
    evidence = msgspec.convert(document.get("evidence"), shape)
    return Outcome(evidence=evidence, **msgspec.structs.asdict(bare))
