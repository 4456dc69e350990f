"""authority, person, consultation: the network as its operator looks after it."""

from contextlib import suppress
from typing import Any

import click

from api.cli.support import asynchronous, cli_context, paged, show_json, show_list, shown, tell
from deliberation.core.context import ROLES, Role
from deliberation.core.errors import NotFound
from deliberation.network.authorities.commands import (
    AuthorityDraft,
    create_authority,
    delete_authority,
    write_authority,
    written,
)
from deliberation.network.authorities.model import KINDS
from deliberation.network.authorities.queries import authority_row
from deliberation.network.people import passkeys
from deliberation.network.people.commands import CodeRequest, erase_account
from deliberation.network.people.inviting import tell_role
from deliberation.network.people.queries import account_at
from deliberation.network.people.roles import Invitation, give_role, take_role
from deliberation.network.sessions.commands import end_sessions
from deliberation.text.inputs import read_draft
from deliberation.views.operators.queries import account_of, consultation_of


@click.group()
def authority() -> None:
    """Create, change, list and delete authorities."""


@authority.command()
@click.argument("slug")
@click.option("--kind", type=click.Choice(KINDS), required=True)
@click.option("--name", required=True)
@click.option("--email", "contact_email", required=True, help="Where people write to it.")
@click.option("--accent", default="#0B5A5E", help="Its colour, as #0B5A5E.")
@click.option("--population", default="", help="Inhabitants, the base of participation.")
@asynchronous
async def create(slug: str, **values: str) -> None:
    """Create an authority."""
    async with cli_context() as ctx:
        await create_authority(ctx, read_draft(AuthorityDraft, {"slug": slug, **values}))
    name = values["name"]
    tell(f"{name} exists, at /a/{slug}. Next: beffroi person invite ADDRESS --authority {slug}")


@authority.command()
@click.argument("slug")
@click.option("--kind", type=click.Choice(KINDS))
@click.option("--name")
@click.option("--email", "contact_email", help="Where people write to the authority.")
@click.option("--accent", help="Its colour, as #0B5A5E.")
@click.option("--population", help="Inhabitants, the base of participation.")
@asynchronous
async def change(slug: str, **changed: str | None) -> None:
    """Change an authority; its slug stays, since addresses hold it."""
    async with cli_context() as ctx:
        row = await authority_row(ctx, slug)
        values = written(row) | {name: value for name, value in changed.items() if value}
        await write_authority(ctx, row, read_draft(AuthorityDraft, values))
    tell(f"{slug} is changed.")


@authority.command()
@click.argument("slug")
@click.confirmation_option(prompt="Delete it for good?")
@asynchronous
async def delete(slug: str) -> None:
    """Delete an authority that has neither team nor consultations: one created by mistake."""
    async with cli_context() as ctx:
        await delete_authority(ctx, await authority_row(ctx, slug))
    tell(f"{slug} is deleted.")


@authority.command(name="list")
@paged
async def list_authorities(after: str, as_json: bool) -> None:
    """List authorities by slug: kind, name."""
    await show_list("authorities", "", after, as_json=as_json)


@click.group()
def person() -> None:
    """Give people roles, and look after their accounts."""


@person.command()
@click.argument("email")
@click.option("--authority", "slug", required=True, help="The authority's slug.")
@click.option("--role", type=click.Choice(ROLES), default="administrator", show_default=True)
@click.option("--name", default="", help="Their name; by default the beginning of the address.")
@click.option("--link", is_flag=True, help="Send no mail: print the address where they sign in.")
@asynchronous
async def invite(email: str, slug: str, role: str, name: str, link: bool) -> None:
    """Give somebody a role in an authority at once, and tell them by mail.

    They sign in with a code sent to their address.
    """
    values = {"email": email, "name": name or email.partition("@")[0], "role": role}
    async with cli_context() as ctx:
        where = await authority_row(ctx, slug)
        invitation = read_draft(Invitation, values)
        await give_role(ctx, where.id, invitation)
        if not link:
            await tell_role(ctx, where.id, invitation)
    if link:
        click.echo(f"{ctx.app.settings.origin}/identite")
    tell(f"{email} is now {role} of {where.name} and signs in at /identite.")


