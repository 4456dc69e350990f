"""/api/v1/account: one's own account, what one did, one's data, deleting it."""

from uuid import UUID

from litestar.params import FromPath, JSONBody

from api.plumbing.routes import delete, get, put
from api.plumbing.transaction import Acting
from deliberation.insights.own_data import Contributions, OwnData, contributions, own_data
from deliberation.people import commands
from deliberation.people.commands import Profile
from deliberation.people.passkeys import PasskeyView, passkeys, remove_passkey
from deliberation.people.queries import Account, account
from deliberation.people.sessions import (
    SessionView,
    close_other_sessions,
    close_session,
    sessions,
)


@get("/account")
async def get_account(act: Acting) -> Account:
    """Your account."""
    return await account(act)


@put("/account")
async def put_account(act: Acting, data: JSONBody[Profile]) -> Account:
    """Change your name, language and wish to be told by mail."""
    await commands.change_profile(act, data)
    act.db.expire_all()
    return await account(act)


@get("/account/contributions")
async def get_contributions(act: Acting) -> Contributions:
    """What you proposed, argued and supported, and when you voted."""
    return await contributions(act)


@get("/account/data")
async def get_data(act: Acting) -> OwnData:
    """Everything stored about you."""
    return await own_data(act)


@get("/account/sessions")
async def list_sessions(act: Acting) -> list[SessionView]:
    """Your open sessions."""
    return await sessions(act)


@delete("/account/sessions")
async def end_other_sessions(act: Acting) -> None:
    """End all your sessions but this one."""
    await close_other_sessions(act)


@delete("/account/sessions/{session_id:uuid}")
async def end_one_session(act: Acting, session_id: FromPath[UUID]) -> None:
    """End one of your sessions."""
    await close_session(act, session_id)


@get("/account/passkeys")
async def list_passkeys(act: Acting) -> list[PasskeyView]:
    """Your passkeys; they are made and used on the pages, by a browser."""
    return await passkeys(act)


@delete("/account/passkeys/{passkey_id:uuid}")
async def delete_passkey(act: Acting, passkey_id: FromPath[UUID]) -> None:
    """Forget one of your passkeys; `confirmation-needed`: sign in anew, and do it at once."""
    await remove_passkey(act, passkey_id)


@delete("/account")
async def delete_account(act: Acting) -> None:
    """Delete your account; your published texts stay, without your name."""
    await commands.delete_account(act)


HANDLERS = [
    get_account,
    put_account,
    get_contributions,
    get_data,
    list_sessions,
    end_other_sessions,
    end_one_session,
    list_passkeys,
    delete_passkey,
    delete_account,
]
