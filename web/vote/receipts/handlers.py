"""Receipts by their reference, and a consultation's dates for a calendar."""

from datetime import UTC, datetime
from typing import Any

from litestar import Response, get
from litestar.params import FromPath, FromQuery

from api.core.consultations import ThisPage
from api.core.requests import AnyRequest
from api.core.transaction import Ctx
from deliberation.core.errors import NotFound
from deliberation.elections.ballots.queries import receipt_view, voted_polls
from deliberation.elections.polls.queries import poll_views
from deliberation.i18n.catalogue import colon, label
from deliberation.i18n.formats import last_minute
from deliberation.process.consultations.queries import ConsultationPage
from deliberation.process.consultations.texts import PHASE_LABELS
from web.shell.render import render, see_page
from web.shell.templating import page_address
from web.vote.identity_provider.handlers import known_elector


@get("/recu")
async def ask_reference(
    request: AnyRequest, ctx: Ctx, reference: FromQuery[str] = ""
) -> Response[Any]:
    """Where a reference is typed from paper."""
    wanted = reference.strip().upper()[:20]
    if not wanted:
        return render(request, "vote/receipts/reference.html", typed="", private=True)
    try:
        view = await receipt_view(ctx, wanted)
    except NotFound:
        errors = {"reference": ""}
        return render(
            request,
            "vote/receipts/reference.html",
            status=404,
            typed=wanted,
            errors=errors,
            private=True,
        )
    return see_page(ctx.lang, f"/recu/{view.reference}")


@get("/recu/{reference:str}")
async def receipt(request: AnyRequest, ctx: Ctx, reference: FromPath[str]) -> Response[str]:
    """What became of a ballot; never what it says."""
    view = await receipt_view(ctx, reference)
    voted = await voted_polls(ctx, view.page.ref) if view.voted_on else frozenset()
    open_polls = [p for p in await poll_views(ctx, view.page.ref) if p.state == "open"]
    poll = view.poll
    return render(
        request,
        "vote/receipts/receipt.html",
        authority=view.page.card.authority,
        private=True,
        receipt=view,
        page=view.page,
        poll=poll,
        known=known_elector(request, ctx, view.page) is not None,
        until=last_minute(poll.closes_at) if poll.closes_at else None,
        left=[p for p in open_polls if p.number not in voted] if voted else [],
        address=ctx.app.settings.origin + page_address(ctx.lang, f"/c/{view.page.card.slug}"),
    )


@get("/c/{slug:str}/calendrier.ics", media_type="text/calendar")
async def calendar(ctx: Ctx, page: ThisPage, slug: FromPath[str]) -> Response[bytes]:
    """The consultation's dates, as iCalendar (RFC 5545)."""
    address = ctx.app.settings.origin + page_address(ctx.lang, f"/c/{slug}")
    return Response(
        _ics(page, ctx.lang, address, ctx.now).encode(),
        media_type="text/calendar",
        headers={"content-disposition": f'inline; filename="{slug}.ics"'},
    )


def _ics(page: ConsultationPage, lang: str, address: str, now: datetime) -> str:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Beffroi//Consultations//FR"]
    for phase in page.card.phases:
        title = f"{label(lang, PHASE_LABELS, phase.kind)}{colon(lang)}{page.card.title}"
        lines += [
            "BEGIN:VEVENT",
            f"UID:{phase.id}",
            f"DTSTAMP:{_utc(now)}",
            f"DTSTART:{_utc(phase.opens_at)}",
            f"DTEND:{_utc(phase.closes_at)}",
            f"SUMMARY:{_escaped(title)}",
            f"URL:{address}",
            "END:VEVENT",
        ]
    return "".join(f"{_folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    for mark in "\\;,":
        text = text.replace(mark, f"\\{mark}")
    return "\\n".join(text.splitlines())


def _folded(line: str) -> str:
    """A line in pieces of at most 75 octets, none of which cuts a character."""
    pieces: list[bytes] = []
    piece = b""
    for character in line:
        coded = character.encode()
        if len(piece) + len(coded) > (75 if not pieces else 74):
            pieces.append(piece)
            piece = b""
        piece += coded
    return "\r\n ".join(part.decode() for part in [*pieces, piece])


HANDLERS = [ask_reference, receipt, calendar]
