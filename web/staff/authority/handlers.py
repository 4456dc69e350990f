"""For administrators: the authority's team and public identity."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from api.core.bodies import by_staff, larger
from api.core.requests import AnyRequest
from api.core.transaction import Ctx
from deliberation.core.context import RequestContext, permit
from deliberation.core.errors import Conflict
from deliberation.jobs import PERIODIC
from deliberation.network.authorities.commands import AuthorityDraft, change_authority, written
from deliberation.network.authorities.permissions import may_change_authority, may_see_operation
from deliberation.network.authorities.queries import AuthorityCard, authority_row, card_of
from deliberation.network.people.inviting import invite, pending_offers, withdraw_offer
from deliberation.network.people.permissions import may_require_passkeys, may_withdraw_role
from deliberation.network.people.roles import Invitation, require_passkeys, withdraw_role
from deliberation.network.people.team import member, passkeys_required, team
from deliberation.operations.health import health
from deliberation.operations.health_texts import health_lines
from web.shell.forms import BLANK, Filled, Form, fields_of, form_of, stored_form
from web.shell.paths import onward
from web.shell.permitted import refusal_text
from web.shell.render import render, see_page
from web.shell.templating import next_page
from web.shell.theme import NIGHT, PAPER, is_tint, readable

SPACE = "/gestion/a/{authority:str}"
MEMBER = SPACE + "/equipe/{person_id:uuid}/{role:str}/retirer"


@get(SPACE + "/equipe")
async def team_page(request: AnyRequest, ctx: Ctx, authority: FromPath[str]) -> Response[str]:
    """The authority's people, and the form that invites one more."""
    row = await authority_row(ctx, authority)
    return await _team(request, ctx, card_of(row))


@post(SPACE + "/equipe")
async def invite_member(request: AnyRequest, ctx: Ctx, authority: FromPath[str]) -> Response[Any]:
    """Offer somebody a role, by the address they will sign in with."""
    row = await authority_row(ctx, authority)
    form = await form_of(request, Invitation, ctx.lang)
    if form.draft is not None:
        with form.refusing(Conflict, at="email"):
            await invite(ctx, row.id, form.draft)
            return _to_team(ctx, authority, "?fait=ajout")
    return await _team(request, ctx, card_of(row), form)


@post(SPACE + "/equipe/invitations/{offer_id:uuid}/annuler")
async def cancel_invitation(
    ctx: Ctx, authority: FromPath[str], offer_id: FromPath[UUID]
) -> Redirect:
    """Take an offer back."""
    await withdraw_offer(ctx, (await authority_row(ctx, authority)).id, offer_id)
    return _to_team(ctx, authority, "?fait=annulee")


@get(MEMBER)
async def ask_withdrawal(
    request: AnyRequest,
    ctx: Ctx,
    authority: FromPath[str],
    person_id: FromPath[UUID],
    role: FromPath[str],
) -> Response[str]:
    """Asks before a role is taken back."""
    row = await authority_row(ctx, authority)
    return render(
        request,
        "staff/authority/withdraw_member.html",
        authority=card_of(row),
        card=card_of(row),
        member=await member(ctx, row.id, person_id, role),
        me=ctx.person.id == person_id,
        unable=refusal_text(ctx, await may_withdraw_role(ctx, row.id, person_id, role)),
    )


@post(MEMBER)
async def withdraw_member(
    ctx: Ctx, authority: FromPath[str], person_id: FromPath[UUID], role: FromPath[str]
) -> Redirect:
    """Take a role back."""
    row = await authority_row(ctx, authority)
    await withdraw_role(ctx, row.id, person_id, role)
    if (person_id, role) == (ctx.person.id, "administrator"):  # whom the team's page now refuses
        return see_page(ctx.lang, "/")
    return _to_team(ctx, authority, "?fait=retrait")


@post(SPACE + "/cles")
async def save_passkeys(request: AnyRequest, ctx: Ctx, authority: FromPath[str]) -> Redirect:
    """Ask for passkeys from those who hold roles, or no longer."""
    row = await authority_row(ctx, authority)
    fields = await fields_of(request)
    await require_passkeys(ctx, row.id, wanted=bool(fields.get("passkeys_required")))
    return _to_team(ctx, authority, "?fait=cles")


