"""Pages of agents: to-do list, form of a consultation, opening, withdrawal."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from api.core.bodies import by_its_agents, by_staff, larger
from api.core.requests import AnyRequest
from api.core.transaction import Ctx
from deliberation.core.context import RequestContext, permit
from deliberation.core.cursor import MOST_COUNTED
from deliberation.elections.polls.eligibility import ASSURANCE, ASSURANCE_LEVELS, ROLLED
from deliberation.elections.polls.permissions import may_write_poll, may_write_polls
from deliberation.elections.polls.queries import PollView, poll_views
from deliberation.elections.polls.readiness import concerns
from deliberation.explanations.methods import METHOD_TEXTS
from deliberation.network.authorities.queries import AuthorityCard, authority_row, card_of
from deliberation.operations.replication import copies
from deliberation.process.consultations.commands import (
    Withdrawal,
    consultation_row,
    copies_late,
    open_consultation,
    reinstate_consultation,
    withdraw_consultation,
)
from deliberation.process.consultations.permissions import may_run, may_withdraw
from deliberation.process.consultations.phases import OPENS
from deliberation.process.consultations.queries import (
    ConsultationPage,
    consultation_page,
    moment_of,
)
from deliberation.process.consultations.standing import Held, standing
from deliberation.process.proposals.lists import proposal_list
from deliberation.process.proposals.structs import ProposalCard, ProposalSearch
from deliberation.views.timeline.status import timeline
from deliberation.views.timeline.texts import timeline_texts
from deliberation.views.todo.queries import todo
from deliberation.views.todo.texts import task_text
from web.shell.forms import BLANK, Filled, FormValues, fields_of, form_of, stored_form
from web.shell.render import render, see_page
from web.shell.templating import page_address
from web.staff.consultations.fields import (
    blocks,
    kind_of,
    typed_of,
    typed_rows,
    with_blocks,
    with_row,
    without_row,
)
from web.staff.consultations.form import read_form, save_form
from web.staff.consultations.texts import (
    COMPLETIONS,
    ELIGIBILITIES,
    MISSING,
    PHASES,
    POLL_NAMES,
    SECRECIES,
    UTILITIES,
    method_groups,
    name_of,
    row_name,
    summary,
    worded,
)

NEW = "/gestion/a/{authority:str}/nouvelle"
ITEM = "/gestion/c/{slug:str}"
CHOOSABLE = 100  # published proposals offered as options, the most supported first


@get("/gestion")
async def home(request: AnyRequest, ctx: Ctx) -> Response[str]:
    """Home page of agents: the viewer's tasks, authority by authority."""
    return render(
        request,
        "staff/consultations/home.html",
        todo=await todo(ctx),
        most=MOST_COUNTED,
        task_text=partial(task_text, ctx.lang),
    )


@get(NEW)
async def new(request: AnyRequest, ctx: Ctx, authority: FromPath[str]) -> Response[str]:
    """An empty form."""
    row = await authority_row(ctx, authority)
    permit(may_run(ctx, row.id))
    return await _form(request, ctx, card_of(row), None, Filled(FormValues(polls="0")))


@post(NEW, **larger(by_staff, fields=600))
async def create(request: AnyRequest, ctx: Ctx, authority: FromPath[str]) -> Response[Any]:
    """Keep a new consultation as a draft, or show the form again with what is to be corrected."""
    row = await authority_row(ctx, authority)
    permit(may_run(ctx, row.id))
    return await _answer(request, ctx, card_of(row), None)


@get(ITEM)
async def edit(request: AnyRequest, ctx: Ctx, slug: FromPath[str]) -> Response[str]:
    """The form of a consultation, as it is stored."""
    page = await agents_page(ctx, slug)
    polls = _writable(ctx, page, await poll_views(ctx, page.ref))
    form = stored_form(typed_of(page, polls))
    return await _form(request, ctx, page.card.authority, page, form)


@post(ITEM, **larger(by_its_agents, fields=600))
async def save(request: AnyRequest, ctx: Ctx, slug: FromPath[str]) -> Response[Any]:
    """Change a consultation, or show the form again with what is to be corrected."""
    page = await agents_page(ctx, slug)
    return await _answer(request, ctx, page.card.authority, page)


