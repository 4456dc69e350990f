"""/api/v1/account: one's own account, what one did, one's data, deleting it."""

from litestar.params import JSONBody

from api.plumbing.routes import delete, get, put
from api.plumbing.transaction import Acting
from deliberation.insights.own_data import Contributions, OwnData, contributions, own_data
from deliberation.people import commands
from deliberation.people.commands import Profile
from deliberation.people.queries import Account, account


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


@delete("/account")
async def delete_account(act: Acting) -> None:
    """Delete your account; your published texts stay, without your name."""
    await commands.delete_account(act)


HANDLERS = [get_account, put_account, get_contributions, get_data, delete_account]
