"""What agents and administrators do: consultations, their opening, authorities, members."""

from uuid import UUID

from litestar.params import FromPath, JSONBody

from api.plumbing.bodies import by_its_agents, by_staff, larger
from api.plumbing.routes import delete, get, post, put
from api.plumbing.transaction import Acting
from deliberation.authorities.commands import AuthorityDraft, Slug, change_authority
from deliberation.authorities.permissions import may_change_authority
from deliberation.authorities.queries import AuthorityPage, authority_page, authority_row
from deliberation.ballot_box.ends import EndDraft, EndView, ask_end, end_requests, grant_end
from deliberation.consultations.commands import (
    ConsultationDraft,
    Withdrawal,
    change_consultation,
    consultation_row,
    draft_consultation,
    open_consultation,
    reinstate_consultation,
    withdraw_consultation,
)
from deliberation.consultations.queries import ConsultationPage, consultation_page
from deliberation.insights.duties import Duties, duties
from deliberation.kit.act import permit
from deliberation.kit.errors import Invalid
from deliberation.people.commands import Invitation, withdraw_role
from deliberation.people.inviting import (
    OfferedRole,
    PendingOffer,
    accept_role,
    decline_role,
    invite,
    offered_roles,
    pending_offers,
    withdraw_offer,
)
from deliberation.people.team import Member, team
from deliberation.polls.queries import poll_views
from deliberation.polls.readiness import Concern, concerns

ITEM = "/consultations/{slug:str}"
MEMBERS = "/authorities/{slug:str}/members"
OFFERS = "/authorities/{slug:str}/invitations"


class NewConsultation(ConsultationDraft, frozen=True, kw_only=True):
    """A consultation to write down, and the slug of the authority that asks."""

    authority: Slug


@get("/duties")
async def list_duties(act: Acting) -> list[Duties]:
    """What waits for you, one entry for each authority you have a role in."""
    return await duties(act)


@post("/consultations", **larger(by_staff))
async def create_consultation(act: Acting, data: JSONBody[NewConsultation]) -> ConsultationPage:
    """Write a consultation down; only its authority sees it until it is opened."""
    authority = await authority_row(act, data.authority)
    draft = ConsultationDraft(
        **{name: getattr(data, name) for name in ConsultationDraft.__struct_fields__}
    )
    await draft_consultation(act, authority.id, draft)
    return await consultation_page(act, data.slug)


@put(ITEM, **larger(by_its_agents))
async def put_consultation(
    act: Acting, slug: FromPath[str], data: JSONBody[ConsultationDraft]
) -> ConsultationPage:
    """Change texts and dates; what has passed keeps its dates, and the slug is the address's."""
    await change_consultation(act, await consultation_row(act, slug), data)
    await act.db.flush()
    return await consultation_page(act, data.slug)


@get(ITEM + "/concerns")
async def list_concerns(act: Acting, slug: FromPath[str]) -> list[Concern]:
    """What to see to before opening: advice, never a refusal."""
    await consultation_row(act, slug)
    page = await consultation_page(act, slug)
    provider = bool(act.house.settings.oidc_issuer)
    return concerns(page, await poll_views(act, page), act.now, provider=provider)


@post(ITEM + "/opening")
async def create_opening(act: Acting, slug: FromPath[str]) -> ConsultationPage:
    """Make a consultation public, on its dates."""
    await open_consultation(act, await consultation_row(act, slug))
    await act.db.flush()
    return await consultation_page(act, slug)


@delete(ITEM + "/withdrawal", status_code=200)
async def delete_withdrawal(act: Acting, slug: FromPath[str]) -> ConsultationPage:
    """Undo the withdrawal of a consultation: it is a draft again."""
    await reinstate_consultation(act, await consultation_row(act, slug))
    await act.db.flush()
    return await consultation_page(act, slug)


@post(ITEM + "/withdrawal")
async def create_withdrawal(
    act: Acting, slug: FromPath[str], data: JSONBody[Withdrawal]
) -> ConsultationPage:
    """Take a consultation back before anything in it has opened."""
    await withdraw_consultation(act, await consultation_row(act, slug), data.reason)
    await act.db.flush()
    return await consultation_page(act, slug)