@get(ITEM + "/ouvrir")
async def check(request: AnyRequest, ctx: Ctx, slug: FromPath[str]) -> Response[str]:
    """Page of advice before opening, with the button that opens."""
    page = await agents_page(ctx, slug)
    polls = await poll_views(ctx, page.ref)
    none_yet = standing(page.card.phases, Held(), ctx.now)
    return render(
        request,
        "staff/consultations/open.html",
        page=page,
        polls=polls,
        on_roll=ROLLED,
        steps=timeline_texts(ctx.lang, timeline(page.card.phases, none_yet), none_yet),
        concerns=await _concerns(ctx, page, polls),
        late=await copies_late(ctx, page.card.phases),
        begun=any(phase.opens_at <= ctx.now for phase in page.card.phases),
    )


@post(ITEM + "/ouvrir")
async def open_(request: AnyRequest, ctx: Ctx, slug: FromPath[str]) -> Redirect:
    """Make a consultation public."""
    accepts = bool((await fields_of(request)).get("accepte"))
    await open_consultation(ctx, await consultation_row(ctx, slug), accepts_late_copies=accepts)
    return _to(ctx, slug, "?fait=ouverte")


@get(ITEM + "/retirer")
async def ask_withdrawal(request: AnyRequest, ctx: Ctx, slug: FromPath[str]) -> Response[str]:
    """Asks before a consultation is taken back."""
    return _withdrawing(request, ctx, await agents_page(ctx, slug))


@post(ITEM + "/retirer")
async def withdraw(request: AnyRequest, ctx: Ctx, slug: FromPath[str]) -> Response[Any]:
    """Take a consultation back before anything in it has opened."""
    row = await consultation_row(ctx, slug)
    form = await form_of(request, Withdrawal, ctx.lang)
    if form.draft is None:
        page = await agents_page(ctx, slug)
        return _withdrawing(request, ctx, page, form)
    await withdraw_consultation(ctx, row, form.draft.reason)
    return see_page(ctx.lang, "/gestion?fait=retiree")


@post(ITEM + "/reprendre")
async def reinstate(ctx: Ctx, slug: FromPath[str]) -> Redirect:
    """Undo a withdrawal."""
    await reinstate_consultation(ctx, await consultation_row(ctx, slug))
    return _to(ctx, slug)


async def agents_page(ctx: RequestContext, slug: str) -> ConsultationPage:
    """The consultation an agent works on. Raises `NotFound` for everybody else."""
    await consultation_row(ctx, slug)
    return await consultation_page(ctx, slug)


def _withdrawing(
    request: AnyRequest, ctx: RequestContext, page: ConsultationPage, form: Filled = BLANK
) -> Response[str]:
    return render(
        request,
        "staff/consultations/withdraw.html",
        page=page,
        withdraws=_withdraws(ctx, page),
        form=form,
    )


def _withdraws(ctx: RequestContext, page: ConsultationPage) -> bool:
    card = page.card
    return may_withdraw(ctx, card.authority.id, card.state, card.phases) is None


async def _answer(
    request: AnyRequest,
    ctx: RequestContext,
    authority: AuthorityCard,
    page: ConsultationPage | None,
) -> Response[Any]:
    """Answer to a sent form: the form with one block more or less, with errors, or the next
    page.
    """
    fields = await fields_of(request)
    todo = str(fields.get("faire", ""))
    if todo.startswith(("ajouter", "enlever-", "oter-", "phase")):
        return await _form(request, ctx, authority, page, Filled(_rearranged(fields, todo)))
    choosable = await _choosable(ctx, page)
    written = read_form(fields, ctx.lang, page, {one.number: one.title for one in choosable})
    polls = _writable(ctx, page, await poll_views(ctx, page.ref)) if page else []
    if page and written.is_outdated(typed_of(page, polls)):
        return await _form(request, ctx, authority, page, written)
    slug = await save_form(ctx, authority.id, page, polls, written)
    if slug is None:
        return await _form(request, ctx, authority, page, written)
    if todo == "verifier":
        return _to(ctx, f"{slug}/ouvrir")
    return _to(ctx, slug, "?fait=oui" if page else "?fait=brouillon")


