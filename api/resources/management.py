"""Routes for agents and administrators: consultations, their opening, authorities, members."""

from uuid import UUID

from litestar.params import FromPath, FromQuery, JSONBody

from api.core.bodies import by_its_agents, by_staff, larger
from api.core.routes import delete, get, post, put
from api.core.transaction import Ctx
from api.resources.elections.of_agents import agents_consultation
from deliberation.core.context import permit
from deliberation.core.errors import Invalid
from deliberation.elections.ballot_box.early_ends import (
    EndDraft,
    EndView,
    ask_end,
    end_requests,
    grant_end,
)
from deliberation.elections.polls.queries import poll_views
from deliberation.elections.polls.readiness import Concern, concerns
from deliberation.network.authorities.commands import AuthorityDraft, Slug, change_authority
from deliberation.network.authorities.permissions import may_change_authority
from deliberation.network.authorities.queries import AuthorityPage, authority_page, authority_row
from deliberation.network.people.inviting import (
    OfferedRole,
    OfferList,
    accept_role,
    decline_role,
    invite,
    offered_roles,
    pending_offers,
    withdraw_offer,
)
from deliberation.network.people.roles import Invitation, withdraw_role
from deliberation.network.people.team import Team, team
from deliberation.operations.replication import copies
from deliberation.process.consultations.commands import (
    ConsultationDraft,
    Withdrawal,
    change_consultation,
    consultation_row,
    draft_consultation,
    open_consultation,
    reinstate_consultation,
    withdraw_consultation,
)
from deliberation.process.consultations.queries import ConsultationPage, consultation_page
from deliberation.views.todo.queries import AuthorityTodo, todo

ITEM = "/consultations/{slug:str}"
MEMBERS = "/authorities/{slug:str}/members"
OFFERS = "/authorities/{slug:str}/invitations"


class NewConsultation(ConsultationDraft, frozen=True, kw_only=True):
    """A consultation to write down, and the slug of the authority that asks."""

    authority: Slug


@get("/todo")
async def list_todo(ctx: Ctx) -> list[AuthorityTodo]:
    """Your tasks, one entry for each authority you have a role in."""
    return await todo(ctx)


@post("/consultations", **larger(by_staff))
async def create_consultation(ctx: Ctx, data: JSONBody[NewConsultation]) -> ConsultationPage:
    """Write a consultation down; only its authority sees it until it is opened."""
    authority = await authority_row(ctx, data.authority)
    draft = ConsultationDraft(
        **{name: getattr(data, name) for name in ConsultationDraft.__struct_fields__}
    )
    await draft_consultation(ctx, authority.id, draft)
    return await consultation_page(ctx, data.slug)


@put(ITEM, **larger(by_its_agents))
async def put_consultation(
    ctx: Ctx, slug: FromPath[str], data: JSONBody[ConsultationDraft]
) -> ConsultationPage:
    """Change texts and dates; what has passed keeps its dates, and the slug is the address's."""
    await change_consultation(ctx, await consultation_row(ctx, slug), data)
    await ctx.db.flush()
    return await consultation_page(ctx, data.slug)


@get(ITEM + "/concerns")
async def list_concerns(ctx: Ctx, slug: FromPath[str]) -> list[Concern]:
    """Advice before opening a consultation; never a refusal."""
    await consultation_row(ctx, slug)
    page = await consultation_page(ctx, slug)
    provider = bool(ctx.app.settings.oidc_issuer)
    polls, late = await poll_views(ctx, page.ref), await copies(ctx.db)
    return concerns(page, polls, ctx.now, provider=provider, copies=late)


@post(ITEM + "/opening")
async def create_opening(
    ctx: Ctx, slug: FromPath[str], accept_late_copies: FromQuery[bool] = False
) -> ConsultationPage:
    """Make a consultation public, on its dates; a vote where `copies-late` must be accepted."""
    row = await consultation_row(ctx, slug)
    await open_consultation(ctx, row, accepts_late_copies=accept_late_copies)
    await ctx.db.flush()
    return await consultation_page(ctx, slug)


@delete(ITEM + "/withdrawal", status_code=200)
async def delete_withdrawal(ctx: Ctx, slug: FromPath[str]) -> ConsultationPage:
    """Undo the withdrawal of a consultation: it is a draft again."""
    await reinstate_consultation(ctx, await consultation_row(ctx, slug))
    await ctx.db.flush()
    return await consultation_page(ctx, slug)


