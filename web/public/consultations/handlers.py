"""Pages of a consultation: question, rules, what became of it, journal."""

from datetime import date, datetime, time
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath

from api.core.consultations import ThisPage
from api.core.requests import AnyRequest
from api.core.transaction import LATE, Ctx
from deliberation.core.context import RequestContext
from deliberation.core.cursor import from_cursor, to_cursor
from deliberation.elections.polls.change_texts import ChangeLine as Line
from deliberation.elections.polls.change_texts import change_lines
from deliberation.elections.polls.queries import poll_views
from deliberation.elections.rules.texts import consultation_rules, right
from deliberation.followup.answers.owed import standings
from deliberation.followup.answers.queries import answers_of
from deliberation.followup.answers.texts import owed
from deliberation.i18n.catalogue import colon, label
from deliberation.i18n.formats import PARIS
from deliberation.journal.queries import public_events
from deliberation.network.authorities.queries import authority_page
from deliberation.process.consultations.texts import PHASE_LABELS
from deliberation.process.consultations.versions import ChangeList, changes
from deliberation.text.icalendar import CalendarEvent, calendar_file
from deliberation.views.activity.texts import PUBLIC, activity_text
from deliberation.views.overview.queries import consultation_overview
from deliberation.views.timeline.status import timeline
from deliberation.views.timeline.texts import period, status_message, timeline_texts
from web.shell.paths import onward
from web.shell.render import render
from web.shell.templating import page_address

ONE = "/c/{slug:str}"


@get(ONE, opt={LATE: True})
async def consultation(request: AnyRequest, ctx: Ctx, page: ThisPage) -> Response[str]:
    """The page: question, author, dates, promise, status."""
    overview = await consultation_overview(ctx, page)
    return render(
        request,
        "public/consultations/one.html",
        shared=True,
        page=page,
        overview=overview,
        message=status_message(ctx.lang, overview.status, ctx.now, overview.standing),
        timeline=timeline_texts(ctx.lang, overview.timeline, overview.standing),
    )


@get(ONE + "/reglement", opt={LATE: True})
async def rules(request: AnyRequest, ctx: Ctx, page: ThisPage) -> Response[str]:
    """Page of the rules: who may take part, when, how votes are counted, what is moderated."""
    authority, phases = page.card.authority, page.card.phases
    kinds = [phase.kind for phase in phases]
    return render(
        request,
        "public/consultations/rules.html",
        shared=True,
        authority=authority,
        page=page,
        host=await authority_page(ctx, authority.slug),
        chapters=consultation_rules(
            ctx.lang, authority.name, kinds, await poll_views(ctx, page.ref)
        ),
        phases=[
            (
                label(ctx.lang, PHASE_LABELS, one.kind),
                period(ctx.lang, one.opens_at, one.closes_at),
                right(ctx.lang, one.kind, kinds),
            )
            for one in phases
        ],
    )


@get(ONE + "/suites", opt={LATE: True})
async def follow_up(request: AnyRequest, ctx: Ctx, page: ThisPage) -> Response[str]:
    """Page of the authority's answers, those it still owes, and what comes."""
    answers = await answers_of(ctx, page, onward(request))
    stands = (await standings(ctx, [page.card]))[page.card.id]
    return render(
        request,
        "public/consultations/follow_up.html",
        shared=True,
        page=page,
        answers=answers,
        polls=[poll for poll in await poll_views(ctx, page.ref) if poll.state == "counted"],
        standing=stands,
        owed=owed(ctx.lang, stands),
        timeline=timeline_texts(ctx.lang, timeline(page.card.phases, stands), stands),
    )


@get(ONE + "/versions", opt={LATE: True})
async def versions(request: AnyRequest, ctx: Ctx, page: ThisPage) -> Response[str]:
    """Page of the changes to what was announced: the old text, the new one, and why."""
    found = await changes(ctx, page.ref, onward(request))
    return render(
        request,
        "public/consultations/versions.html",
        shared=True,
        page=page,
        changes=_worded(ctx, found),
        next=found.next,
    )


@get(ONE + "/journal", opt={LATE: True})
async def journal(request: AnyRequest, ctx: Ctx, page: ThisPage) -> Response[str]:
    """The dated facts that anybody may check, nobody named."""
    until = cursor = onward(request)
    if cursor:
        (day,) = from_cursor(cursor, date)
        until = to_cursor(datetime.combine(day, time(), PARIS), UUID(int=0))
    events = await public_events(ctx, page.card.id, PUBLIC, cursor)
    changed: dict[date, list[ChangeText]] = {}
    for change in _worded(ctx, await changes(ctx, page.ref, until)):
        changed.setdefault(change.at.astimezone(PARIS).date(), []).append(change)
    return render(
        request,
        "public/consultations/journal.html",
        shared=True,
        page=page,
        days=[
            (
                day,
                [activity_text(ctx.lang, event.kind, event.count) for event in found],
                changed.get(day, []),
            )
            for day, found in groupby(events.items, key=lambda event: event.day)
        ],
        next=events.next,
    )


class ChangeText(NamedTuple):
    """A change of what was announced, in words."""

    at: datetime
    reason: str
    lines: list[Line]


def _worded(ctx: RequestContext, found: ChangeList) -> list[ChangeText]:
    return [
        ChangeText(one.at, one.reason, change_lines(ctx.lang, one.subject, one.differences))
        for one in found.items
    ]


@get("/c/{slug:str}/calendrier.ics", media_type="text/calendar", opt={LATE: True})
async def calendar(ctx: Ctx, page: ThisPage, slug: FromPath[str]) -> Response[bytes]:
    """The consultation's phases, for the calendar of a phone."""
    address = ctx.app.settings.origin + page_address(ctx.lang, f"/c/{slug}")
    events = [
        CalendarEvent(
            phase.id,
            f"{label(ctx.lang, PHASE_LABELS, phase.kind)}{colon(ctx.lang)}{page.card.title}",
            phase.opens_at,
            phase.closes_at,
            address,
        )
        for phase in page.card.phases
    ]
    return Response(
        calendar_file(events, ctx.now),
        media_type="text/calendar",
        headers={"content-disposition": f'inline; filename="{slug}.ics"'},
    )
