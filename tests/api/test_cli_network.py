"""The operator's commands for authorities, people, consultations and undelivered mails."""

import asyncio
import json
import re
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from click.testing import Result
from sqlalchemy import text
from sqlalchemy.engine import make_url

from deliberation.core.context import AppContext
from deliberation.core.database import place_of, transaction
from deliberation.network.authorities.queries import authority_page
from deliberation.network.people.queries import account_at
from deliberation.views.operators import queries
from tests.builders import (
    TITLES,
    a_consultation,
    a_member,
    a_person,
    a_poll,
    a_proposal,
    an_authority,
    request_context,
    unique,
)
from tests.cli import beffroi_here


async def beffroi(app: AppContext, *words: str, **given: str) -> Result:
    """A command as an operator calls it."""
    environment = {
        "DATABASE_URL": app.settings.database_url,
        "BEFFROI_SECRET": app.settings.secret,
        **given,
    }
    return await asyncio.to_thread(beffroi_here, *words, lang="en", environment=environment)


async def done(app: AppContext, *words: str, **given: str) -> Result:
    """A command that succeeds."""
    said = await beffroi(app, *words, **given)
    assert said.exit_code == 0, said.output
    return said


async def rows(app: AppContext, query: str, **values: Any) -> list[Any]:
    async with transaction(app.engine) as db:
        return list((await db.execute(text(query), values)).scalars())


async def test_p5_an_authority_is_changed_by_what_is_given_and_keeps_the_rest(
    app: AppContext,
) -> None:
    slug = unique("town")
    await done(
        app, "authority", "create", slug, "--kind", "commune", "--name", "Town",
        "--email", "town@example.org", "--population", "1200",
    )  # fmt: skip
    await done(app, "authority", "change", slug, "--name", "New Town")
    async with request_context(app) as ctx:
        page = await authority_page(ctx, slug)
    assert (page.card.name, page.contact_email, page.population) == (
        "New Town",
        "town@example.org",
        1200,
    )
    listed = await done(app, "authority", "list", "--after", slug[:-1])
    assert f"{slug}\tcommune\tNew Town\n" in listed.stdout
    wrong = await beffroi(app, "authority", "change", slug, "--email", "nobody")
    assert (wrong.exit_code, "contact_email" in wrong.stderr) == (3, True)
    assert (await beffroi(app, "authority", "change", unique("no"))).exit_code == 4


async def test_p5_only_an_authority_that_did_nothing_is_deleted(app: AppContext) -> None:
    empty, busy = await an_authority(app), await an_authority(app)
    await a_consultation(app, busy)
    await done(app, "authority", "delete", empty.slug, "--yes")
    assert await rows(app, "SELECT id FROM authority WHERE slug = :slug", slug=empty.slug) == []
    kinds = await rows(
        app, "SELECT kind FROM event WHERE authority_id = :id ORDER BY id", id=empty.id
    )
    assert kinds[-1] == "AuthorityDeleted"
    refused = await beffroi(app, "authority", "delete", busy.slug, "--yes")
    assert refused.exit_code == 5
    assert "has a team, consultations" in refused.stderr


async def test_p5_people_with_roles_are_listed_shown_signed_out_and_lose_roles(
    app: AppContext,
) -> None:
    authority = await an_authority(app)
    person = await a_member(app, authority, "administrator")
    listed = (await done(app, "person", "list", "--authority", authority.slug)).stdout
    assert listed.startswith(f"{person.email}\t")
    assert f"administrator@{authority.slug}" in listed
    shown = json.loads((await done(app, "person", "show", person.email, "--json")).stdout)
    assert shown["roles"] == [f"administrator@{authority.slug}"]
    said = (await done(app, "person", "show", person.email)).stdout
    assert said.startswith("email\t")
    made = datetime.fromisoformat(shown["created_at"]).astimezone(ZoneInfo("Europe/Paris"))
    assert f"\ncreated_at\t{made:%Y-%m-%d %H:%M}\n" in said  # as the site's pages tell it
    async with transaction(app.engine) as db:
        await db.execute(
            text(
                "INSERT INTO session (fingerprint, id, person_id, browser, by_passkey, created_at,"
                " seen_at, confirmed_at, expires_at) SELECT 'f', gen_random_uuid(), :id, '', false,"
                " t, t, t, t + interval '1 day' FROM (SELECT clock_now() AS t) AS now"
            ),
            {"id": person.id},
        )
    await done(app, "person", "sign-out", person.email)
    sessions = "SELECT id FROM session WHERE person_id = :id"
    assert await rows(app, sessions, id=person.id) == []
    await done(app, "person", "revoke", person.email, "--authority", authority.slug)
    assert (await done(app, "person", "list", "--authority", authority.slug)).stdout == ""
    again = await beffroi(app, "person", "revoke", person.email, "--authority", authority.slug)
    assert again.exit_code == 4