@get(SPACE + "/identite")
async def identity_page(request: AnyRequest, ctx: Ctx, authority: FromPath[str]) -> Response[str]:
    """Name, colours, logo and contact, as they are."""
    row = await authority_row(ctx, authority)
    permit(may_change_authority(ctx, row.id))
    return _identity(request, card_of(row), stored_form(written(row)))


@post(SPACE + "/identite", **larger(by_staff))
async def save_identity(request: AnyRequest, ctx: Ctx, authority: FromPath[str]) -> Response[Any]:
    """Keep what was typed; or, with "Essayer", only show the page in the typed colour."""
    row = await authority_row(ctx, authority)
    permit(may_change_authority(ctx, row.id))
    fields = await fields_of(request)
    form = Form(AuthorityDraft, {**fields, "slug": row.slug}, ctx.lang)
    if fields.get("faire") == "essayer":
        return _identity(request, card_of(row), Filled(form.typed), tried=True)
    if not form.is_outdated(written(row)) and form.draft is not None:
        with form.refusing():
            await change_authority(ctx, row, form.draft)
            return see_page(ctx.lang, f"/gestion/a/{authority}/identite?fait=oui")
    return _identity(request, card_of(row), form)


@get(SPACE + "/fonctionnement")
async def operation(request: AnyRequest, ctx: Ctx, authority: FromPath[str]) -> Response[str]:
    """Page of the installation's health: sentences and counts, without names."""
    row = await authority_row(ctx, authority)
    permit(may_see_operation(ctx, row.id))
    found = await health(ctx.db, PERIODIC)
    sentences = list(health_lines(ctx.lang, found, mails=ctx.app.mails))
    return render(
        request,
        "staff/authority/operation.html",
        authority=card_of(row),
        sentences=sentences,
        attention=found.status != "ok" or not ctx.app.mails,
    )


class Shade(msgspec.Struct, frozen=True):
    """A colour as it will be shown on a ground, and whether it had to move."""

    colour: str
    changed: bool


def shades(accent: str) -> tuple[Shade, Shade] | None:
    """Readable shades of an accent, by day and by night; None when it is no colour yet."""
    tint = accent.strip().lstrip("#").lower()
    if not is_tint(tint):
        return None
    day, night = (readable(tint, ground) for ground in (PAPER, NIGHT))
    return Shade(f"#{day}", day != tint), Shade(f"#{night}", night != tint)


async def _team(
    request: AnyRequest, ctx: RequestContext, card: AuthorityCard, form: Filled = BLANK
) -> Response[str]:
    invited = request.query_params.get("liste") == "invitations"  # which list goes on
    members = await team(ctx, card.id, "" if invited else onward(request))
    offers = await pending_offers(ctx, card.id, onward(request) if invited else "")
    # The reader is an administrator: where one may leave, all may.
    alone = await may_withdraw_role(ctx, card.id, ctx.person.id, "administrator") is not None
    here = f"/gestion/a/{card.slug}/equipe"
    return render(
        request,
        "staff/authority/team.html",
        authority=card,
        card=card,
        members=members.items,
        more=next_page(ctx.lang, here, members.next),
        alone=alone,
        offers=offers.items,
        more_offers=next_page(ctx.lang, here, offers.next, liste="invitations"),
        passkeys_required=await passkeys_required(ctx, card.id),
        no_passkeys=refusal_text(ctx, await may_require_passkeys(ctx, card.id)),
        form=form,
    )


def _identity(
    request: AnyRequest, card: AuthorityCard, form: Filled, *, tried: bool = False
) -> Response[str]:
    """The form, dressed in the typed colour when it is one."""
    accent = str(form.typed["accent"])
    shown = shades(accent)
    dressed = msgspec.structs.replace(card, accent=accent.strip()) if shown else card
    return render(
        request,
        "staff/authority/identity.html",
        authority=dressed,
        card=card,
        form=form,
        shades=shown,
        tried=tried,
    )


def _to_team(ctx: RequestContext, authority: str, query: str) -> Redirect:
    return see_page(ctx.lang, f"/gestion/a/{authority}/equipe{query}")