def _rearranged(fields: dict[str, Any], todo: str) -> FormValues:
    """The form as typed, with one vote or one phase more, or without one."""
    typed = FormValues(fields)
    if todo == "phase":
        return with_row(typed, str(typed["de_plus"]))
    if todo.startswith("oter-"):
        return without_row(typed, todo.removeprefix("oter-"))
    votes = blocks(typed)
    if todo == "ajouter":
        return with_blocks(typed, [*votes, {"method": next(iter(METHOD_TEXTS))}])
    gone = todo.removeprefix("enlever-")
    return with_blocks(typed, [vote for index, vote in enumerate(votes) if str(index) != gone])


async def _form(
    request: AnyRequest,
    ctx: RequestContext,
    authority: AuthorityCard,
    page: ConsultationPage | None,
    form: Filled,
) -> Response[str]:
    here = f"/gestion/c/{page.card.slug}" if page else f"/gestion/a/{authority.slug}/nouvelle"
    polls_fixed = page is not None and may_write_polls(ctx, page.ref, ctx.now) is not None
    return render(
        request,
        "staff/consultations/form.html",
        authority=authority,
        here=page_address(ctx.lang, here),
        page=page,
        form=form,
        summary=summary(ctx.lang, form.errors),
        names={name: name_of(ctx.lang, name) for name in form.changed},
        name=partial(name_of, ctx.lang),
        kinds=list(OPENS),
        rows={row: row_name(ctx.lang, row) for row in typed_rows(form.typed)},
        kind_of=kind_of,
        stored={str(phase.id): phase for phase in page.card.phases} if page else {},
        phase_words=PHASES,
        poll_names=POLL_NAMES,
        methods=method_groups(ctx.lang),
        choices={"missing": MISSING, "utility": UTILITIES, "completion": COMPLETIONS},
        secrecies=SECRECIES,
        eligibilities={
            code: (f"E{ASSURANCE_LEVELS.index(ASSURANCE[code])}", words)
            for code, words in ELIGIBILITIES.items()
        },
        votes=blocks(form.typed),
        polls=await _fixed(ctx, page),
        polls_fixed=polls_fixed,
        withdraws=page is not None and _withdraws(ctx, page),
        choosable=[] if polls_fixed else await _choosable(ctx, page),
        advice=await _advice(ctx, page),
    )


async def _fixed(ctx: RequestContext, page: ConsultationPage | None) -> list[PollView]:
    """The votes that have begun, and change no more."""
    polls = await poll_views(ctx, page.ref) if page else []
    writable = _writable(ctx, page, polls) if page else []
    return [poll for poll in polls if poll not in writable]


def _writable(
    ctx: RequestContext, page: ConsultationPage, polls: Sequence[PollView]
) -> list[PollView]:
    """The votes that may still change."""
    ref = page.ref
    return [poll for poll in polls if not may_write_poll(ctx, ref, ref.phase(poll.phase), ctx.now)]


async def _advice(ctx: RequestContext, page: ConsultationPage | None) -> list[tuple[str, str]]:
    """Advice on a public consultation while people can still take part."""
    if page is None or page.card.state != "open" or moment_of(page.card) == "over":
        return []
    return await _concerns(ctx, page, await poll_views(ctx, page.ref))


async def _concerns(
    ctx: RequestContext, page: ConsultationPage, polls: Sequence[PollView]
) -> list[tuple[str, str]]:
    provider = bool(ctx.app.settings.oidc_issuer)
    late = await copies(ctx.db)
    return worded(ctx.lang, concerns(page, polls, ctx.now, provider=provider, copies=late))


async def _choosable(ctx: RequestContext, page: ConsultationPage | None) -> list[ProposalCard]:
    """The published proposals that may be put to the vote."""
    if page is None:
        return []
    search = ProposalSearch(sort="supported", size=CHOOSABLE)
    return (await proposal_list(ctx, page.ref, search)).items


def _to(ctx: RequestContext, slug: str, query: str = "") -> Redirect:
    return see_page(ctx.lang, f"/gestion/c/{slug}{query}")
