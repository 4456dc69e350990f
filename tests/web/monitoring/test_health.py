"""Health of the installation: /sante for probes, a page for administrators, one statement."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from litestar import Litestar
from sqlalchemy import text

from deliberation.core.context import AppContext
from deliberation.core.database import connect, transaction
from deliberation.core.pools import disconnect
from deliberation.jobs import PERIODIC
from deliberation.operations.health import Health, health
from deliberation.operations.health_texts import health_lines
from tests.builders import a_member, an_authority, request_context
from tests.site import Visitor, VisitorOf
from web.monitoring import handlers as monitoring


@pytest.fixture(autouse=True)
async def all_is_well(app: AppContext, site: Litestar) -> None:
    async with transaction(app.engine) as db:
        await db.execute(text("DELETE FROM job"))
        await db.execute(text("DELETE FROM mail"))
        await db.execute(text("DELETE FROM periodic_run"))
        for name in PERIODIC:
            await db.execute(text("INSERT INTO periodic_run (name) VALUES (:name)"), {"name": name})
    site.state.pop("look", None)


async def found(app: AppContext, statement: str = "SELECT 1") -> Health:
    async with transaction(app.engine) as db:
        await db.execute(text(statement))
        return await health(db, PERIODIC)


async def test_all_is_well_and_nothing_is_told(app: AppContext) -> None:
    seen = await found(app)
    assert seen == Health(status="ok", database=True)
    assert list(health_lines("fr", seen)) == []


def test_copies_that_follow_late_are_told_and_are_no_fault() -> None:
    late = Health(status="ok", database=True, copies="asynchronous")
    assert "suivent avec retard" in " ".join(health_lines("fr", late))
    for one in ("none", "synchronous"):
        assert list(health_lines("fr", Health(status="ok", database=True, copies=one))) == []


@pytest.mark.parametrize(
    ("statement", "values", "words"),
    [
        (
            "DELETE FROM periodic_run",
            {"worker_seen": False},
            "Le programme de fond ne donne pas signe de vie",
        ),
        (
            "UPDATE periodic_run SET done_at = done_at - interval '2 minutes'"
            " WHERE name = 'close-due-urns'",
            {"late": ["close-due-urns"]},
            "ne l’est plus : fermer les urnes",
        ),
        (
            "INSERT INTO job (name, values, run_at)"
            " VALUES ('count-poll', '{}', clock_now() - interval '10 minutes')",
            {},
            "Une tâche attend son tour depuis 10 minutes",
        ),
        (
            "INSERT INTO job (name, values, run_at, tries)"
            " VALUES ('count-poll', '{}', clock_now(), 6)",
            {},
            "1 tâche échoue à chaque essai et sera encore essayée : compter un vote",
        ),
        (
            "INSERT INTO job (name, values, run_at, failure, dead_at) VALUES"
            " ('tell-people', '{}', clock_now(), 'KeyError', clock_now())",
            {},
            "1 tâche est abandonnée : écrire les courriels d’une annonce",
        ),
        (
            "INSERT INTO mail (id, recipient, subject, body, created_at) VALUES"
            " (gen_random_uuid(), 'a@example.org', '', '', clock_now() - interval '1 hour')",
            {"mails_waiting": 1},
            "1 courriel attend depuis plus de cinq minutes",
        ),
        (
            "UPDATE alembic_version SET version_num = '0004'",
            {"schema_current": False},
            "La base de données attend une mise à jour",
        ),
    ],
)
async def test_what_needs_somebody_is_told(
    app: AppContext, statement: str, values: dict[str, Any], words: str
) -> None:
    async with app.engine.connect() as connection:  # nothing of it is kept
        await connection.execute(text(statement))
        seen = await health(connection, PERIODIC)  # type: ignore[arg-type]
    assert seen.status == "degraded"
    assert {name: getattr(seen, name) for name in values} == values
    assert words in " ".join(health_lines("fr", seen)).replace("\u00a0", " ")


async def test_a_refused_address_degrades_nothing(app: AppContext) -> None:
    """Anybody may type one."""
    seen = await found(
        app,
        "INSERT INTO job (name, values, run_at, failure, dead_at) VALUES"
        " ('deliver-mail', '{}', clock_now(), 'recipient-refused-550', clock_now())",
    )
    assert (seen.status, seen.mails_refused) == ("ok", 1)


async def test_health_is_told_to_programs_without_the_version(site: Litestar) -> None:
    visitor = Visitor(site)
    answer = await visitor.open("/sante")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "database": True}  # no version: finding I2
    await visitor.http.aclose()


async def test_a_degraded_site_still_answers_its_load_balancer(
    app: AppContext, site: Litestar
) -> None:
    async with transaction(app.engine) as db:
        await db.execute(text("DELETE FROM periodic_run"))
    visitor = Visitor(site)
    answer = await visitor.open("/sante")
    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
    await visitor.http.aclose()


async def test_a_thousand_questions_are_one_look(
    site: Litestar, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(monitoring, "LOOK", 3600.0)
    visitor = Visitor(site)
    looks = set()
    for _ in range(20):
        await asyncio.gather(*(visitor.http.get("/sante") for _ in range(5)))
        looks.add(site.state.look.task)
    assert len(looks) == 1
    site.state.pop("look")
    monkeypatch.setattr(monitoring, "LOOK", -1.0)  # too old at once
    for _ in range(2):
        await visitor.http.get("/sante")
        looks.add(site.state.look.task)
    assert len(looks) == 3
    await visitor.http.aclose()


async def test_health_fails_without_its_database(site: Litestar) -> None:
    app = site.state.app
    site.state.app = replace(app, engine=connect("postgresql://nobody@127.0.0.1:1/nowhere"))
    visitor = Visitor(site)
    try:
        answer = await visitor.http.get("/sante")
    finally:
        await disconnect(site.state.app.engine)
        site.state.app = app
        site.state.pop("look")
        await visitor.http.aclose()
    assert answer.status_code == 503
    assert (answer.json()["status"], answer.json()["database"]) == ("failing", False)


async def test_administrators_read_it_in_words_and_nobody_else_does(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    authority = await an_authority(app)
    path = f"/fr/gestion/a/{authority.slug}/fonctionnement"
    administrator = await visitor_of(await a_member(app, authority, "administrator"))
    await administrator.open(path)
    assert "Ce site n’envoie pas encore" not in administrator.text
    assert "rien n’attend et rien n’a échoué" in administrator.text
    async with request_context(app) as ctx:
        await ctx.db.execute(
            text(
                "INSERT INTO job (name, values, run_at, failure, dead_at) VALUES"
                " ('deliver-mail', '{}', clock_now(), 'SMTPConnectError', clock_now())"
            )
        )
    await administrator.open(path)
    assert "1 tâche est abandonnée : envoyer un courriel" in administrator.text
    agent = await visitor_of(await a_member(app, authority, "agent"))
    assert (await agent.http.get(path)).status_code == 404


async def test_late_is_measured_by_each_job_s_own_pace(app: AppContext) -> None:
    assert PERIODIC["forget-refused-mails"].every >= timedelta(hours=1)
    seen = await found(
        app,
        "UPDATE periodic_run SET done_at = done_at - interval '90 minutes'"
        " WHERE name = 'forget-refused-mails'",
    )
    assert seen.late == []