@post(ITEM + "/withdrawal")
async def create_withdrawal(
    ctx: Ctx, slug: FromPath[str], data: JSONBody[Withdrawal]
) -> ConsultationPage:
    """Take a consultation back before anything in it has opened."""
    await withdraw_consultation(ctx, await consultation_row(ctx, slug), data.reason)
    await ctx.db.flush()
    return await consultation_page(ctx, slug)


@get(ITEM + "/ends")
async def list_ends(ctx: Ctx, slug: FromPath[str]) -> list[EndView]:
    """The earlier ends that were asked for."""
    return await end_requests(ctx, await agents_consultation(ctx, slug))


@post(ITEM + "/ends")
async def create_end(ctx: Ctx, slug: FromPath[str], data: JSONBody[EndDraft]) -> list[EndView]:
    """Ask to end a phase earlier, drop one to come or cancel all; a second person decides."""
    consultation = await agents_consultation(ctx, slug)
    await ask_end(ctx, consultation, data)
    return await end_requests(ctx, consultation)


@post(ITEM + "/ends/{request_id:uuid}/grant", status_code=204)
async def create_end_grant(ctx: Ctx, slug: FromPath[str], request_id: FromPath[UUID]) -> None:
    """Grant an earlier end as a second person: it takes effect at once, is published and mailed."""
    await grant_end(ctx, await agents_consultation(ctx, slug), request_id)


@put("/authorities/{slug:str}", **larger(by_staff))
async def put_authority(
    ctx: Ctx, slug: FromPath[str], data: JSONBody[AuthorityDraft]
) -> AuthorityPage:
    """Change what an authority says of itself; its slug stays, since addresses hold it."""
    row = await authority_row(ctx, slug)
    permit(may_change_authority(ctx, row.id))
    if data.slug != slug:
        raise Invalid({"slug": "slug-stays"})
    await change_authority(ctx, row, data)
    await ctx.db.flush()
    return await authority_page(ctx, slug)


@get(MEMBERS)
async def list_members(ctx: Ctx, slug: FromPath[str], cursor: FromQuery[str] = "") -> Team:
    """Members of an authority and their roles; for administrators."""
    return await team(ctx, (await authority_row(ctx, slug)).id, cursor)


@post(MEMBERS)
async def create_member(ctx: Ctx, slug: FromPath[str], data: JSONBody[Invitation]) -> OfferList:
    """Offer somebody, known or new, a role by mail; they hold it once they accept. What waits."""
    authority = await authority_row(ctx, slug)
    await invite(ctx, authority.id, data)
    return await pending_offers(ctx, authority.id)


@get(OFFERS)
async def list_offers(ctx: Ctx, slug: FromPath[str], cursor: FromQuery[str] = "") -> OfferList:
    """Roles offered and not yet accepted; for administrators."""
    return await pending_offers(ctx, (await authority_row(ctx, slug)).id, cursor)


@delete(OFFERS + "/{offer_id:uuid}")
async def delete_offer(ctx: Ctx, slug: FromPath[str], offer_id: FromPath[UUID]) -> None:
    """Take an offer back."""
    await withdraw_offer(ctx, (await authority_row(ctx, slug)).id, offer_id)


@get("/invitations")
async def list_invitations(ctx: Ctx) -> list[OfferedRole]:
    """The roles that your address was offered."""
    return await offered_roles(ctx)


@post("/invitations/{offer_id:uuid}/acceptance", status_code=204)
async def create_acceptance(ctx: Ctx, offer_id: FromPath[UUID]) -> None:
    """Take a role that your address was offered."""
    await accept_role(ctx, offer_id)


@post("/invitations/{offer_id:uuid}/refusal", status_code=204)
async def create_role_refusal(ctx: Ctx, offer_id: FromPath[UUID]) -> None:
    """Refuse a role that you were offered."""
    await decline_role(ctx, offer_id)


@delete(MEMBERS + "/{person_id:uuid}/{role:str}")
async def delete_member(
    ctx: Ctx, slug: FromPath[str], person_id: FromPath[UUID], role: FromPath[str]
) -> None:
    """Take a role back; the last administrator keeps theirs."""
    await withdraw_role(ctx, (await authority_row(ctx, slug)).id, person_id, role)