@person.command()
@click.argument("email")
@click.option("--authority", "slug", required=True, help="The authority's slug.")
@click.option("--role", type=click.Choice(ROLES), help="This role only; by default all of them.")
@asynchronous
async def revoke(email: str, slug: str, role: Role | None) -> None:
    """Take somebody's roles in an authority back, those of its last administrator too."""
    async with cli_context() as ctx:
        person_id = await account_at(ctx, _address(email))
        where = await authority_row(ctx, slug)
        taken = []
        for one in [role] if role else ROLES:
            with suppress(NotFound):
                await take_role(ctx, where.id, person_id, one)
                taken.append(one)
        if not taken:
            raise NotFound
    tell(f"{email} is no longer {', '.join(taken)} of {slug}.")


@person.command(name="list")
@click.option("--authority", "slug", default="", help="Of this authority only.")
@paged
async def list_people(slug: str, after: str, as_json: bool) -> None:
    """List the people who hold roles, by address."""
    await show_list("people", slug, after, as_json=as_json)


@person.command()
@click.argument("email")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@asynchronous
async def show(email: str, as_json: bool) -> None:
    """Show an account: roles, sessions, suspensions; neither texts nor votes."""
    async with cli_context() as ctx:
        found = await account_of(ctx, _address(email))
    _show(found, as_json=as_json)


@person.command(name="sign-out")
@click.argument("email")
@asynchronous
async def sign_out(email: str) -> None:
    """End all sessions of an account."""
    async with cli_context() as ctx:
        await end_sessions(ctx, await account_at(ctx, _address(email)))
    tell(f"{email} is signed out everywhere.")


@person.command()
@click.argument("email")
@click.confirmation_option(prompt="Erase this account for good?")
@asynchronous
async def erase(email: str) -> None:
    """Erase an account as its owner could: name, address, roles; published texts stay, unsigned.

    Make sure first that it is really they who ask.
    """
    address = _address(email)
    async with cli_context() as ctx:
        await erase_account(ctx, await account_at(ctx, address), address)
    tell(f"{email} is erased. A backup made before still holds it.")


@person.command(name="forget-passkeys")
@click.argument("email")
@asynchronous
async def forget_passkeys(email: str) -> None:
    """Forget the passkeys of somebody who lost them: a mailed code lets them in again.

    Make sure first that it is really they who ask: whoever holds their mailbox could.
    """
    async with cli_context() as ctx:
        person_id = await account_at(ctx, _address(email))
        count = await passkeys.forget_passkeys(ctx, person_id)
    tell(f"{email}: passkeys forgotten: {count}.")


@click.group()
def consultation() -> None:
    """List and show consultations, drafts too."""


@consultation.command(name="list")
@click.option("--authority", "slug", default="", help="Of this authority only.")
@paged
async def list_consultations(slug: str, after: str, as_json: bool) -> None:
    """List consultations by slug: authority, state, beginning, end, title."""
    await show_list("consultations", slug, after, as_json=as_json)


@consultation.command(name="show")
@click.argument("slug")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@asynchronous
async def show_consultation(slug: str, as_json: bool) -> None:
    """Show a consultation's state, phases and votes; no figure of a vote."""
    async with cli_context() as ctx:
        found = await consultation_of(ctx, slug)
    _show(found, as_json=as_json)


def _show(found: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        show_json(found)
        return
    for name, value in found.items():
        for one in value if isinstance(value, list) else [value]:
            click.echo(f"{name}\t{shown(one)}")


def _address(email: str) -> str:
    return read_draft(CodeRequest, {"email": email}).email
