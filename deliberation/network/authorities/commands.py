"""Create and change authorities."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from deliberation.core.context import RequestContext, permit
from deliberation.core.email_addresses import Email, OptionalEmail
from deliberation.core.errors import Conflict, Invalid
from deliberation.core.ids import new_id
from deliberation.journal.commands import record
from deliberation.network.authorities.events import (
    AuthorityChanged,
    AuthorityCreated,
    AuthorityDeleted,
)
from deliberation.network.authorities.logos import check_logo
from deliberation.network.authorities.model import Authority, AuthorityKind
from deliberation.network.authorities.permissions import may_change_authority

Slug = Annotated[
    str,
    msgspec.Meta(
        min_length=2,
        max_length=60,
        pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$",
        extra={"error": "not-a-slug"},
    ),
]
Line = Annotated[str, msgspec.Meta(max_length=300)]
Colour = Annotated[
    str, msgspec.Meta(pattern=r"^#[0-9A-Fa-f]{6}$", max_length=7, extra={"error": "not-a-colour"})
]


class AuthorityDraft(msgspec.Struct, frozen=True, kw_only=True):
    """Public description of an authority: name, contact, branding, legal notices."""

    slug: Slug
    kind: AuthorityKind
    name: Annotated[str, msgspec.Meta(min_length=2, max_length=120)]
    contact_email: Email
    tagline: Line = ""
    accent: Colour = "#0B5A5E"
    logo: Annotated[str, msgspec.Meta(max_length=8000)] = ""
    phone: Line = ""
    address: Line = ""
    population: Annotated[int, msgspec.Meta(ge=1, le=100_000_000)] | None = None
    director: Line = ""
    host: Line = ""
    dpo_email: OptionalEmail = ""


def written(authority: Authority) -> dict[str, Any]:
    """Fields of an authority's draft, as they are stored; null becomes ""."""
    names = AuthorityDraft.__struct_fields__
    return {name: "" if (v := getattr(authority, name)) is None else v for name in names}


async def create_authority(ctx: RequestContext, draft: AuthorityDraft) -> Authority:
    """Add a tenant. Only the operator's command line and the demo do, so nobody is asked.

    Raises `Invalid`: the slug is taken, or the logo is not a plain drawing.
    """
    taken = await ctx.db.scalar(select(Authority.id).where(Authority.slug == draft.slug))
    if taken is not None:
        raise Invalid({"slug": "taken"})
    check_logo(draft.logo)
    authority = Authority(id=new_id(), created_at=ctx.now, **msgspec.structs.asdict(draft))
    ctx.db.add(authority)
    await record(ctx, AuthorityCreated(authority_id=authority.id))
    return authority


async def change_authority(
    ctx: RequestContext, authority: Authority, draft: AuthorityDraft
) -> None:
    """Change what an authority says of itself; its slug stays, since addresses hold it."""
    permit(may_change_authority(ctx, authority.id))
    await write_authority(ctx, authority, draft)


async def write_authority(ctx: RequestContext, authority: Authority, draft: AuthorityDraft) -> None:
    """The same without asking who acts: for the operator's command line."""
    check_logo(draft.logo)
    for name, value in msgspec.structs.asdict(draft).items():
        if name != "slug":
            setattr(authority, name, value)
    await record(ctx, AuthorityChanged(authority_id=authority.id))


async def delete_authority(ctx: RequestContext, authority: Authority) -> None:
    """Delete a tenant that was created by mistake. Only the operator's command line does.

    Raises `Conflict("authority-in-use")`: it has a team, consultations or measures.
    """
    try:
        async with ctx.db.begin_nested():
            await ctx.db.delete(authority)
    except IntegrityError:
        raise Conflict("authority-in-use") from None
    await record(ctx, AuthorityDeleted(authority_id=authority.id))


async def set_passkeys_required(ctx: RequestContext, authority_id: UUID, *, wanted: bool) -> None:
    """Write whether roles of an authority need a passkey; `people.require_passkeys` permits it."""
    row = update(Authority).where(Authority.id == authority_id)
    await ctx.db.execute(row.values(passkeys_required=wanted))
