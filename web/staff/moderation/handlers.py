"""Report a text; the moderators' inbox; the public log of their decisions."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from api.core.consultations import ThisPage
from api.core.requests import AnyRequest
from api.core.routes import MAX_NUMBER
from api.core.transaction import Ctx
from deliberation.core.context import RequestContext
from deliberation.core.cursor import MOST_COUNTED
from deliberation.core.errors import NotFound, existing
from deliberation.network.authorities.queries import authority_row, card_of
from deliberation.process.consultations.queries import ConsultationPage, consultation_page
from deliberation.process.moderation.commands import Decision, ReportDraft, decide, report
from deliberation.process.moderation.measures import text_of
from deliberation.process.moderation.permissions import may_decide, may_suspend_account
from deliberation.process.moderation.queries import (
    ReadText,
    WaitingText,
    decisions,
    reported_text,
    waiting_reports,
)
from deliberation.process.moderation.texts import REASON_LABELS
from deliberation.process.proposals.queries import proposal_view
from deliberation.process.subjects.kinds import SubjectRef, path_of
from web.shell.forms import BLANK, Filled, Form, fields_of
from web.shell.permitted import refusal_text
from web.shell.render import render, see_page

REPORT = "/c/{slug:str}/signaler"
INBOX = "/gestion/a/{authority:str}/signalements"


class Target(msgspec.Struct, frozen=True):
    """The text that an address names, to be reported."""

    subject_id: UUID
    text: ReadText
    address: str  # the query that names it
    page: str  # where it is read


@get(REPORT)
async def reporting(
    request: AnyRequest,
    ctx: Ctx,
    slug: FromPath[str],
    proposition: FromQuery[int] = 0,
    argument: FromQuery[str] = "",
) -> Response[str]:
    """The form to report a text; `argument`: the id of one of any kind that can be reported."""
    _ = ctx.person
    page = await consultation_page(ctx, slug)
    target = await _target(ctx, page, proposition, argument)
    return _reporting(request, page, target)


@post(REPORT)
async def send_report(
    request: AnyRequest,
    ctx: Ctx,
    slug: FromPath[str],
    proposition: FromQuery[int] = 0,
    argument: FromQuery[str] = "",
) -> Response[Any]:
    """Report a text and return to its page."""
    _ = ctx.person
    page = await consultation_page(ctx, slug)
    target = await _target(ctx, page, proposition, argument)
    what = {"subject": target.text.kind, "subject_id": str(target.subject_id)}
    form = Form(ReportDraft, {**await fields_of(request), **what}, ctx.lang)
    if form.draft is None:
        return _reporting(request, page, target, form)
    first = (await report(ctx, page.ref, form.draft)).first
    query = urlencode({"signale": "oui" if first else "deja"})
    return see_page(ctx.lang, f"{target.page}?{query}")


@get("/c/{slug:str}/moderation")
async def log(request: AnyRequest, ctx: Ctx, page: ThisPage) -> Response[str]:
    """Public moderation log: how the discussion is moderated, and decisions without names or
    texts.
    """
    return render(
        request,
        "staff/moderation/log.html",
        shared=True,
        page=page,
        log=await decisions(ctx, page.ref),
        most=MOST_COUNTED,
        reasons=list(REASON_LABELS),
    )


@get(INBOX)
async def inbox(request: AnyRequest, ctx: Ctx, authority: FromPath[str]) -> Response[str]:
    """Page of the texts that await moderation, the oldest first."""
    row = await authority_row(ctx, authority)
    return render(
        request,
        "staff/moderation/inbox.html",
        authority=card_of(row),
        waiting=await waiting_reports(ctx, row.id),
    )


@get(INBOX + "/{subject_id:uuid}")
async def one(
    request: AnyRequest,
    ctx: Ctx,
    authority: FromPath[str],
    subject_id: FromPath[UUID],
) -> Response[str]:
    """One text that waits, its reports, and the two decisions."""
    row = await authority_row(ctx, authority)
    text = await _waiting(ctx, row.id, subject_id)
    return await _deciding(request, ctx, card_of(row), text)


@post(INBOX + "/{subject_id:uuid}")
async def settle(
    request: AnyRequest,
    ctx: Ctx,
    authority: FromPath[str],
    subject_id: FromPath[UUID],
) -> Response[Any]:
    """Keep or hide a reported text."""
    row = await authority_row(ctx, authority)
    text = await _waiting(ctx, row.id, subject_id)
    what = {"subject": text.subject, "subject_id": str(subject_id)}
    form = Form(Decision, {**await fields_of(request), **what}, ctx.lang)
    if form.draft is not None:
        with form.refusing():
            await decide(ctx, row.id, form.draft)
            kept = "publie" if text.held else "garde"
            done = "masque" if form.draft.decision == "hidden" else kept
            return see_page(ctx.lang, f"/gestion/a/{authority}/signalements?fait={done}")
    return await _deciding(request, ctx, card_of(row), text, form)


async def _target(ctx: RequestContext, page: ConsultationPage, number: int, text_id: str) -> Target:
    """The text of an address. Raises `NotFound` when it is not there to read."""
    if abs(number) > MAX_NUMBER:
        raise NotFound
    if number:
        subject_id = (await proposal_view(ctx, page.ref, number)).id
        address = urlencode({"proposition": number})
    else:
        try:
            subject_id = UUID(text_id)
        except ValueError:
            raise NotFound from None
        address = urlencode({"argument": text_id})
    text = existing(await reported_text(ctx, page.card.id, subject_id))
    here = path_of(page.card.slug, SubjectRef(text.top_kind, text.number))
    return Target(subject_id, text, address, here)


async def _waiting(ctx: RequestContext, authority_id: UUID, subject_id: UUID) -> WaitingText:
    found = await waiting_reports(ctx, authority_id, only=subject_id)
    if not found:
        raise NotFound
    return found[0]


def _reporting(
    request: AnyRequest, page: ConsultationPage, target: Target, form: Filled = BLANK
) -> Response[str]:
    return render(
        request,
        "staff/moderation/report.html",
        page=page,
        target=target,
        reasons=list(REASON_LABELS),
        form=form,
    )


async def _deciding(
    request: AnyRequest,
    ctx: RequestContext,
    authority: Any,
    text: WaitingText,
    form: Filled = BLANK,
) -> Response[str]:
    found = await text_of(ctx, authority.id, text.subject_id)
    return render(
        request,
        "staff/moderation/decide.html",
        authority=authority,
        text=text,
        unable=refusal_text(ctx, may_decide(ctx, authority.id, found.voter_id)),
        suspends=await may_suspend_account(ctx, authority.id, found.voter_id) is None,
        reasons=list(REASON_LABELS),
        form=form,
    )