async def test_p5_an_account_is_erased_and_its_texts_stay(app: AppContext) -> None:
    page = await a_consultation(app)
    person = await a_person(app)
    await a_proposal(app, page, person)
    await done(app, "person", "erase", person.email, "--yes")
    erased = "SELECT email IS NULL AND name = '' AND deleted_at IS NOT NULL FROM person"
    assert await rows(app, f"{erased} WHERE id = :id", id=person.id) == [True]
    assert len(await rows(app, "SELECT id FROM subject WHERE author_id = :id", id=person.id)) == 1
    assert (await beffroi(app, "person", "show", person.email)).exit_code == 4


async def test_p5_an_invitation_by_link_sends_no_mail(app: AppContext) -> None:
    authority = await an_authority(app)
    email = f"{unique('ana')}@example.org"
    said = await done(app, "person", "invite", email, "--authority", authority.slug, "--link")
    assert said.stdout == f"{app.settings.origin}/identite\n"
    async with request_context(app) as ctx:
        await account_at(ctx, email)
    assert await rows(app, "SELECT id FROM mail WHERE recipient = :to", to=email) == []


async def test_p5_consultations_are_listed_a_page_at_a_time_and_shown_without_figures(
    app: AppContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = await an_authority(app)
    page, _ = await a_poll(app, TITLES, authority=authority)
    other = await a_consultation(app, authority)
    monkeypatch.setattr(queries, "PAGE", 1)
    first = await done(app, "consultation", "list", "--authority", authority.slug)
    slugs = sorted([page.card.slug, other.card.slug])
    assert first.stdout.split("\t")[0] == slugs[0]
    assert f"--after {slugs[0]}" in first.stderr
    rest = await done(
        app, "consultation", "list", "--authority", authority.slug, "--after", slugs[0], "--json"
    )
    assert [one["slug"] for one in json.loads(rest.stdout)["consultations"]] == [slugs[1]]
    shown = json.loads((await done(app, "consultation", "show", page.card.slug, "--json")).stdout)
    assert shown["polls"][0].startswith("1 ")
    opens = await rows(app, "SELECT opens_at FROM phase WHERE consultation_id = :id ORDER BY 1",
                       id=page.card.id)  # fmt: skip
    since = opens[0].astimezone(ZoneInfo("Europe/Paris"))
    assert f" {since:%Y-%m-%d %H:%M} " in shown["phases"][0]
    assert "+00" not in " ".join(shown["phases"])
    of_nobody = ("consultation show", "consultation list --authority", "person list --authority")
    for command in of_nobody:
        unknown = await beffroi(app, *command.split(), unique("no"))
        assert (unknown.exit_code, unknown.stderr) == (4, "Nothing here has that name.\n")
    empty = await done(app, "consultation", "list", "--authority", (await an_authority(app)).slug)
    assert empty.stdout == ""


@pytest.mark.parametrize(
    "command", ["migrate", "serve", "worker --check", "jobs list", "backup /x"]
)
async def test_f30_a_database_that_lets_nobody_in_is_named_with_the_next_step(
    app: AppContext, command: str
) -> None:
    url = make_url(app.settings.database_url).set(database="not_here")
    said = await beffroi(
        app, *command.split(), DATABASE_URL=url.render_as_string(hide_password=False)
    )
    assert said.exit_code == 1
    assert f"The database at {place_of(app.settings.database_url)} refuses: " in said.stderr
    assert "Check DATABASE_URL" in said.stderr
    wrong = await beffroi(app, *command.split(), DATABASE_URL="mysql://db/site")
    assert "DATABASE_URL: write postgresql://" in wrong.stderr


async def test_p3_undelivered_mails_are_listed_without_recipient_and_sent_again(
    app: AppContext,
) -> None:
    to = f"{unique('bo')}@example.org"
    async with transaction(app.engine) as db:
        await db.execute(
            text(
                "WITH mail AS (INSERT INTO mail (id, recipient, subject, body, created_at)"
                " VALUES (gen_random_uuid(), :to, '', '', clock_now()) RETURNING id)"
                " INSERT INTO job (name, values, run_at, tries, failure, once, dead_at)"
                " SELECT 'deliver-mail', jsonb_build_object('mail_id', id), clock_now(), 9,"
                " 'recipient-refused-550', 'mail:' || id, clock_now() FROM mail"
            ),
            {"to": to},
        )
    listed = await done(app, "mail", "list", "--to", to)
    assert re.search(r"\texample\.org\t\d{4}-\d\d-\d\d \d\d:\d\d\t", listed.stdout)
    assert listed.stdout.rstrip().endswith("\t9\trecipient-refused-550\tTrue")
    assert to not in listed.stdout
    assert (await beffroi(app, "mail", "resend")).exit_code == 2
    assert "To be sent now: 1" in (await done(app, "mail", "resend", "--to", to)).stderr
    (line,) = json.loads((await done(app, "mail", "list", "--to", to, "--json")).stdout)["mails"]
    assert (line["tries"], line["given_up"]) == (0, False)
