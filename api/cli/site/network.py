"""authority, person: create authorities and give people roles."""

import click

from api.cli.support import asynchronous, cli_context, show_json, tell
from deliberation.core.context import ROLES
from deliberation.network.authorities.commands import AuthorityDraft, create_authority
from deliberation.network.authorities.model import KINDS
from deliberation.network.authorities.queries import authority_cards, authority_row
from deliberation.network.people import passkeys
from deliberation.network.people.commands import CodeRequest
from deliberation.network.people.inviting import tell_role
from deliberation.network.people.queries import account_at
from deliberation.network.people.roles import Invitation, give_role
from deliberation.text.inputs import read_draft


@click.group()
def authority() -> None:
    """Create and list authorities."""


@authority.command()
@click.argument("slug")
@click.option("--kind", type=click.Choice(KINDS), required=True)
@click.option("--name", required=True)
@click.option("--email", required=True, help="Where people write to the authority.")
@click.option("--accent", default="#0B5A5E", help="Its colour, as #0B5A5E.")
@click.option("--population", default="", help="Inhabitants, the base of participation.")
@asynchronous
async def create(slug: str, kind: str, name: str, email: str, accent: str, population: str) -> None:
    """Create an authority."""
    values = {
        "slug": slug,
        "kind": kind,
        "name": name,
        "contact_email": email,
        "accent": accent,
        "population": population,
    }
    async with cli_context() as ctx:
        await create_authority(ctx, read_draft(AuthorityDraft, values))
    tell(f"{name} exists, at /a/{slug}. Next: beffroi person invite ADDRESS --authority {slug}")


@authority.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@asynchronous
async def list_(as_json: bool) -> None:
    """List authorities."""
    async with cli_context() as ctx:
        cards = await authority_cards(ctx)
    if as_json:
        show_json({"authorities": cards})
        return
    for card in cards:
        click.echo(f"{card.slug}\t{card.kind}\t{card.name}")


@click.group()
def person() -> None:
    """Give people roles."""


@person.command()
@click.argument("email")
@click.option("--authority", "slug", required=True, help="The authority's slug.")
@click.option("--role", type=click.Choice(ROLES), default="administrator", show_default=True)
@click.option("--name", default="", help="Their name; by default the beginning of the address.")
@asynchronous
async def invite(email: str, slug: str, role: str, name: str) -> None:
    """Give somebody a role in an authority at once, and tell them by mail.

    They sign in with a code sent to their address.
    """
    values = {"email": email, "name": name or email.partition("@")[0], "role": role}
    async with cli_context() as ctx:
        where = await authority_row(ctx, slug)
        invitation = read_draft(Invitation, values)
        await give_role(ctx, where.id, invitation)
        await tell_role(ctx, where.id, invitation)
    tell(f"{email} is now {role} of {where.name} and signs in at /identite.")


@person.command(name="forget-passkeys")
@click.argument("email")
@asynchronous
async def forget_passkeys(email: str) -> None:
    """Forget the passkeys of somebody who lost them: a mailed code lets them in again.

    Make sure first that it is really they who ask: whoever holds their mailbox could.
    """
    async with cli_context() as ctx:
        person_id = await account_at(ctx, read_draft(CodeRequest, {"email": email}).email)
        count = await passkeys.forget_passkeys(ctx, person_id)
    tell(f"{email}: passkeys forgotten: {count}.")
