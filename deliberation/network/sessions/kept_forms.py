"""Forms kept until their writer signs in, an hour at most; for the same browser only."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

import msgspec
from sqlalchemy import delete, select

from deliberation.core.context import RequestContext
from deliberation.core.errors import Conflict, TooMany
from deliberation.core.ids import fingerprint, new_id
from deliberation.core.rate_limits import count_network
from deliberation.core.secrets import open_sealed, seal
from deliberation.network.sessions.model import KeptForm

# On a shared computer, whoever signs in later must not find what somebody else wrote.
LASTS = timedelta(hours=1)
MAX_KEPT_FORMS = 5  # of one browser: the newest

Fields = Mapping[str, str | list[str]]


class KeptFields(msgspec.Struct, frozen=True):
    """Path (without its language) and typed values of a kept form."""

    address: str
    fields: dict[str, str | list[str]]


async def keep_form(
    ctx: RequestContext,
    browser: str,
    address: str,
    fields: Fields,
    *,
    instead_of: UUID | None = None,
) -> UUID:
    """Keep a form for a browser; `instead_of`: an earlier kept form that it replaces.

    Raises `TooMany`.
    """
    if wait := await count_network(ctx, "kept-form"):
        raise TooMany("too-many", retry_after=wait)
    if instead_of is not None:
        await forget_form(ctx, browser, instead_of)
    kept = KeptForm(id=new_id(), browser=fingerprint(browser), saved_at=ctx.now)
    plain = msgspec.json.encode(KeptFields(address, dict(fields)))
    kept.content = seal(browser.encode(), "form", kept.id.bytes, plain)
    ctx.db.add(kept)
    await ctx.db.flush()
    newest = (
        select(KeptForm.id)
        .where(KeptForm.browser == kept.browser)
        .order_by(KeptForm.saved_at.desc(), KeptForm.id.desc())
        .limit(MAX_KEPT_FORMS)
    )
    await ctx.db.execute(
        delete(KeptForm).where(KeptForm.browser == kept.browser, KeptForm.id.not_in(newest))
    )
    return kept.id


async def kept_form(ctx: RequestContext, browser: str, form_id: UUID) -> KeptFields:
    """A form that this browser sent within the hour. Raises `Conflict`."""
    query = select(KeptForm.content).where(
        KeptForm.id == form_id,
        KeptForm.browser == fingerprint(browser),
        KeptForm.saved_at > ctx.now - LASTS,
    )
    content = (await ctx.db.scalars(query)).one_or_none()
    secret = browser.encode()
    plain = open_sealed(secret, "form", form_id.bytes, content) if content else None
    if plain is None:
        raise Conflict("kept-form-gone")
    return msgspec.json.decode(plain, type=KeptFields)


async def forget_form(ctx: RequestContext, browser: str, form_id: UUID) -> None:
    """Delete a kept form of this browser."""
    await ctx.db.execute(
        delete(KeptForm).where(KeptForm.id == form_id, KeptForm.browser == fingerprint(browser))
    )


async def forget_old_forms(ctx: RequestContext) -> None:
    """Periodic: delete expired forms."""
    await ctx.db.execute(delete(KeptForm).where(KeptForm.saved_at <= ctx.now - LASTS))
