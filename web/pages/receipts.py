"""Receipts, for whoever holds their reference, and a consultation's dates for a calendar."""

from datetime import UTC, datetime
from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath, FromQuery

from api.plumbing.transaction import Acting
from deliberation.ballot_box.queries import receipt_view, voted_polls
from deliberation.consultations.queries import ConsultationPage, consultation_page
from deliberation.kit.errors import NotFound
from deliberation.polls.queries import poll_views
from deliberation.words.catalogue import COLON
from deliberation.words.formats import last_minute
from deliberation.words.labels import label
from web.pages.provider import known_elector
from web.render import render, see_page
from web.templating import page_address


@get("/recu")
async def ask_reference(
    request: Request[Any, Any, Any], act: Acting, reference: FromQuery[str] = ""
) -> Response[Any]:
    """Where a reference is typed from paper."""
    wanted = reference.strip().upper()[:20]
    if not wanted:
        return render(request, "ballots/reference.html", typed="", private=True)
    try:
        view = await receipt_view(act, wanted)
    except NotFound:
        errors = {"reference": ""}
        return render(
            request, "ballots/reference.html", status=404, typed=wanted, errors=errors, private=True
        )
    return see_page(act.lang, f"/recu/{view.reference}")


@get("/recu/{reference:str}")
async def receipt(
    request: Request[Any, Any, Any], act: Acting, reference: FromPath[str]
) -> Response[str]:
    """What became of a ballot; never what it says."""
    view = await receipt_view(act, reference)
    voted = await voted_polls(act, view.page) if view.voted_on else frozenset()
    open_polls = [p for p in await poll_views(act, view.page) if p.state == "open"]
    poll = view.poll
    return render(
        request,
        "ballots/receipt.html",
        authority=view.page.card.authority,
        private=True,
        receipt=view,
        page=view.page,
        poll=poll,
        known=known_elector(request, act, view.page) is not None,
        until=last_minute(poll.closes_at) if poll.closes_at else None,
        left=[p for p in open_polls if p.number not in voted] if voted else [],
        address=act.house.settings.origin + page_address(act.lang, f"/c/{view.page.card.slug}"),
    )


@get("/c/{slug:str}/calendrier.ics", media_type="text/calendar")
async def calendar(act: Acting, slug: FromPath[str]) -> Response[bytes]:
    """The consultation's dates, as iCalendar (RFC 5545)."""
    page = await consultation_page(act, slug)
    address = act.house.settings.origin + page_address(act.lang, f"/c/{slug}")
    return Response(
        _ics(page, act.lang, address, act.now).encode(),
        media_type="text/calendar",
        headers={"content-disposition": f'inline; filename="{slug}.ics"'},
    )


def _ics(page: ConsultationPage, lang: str, address: str, now: datetime) -> str:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Beffroi//Consultations//FR"]
    for phase in page.card.phases:
        title = f"{label(lang, 'phase', phase.kind)}{COLON[lang]}{page.card.title}"
        lines += [
            "BEGIN:VEVENT",
            f"UID:{page.card.id}-{phase.kind}",
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
