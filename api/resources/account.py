"""/api/v1/account: one's own account, what one did, one's data, deleting it."""

from uuid import UUID

from litestar.params import FromPath, JSONBody

from api.core.routes import delete, get, put
from api.core.transaction import Ctx
from deliberation.network.people import commands
from deliberation.network.people.commands import Profile
from deliberation.network.people.passkeys import PasskeyView, passkeys, remove_passkey
from deliberation.network.people.queries import Account, account
from deliberation.network.sessions.commands import (
    SessionView,
    close_other_sessions,
    close_session,
    sessions,
)
from deliberation.views.personal_data.queries import Contributions, contributions, own_data
from deliberation.views.personal_data.texts import WordedData, worded


@get("/account")
async def get_account(ctx: Ctx) -> Account:
    """Your account."""
    return await account(ctx)


@put("/account")
async def put_account(ctx: Ctx, data: JSONBody[Profile]) -> Account:
    """Change your name, your language and whether you receive mails."""
    await commands.change_profile(ctx, data)
    ctx.db.expire_all()
    return await account(ctx)


@get("/account/contributions")
async def get_contributions(ctx: Ctx) -> Contributions:
    """Your own proposals, comments and supports, and when you voted."""
    return await contributions(ctx)


@get("/account/data")
async def get_data(ctx: Ctx) -> WordedData:
    """Everything stored about you."""
    return worded(ctx.lang, await own_data(ctx))


@get("/account/sessions")
async def list_sessions(ctx: Ctx) -> list[SessionView]:
    """Your open sessions."""
    return await sessions(ctx)


@delete("/account/sessions")
async def end_other_sessions(ctx: Ctx) -> None:
    """End all your sessions but this one."""
    await close_other_sessions(ctx)


@delete("/account/sessions/{session_id:uuid}")
async def end_one_session(ctx: Ctx, session_id: FromPath[UUID]) -> None:
    """End one of your sessions."""
    await close_session(ctx, session_id)


@get("/account/passkeys")
async def list_passkeys(ctx: Ctx) -> list[PasskeyView]:
    """Your passkeys; they are made and used on the pages, by a browser."""
    return await passkeys(ctx)


@delete("/account/passkeys/{passkey_id:uuid}")
async def delete_passkey(ctx: Ctx, passkey_id: FromPath[UUID]) -> None:
    """Forget one of your passkeys; `confirmation-needed`: sign in anew, and do it at once."""
    await remove_passkey(ctx, passkey_id)


@delete("/account")
async def delete_account(ctx: Ctx) -> None:
    """Delete your account; your published texts stay, without your name."""
    await commands.delete_account(ctx)
