"""Read the uploaded files of the trustees' count: minutes, signatures, recount file, PDF."""

from collections.abc import Sequence

import msgspec

from deliberation.core.context import RequestContext
from deliberation.core.errors import Conflict, Invalid
from deliberation.elections.bulletin_board.entries import first_entry
from deliberation.elections.polls.queries import PollView
from deliberation.elections.results.sealed_count import CountDraft
from deliberation.elections.sealed_protocol.board import body_of
from deliberation.elections.sealed_protocol.bodies import OpenBody
from deliberation.elections.sealed_protocol.signatures import NotASignature, placed, read_signature


class CountFiles(msgspec.Struct, frozen=True, kw_only=True):
    """Each file as it was sent; `signatures`: one for each trustee who signed."""

    minutes: bytes
    signatures: Sequence[bytes]
    recount: bytes | None
    pdf: bytes


async def read_count(ctx: RequestContext, poll: PollView, files: CountFiles) -> CountDraft:
    """The draft of a count, its signatures put at their trustees' places.

    Raises `Conflict("urn-not-closed")`, `Invalid` naming `signatures` or `pdf`.
    """
    opening = await first_entry(ctx, poll.id)
    if opening is None:
        raise Conflict("urn-not-closed")
    if not files.pdf.startswith(b"%PDF-"):
        raise Invalid({"pdf": "not-a-pdf"})
    trustees = body_of(opening, OpenBody).trustees
    try:
        signatures = [read_signature(data) for data in files.signatures]
        by_place = placed(signatures, files.minutes, trustees)
    except msgspec.DecodeError as error:
        raise Invalid({"signatures": "not-a-signature"}) from error
    except NotASignature as error:
        code, name = error.args
        raise Invalid({"signatures": (code, {"name": name})}) from error
    return CountDraft(
        minutes=files.minutes, signatures=by_place, recount=files.recount, pdf=files.pdf
    )