@get(ITEM + "/ends")
async def list_ends(act: Acting, slug: FromPath[str]) -> list[EndView]:
    """The earlier ends that were asked for."""
    await consultation_row(act, slug)
    return await end_requests(act, await consultation_page(act, slug))


@post(ITEM + "/ends")
async def create_end(act: Acting, slug: FromPath[str], data: JSONBody[EndDraft]) -> list[EndView]:
    """Ask to end a phase earlier, drop one to come or cancel all; a second person decides."""
    await consultation_row(act, slug)
    page = await consultation_page(act, slug)
    await ask_end(act, page, data)
    return await end_requests(act, page)


@post(ITEM + "/ends/{request_id:uuid}/grant", status_code=204)
async def create_end_grant(act: Acting, slug: FromPath[str], request_id: FromPath[UUID]) -> None:
    """Grant an earlier end, as a second person: done at once, published and told."""
    await consultation_row(act, slug)
    await grant_end(act, await consultation_page(act, slug), request_id)


@put("/authorities/{slug:str}", **larger(by_staff))
async def put_authority(
    act: Acting, slug: FromPath[str], data: JSONBody[AuthorityDraft]
) -> AuthorityPage:
    """Change what an authority says of itself; its slug stays, since addresses hold it."""
    row = await authority_row(act, slug)
    permit(may_change_authority(act, row.id))
    if data.slug != slug:
        raise Invalid({"slug": "slug-stays"})
    await change_authority(act, row, data)
    await act.db.flush()
    return await authority_page(act, slug)


@get(MEMBERS)
async def list_members(act: Acting, slug: FromPath[str]) -> list[Member]:
    """Who holds which role; for administrators."""
    return await team(act, (await authority_row(act, slug)).id)


@post(MEMBERS)
async def create_member(
    act: Acting, slug: FromPath[str], data: JSONBody[Invitation]
) -> list[PendingOffer]:
    """Offer somebody, known or new, a role by mail; they hold it once they accept. What waits."""
    authority = await authority_row(act, slug)
    await invite(act, authority.id, data)
    return await pending_offers(act, authority.id)


@get(OFFERS)
async def list_offers(act: Acting, slug: FromPath[str]) -> list[PendingOffer]:
    """Roles offered and not yet accepted; for administrators."""
    return await pending_offers(act, (await authority_row(act, slug)).id)


@delete(OFFERS + "/{offer_id:uuid}")
async def delete_offer(act: Acting, slug: FromPath[str], offer_id: FromPath[UUID]) -> None:
    """Take an offer back."""
    await withdraw_offer(act, (await authority_row(act, slug)).id, offer_id)


@get("/invitations")
async def list_invitations(act: Acting) -> list[OfferedRole]:
    """The roles that your address was offered."""
    return await offered_roles(act)


@post("/invitations/{offer_id:uuid}/acceptance", status_code=204)
async def create_acceptance(act: Acting, offer_id: FromPath[UUID]) -> None:
    """Take a role that your address was offered."""
    await accept_role(act, offer_id)


@post("/invitations/{offer_id:uuid}/refusal", status_code=204)
async def create_role_refusal(act: Acting, offer_id: FromPath[UUID]) -> None:
    """Refuse it."""
    await decline_role(act, offer_id)


@delete(MEMBERS + "/{person_id:uuid}/{role:str}")
async def delete_member(
    act: Acting, slug: FromPath[str], person_id: FromPath[UUID], role: FromPath[str]
) -> None:
    """Take a role back; the last administrator keeps theirs."""
    await withdraw_role(act, (await authority_row(act, slug)).id, person_id, role)


HANDLERS = [
    list_duties,
    create_consultation,
    put_consultation,
    list_concerns,
    create_opening,
    create_withdrawal,
    delete_withdrawal,
    list_ends,
    create_end,
    create_end_grant,
    put_authority,
    list_members,
    create_member,
    list_offers,
    delete_offer,
    list_invitations,
    create_acceptance,
    create_role_refusal,
    delete_member,
]
