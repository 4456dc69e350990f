"""Figures and logs for operators: whoever may read them, nobody is found in them."""

import json
import os
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog
from litestar import Litestar, get
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from benchmarks.processes import free_port, serving
from deliberation.core.context import AppContext
from deliberation.core.database import connect, transaction
from deliberation.core.pools import disconnect
from deliberation.jobs import LANES, PERIODIC
from deliberation.operations import metrics
from deliberation.operations.exposition import exposition, shown
from deliberation.operations.health import newest_version, state
from tests.builders import a_consultation
from tests.site import Visitor, VisitorOf, in_process, running
from web.app import create_site
from web.monitoring.observed import family

PROJECT = Path(__file__).parents[3]
TOKEN = "m" * 32
LOCAL = "http://127.0.0.1:8000"


@pytest.fixture
async def watched(site: Litestar) -> AsyncIterator[Litestar]:
    """The site with a token for its figures, and an access log."""
    settings = replace(site.state.app.settings, metrics_token=TOKEN, access_log=True)
    async with running(create_site(settings)) as app:
        yield app


def figures(body: str) -> dict[str, dict[tuple[str, ...], float]]:
    """Name -> values of its labels -> value."""
    found: dict[str, dict[tuple[str, ...], float]] = {}
    for one in text_string_to_metric_families(body):
        for sample in one.samples:
            found.setdefault(sample.name, {})[tuple(sample.labels.values())] = sample.value
    return found


@pytest.mark.parametrize("path", ["/metrics", "/sante/tout"])
@pytest.mark.parametrize(
    ("address", "host", "headers", "status"),
    [
        ("127.0.0.1", LOCAL, {}, 200),
        ("::1", "http://localhost:8000", {}, 200),
        ("127.0.0.1", LOCAL, {"x-forwarded-for": "127.0.0.1"}, 404),  # a proxy on this machine
        ("127.0.0.1", LOCAL, {"forwarded": "for=127.0.0.1"}, 404),
        ("127.0.0.1", "http://participer.example.org", {}, 404),  # one that adds no header
        ("192.0.2.1", LOCAL, {}, 404),
        ("192.0.2.1", LOCAL, {"authorization": "Bearer " + "n" * 32}, 404),
        ("192.0.2.1", LOCAL, {"authorization": "Bearer "}, 404),
        ("192.0.2.1", "http://beffroi:8000", {"authorization": f"Bearer {TOKEN}"}, 200),
    ],
)
async def test_figures_are_for_this_machine_and_who_has_the_token(
    watched: Litestar, path: str, address: str, host: str, headers: dict[str, str], status: int
) -> None:
    async with httpx.AsyncClient(transport=in_process(watched, address), base_url=host) as http:
        answer = await http.get(path, headers=headers)
    assert answer.status_code == status
    if status == 200:
        assert answer.headers["cache-control"] == "no-store"


async def test_without_a_token_nobody_elsewhere_reads_figures(site: Litestar) -> None:
    transport = in_process(site, "192.0.2.1")
    async with httpx.AsyncClient(transport=transport, base_url=LOCAL) as http:
        for headers in ({}, {"authorization": "Bearer "}, {"authorization": "Bearer"}):
            assert (await http.get("/metrics", headers=headers)).status_code == 404


async def test_requests_are_counted_by_family_and_by_nothing_finer(
    app: AppContext, site: Litestar, visitor_of: VisitorOf
) -> None:
    slug = (await a_consultation(app)).card.slug
    visitor = await visitor_of()

    async def asked() -> dict[str, dict[tuple[str, ...], float]]:
        transport = in_process(site)
        async with httpx.AsyncClient(transport=transport, base_url=LOCAL) as http:
            answer = await http.get("/metrics")
        assert slug not in answer.text
        return figures(answer.text)

    before = await asked()
    for path in (f"/fr/c/{slug}", f"/fr/c/{slug}/propositions", "/fr/c/nulle-part", "/fr/nulle"):
        await visitor.http.get(path)
    after = await asked()

    def more(name: str, *labels: str) -> float:
        return after[name][labels] - before.get(name, {}).get(labels, 0)

    assert more("beffroi_requests_total", "c", "ok") == 2
    assert more("beffroi_requests_total", "c", "404") == 1
    assert more("beffroi_requests_total", "none", "404") == 1
    assert more("beffroi_request_seconds_count", "c") == 3


def test_a_family_is_one_word_of_the_route() -> None:
    routes = {
        "/fr/c/{slug:str}/voter/{number:int}": "c",
        "/fr/recu/{reference:str}": "c",  # a figure of its own would tell when somebody votes
        "/en": "home",
        "/": "home",
        "/api/v1/consultations": "api",
        "/{path:path}": "page",
        "none": "none",
    }
    assert {route: family(route) for route in routes} == routes


def test_casts_are_told_by_fifties(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "_untold", [0])

    def told() -> float:
        return figures(exposition().decode())["beffroi_casts_total"][()]

    before = told()
    steps = []
    for _ in range(120):
        metrics.count_cast()
        steps.append(told() - before)
    assert set(steps) == {0, 50, 100}
    assert steps.index(50) == 49


async def test_the_state_is_that_of_the_database_by_lane(app: AppContext) -> None:
    async with transaction(app.engine) as db:
        await db.execute(text("DELETE FROM job"))
        await db.execute(text("DELETE FROM mail"))
        await db.execute(
            text(
                "INSERT INTO job (name, values, run_at, tries, dead_at) VALUES"
                " ('deliver-mail', '{}', clock_now() - interval '90 s', 0, NULL),"
                " ('deliver-mail', '{}', clock_now() + interval '90 s', 2, NULL),"
                " ('deliver-code', '{}', clock_now(), 0, NULL),"
                " ('count-poll', '{}', clock_now(), 9, clock_now())"
            )
        )
        found = await state(db, LANES, PERIODIC, app.settings)
        await db.execute(text("DELETE FROM job"))
    lanes = {one.name: one for one in found.lanes}
    assert set(lanes) == set(LANES)
    mails = lanes["mails"]
    assert (mails.waiting, mails.failing, mails.given_up) == (2, 1, 0)
    assert 90 <= mails.oldest_seconds < 120
    assert (lanes["codes"].waiting, lanes["counts"].given_up) == (1, 1)
    assert found.schema == newest_version()
    assert found.folder_free > 0
    assert 0 < sum(found.connections.values()) <= found.connections_limit


async def test_a_database_that_is_away_is_a_figure_too(watched: Litestar) -> None:
    app = watched.state.app
    away = connect("postgresql://nobody@127.0.0.1:1/nowhere")
    watched.state.app = replace(app, engine=away)
    transport = in_process(watched)
    try:
        async with httpx.AsyncClient(transport=transport, base_url=LOCAL) as http:
            told = figures((await http.get("/metrics")).text)
            whole = await http.get("/sante/tout")
    finally:
        watched.state.app = app
        await disconnect(away)
    assert told["beffroi_database_up"][()] == 0
    assert "beffroi_jobs_waiting" not in told
    assert (whole.status_code, whole.json()["status"]) == (503, "failing")
    unknown = {"schema_current": None, "worker_seen": None}
    assert unknown.items() <= whole.json().items()


def test_the_processes_of_a_site_add_their_figures_up(
    app: AppContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = replace(app.settings, port=free_port(), workers=2, origin="http://localhost:8000")
    address = f"http://127.0.0.1:{settings.port}"
    asked = 0
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    with (
        serving("site", settings, os.sched_getaffinity(0)),
    ):
        while len(list(tmp_path.glob("counter_*.db"))) < 2 or asked < 10:
            asked += 1
            with httpx.Client() as http:  # each time another connection, so another process
                assert http.get(f"{address}/robots.txt").status_code == 200
        told = [figures(httpx.get(f"{address}/metrics").text) for _ in range(6)]
    assert {one["beffroi_requests_total"]["robots.txt", "ok"] for one in told} == {asked}


async def test_a_worker_shows_its_figures_on_a_port_of_its_own() -> None:
    port = free_port()
    metrics.JOBS.labels("deliver-mail", "done").inc()
    with shown("127.0.0.1", port):
        async with httpx.AsyncClient() as http:
            told = figures((await http.get(f"http://127.0.0.1:{port}/metrics")).text)
    assert told["beffroi_jobs_total"]["deliver-mail", "done"] >= 1
    async with httpx.AsyncClient() as http:
        with pytest.raises(httpx.TransportError):
            await http.get(f"http://127.0.0.1:{port}/metrics")


async def test_the_access_log_names_the_route_and_never_the_address(
    app: AppContext, watched: Litestar
) -> None:
    slug = (await a_consultation(app)).card.slug
    visitor = Visitor(watched, address="192.0.2.77")
    with structlog.testing.capture_logs() as lines:
        await visitor.http.get(f"/fr/c/{slug}?q=secret")
        await visitor.http.get("/fr/desinscription/" + "t" * 43)
        await visitor.http.get("/fr/nulle-part/secret")
    await visitor.http.aclose()
    said = [one for one in lines if one["event"] == "request"]
    assert [one["route"] for one in said] == [
        "/fr/c/{slug}",
        "/fr/desinscription/{token}",
        "none",
    ]
    assert [one["status"] for one in said] == [200, 404, 404]
    assert {one["method"] for one in said} == {"GET"}
    assert all(re.fullmatch("[0-9a-f]{8}", one["number"]) and one["ms"] > 0 for one in said)
    assert not re.search(f"{slug}|secret|ttt|192.0.2", str(lines))


@pytest.mark.parametrize("path", ["/fr/panne", "/api/v1/panne"])
async def test_a_failure_and_its_line_of_the_log_share_a_number(site: Litestar, path: str) -> None:
    @get(path, sync_to_thread=False)
    def broken() -> str:
        raise RuntimeError

    app = create_site(site.state.app.settings)
    app.register(broken)
    async with running(app):
        visitor = Visitor(app)
        with structlog.testing.capture_logs() as lines:
            answer = await visitor.http.get(path)
        unknown = await visitor.http.get(path.replace("panne", "nulle-part"))
        await visitor.http.aclose()
    (line,) = [one for one in lines if one["log_level"] == "error"]
    assert answer.status_code == 500
    assert line["number"] in answer.text
    assert line["route"] == path
    told: Any = answer.json() if path.startswith("/api") else {"request": line["number"]}
    assert told["request"] == line["number"]
    assert not re.search("Numéro|request", unknown.text)


def names_in(expression: str) -> set[str]:
    """The figures of ours that a Prometheus expression asks for."""
    return set(re.findall(r"\bbeffroi_[a-z_]+", expression))


async def test_dashboard_and_alerts_ask_for_figures_that_exist(
    app: AppContext, site: Litestar
) -> None:
    dashboard = json.loads((PROJECT / "deploy/grafana/beffroi.json").read_text())
    alerts = (PROJECT / "deploy/prometheus/alerts.yml").read_text()
    asked = {
        *(target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", [])),
        *re.findall(r"expr: (.+)", alerts),
    }
    async with httpx.AsyncClient(transport=in_process(site), base_url=LOCAL) as http:
        await http.get("/robots.txt")
        told = (await http.get("/metrics")).text
    exist = set(re.findall(r"^# TYPE (\w+)", told, re.M))
    exist |= {f"{name}_bucket" for name in exist} | {f"{name}_count" for name in exist}
    assert len(asked) > 12
    for expression in asked:
        assert names_in(expression) <= exist, expression
    lanes = set(re.findall(r'lane="(\w+)"', alerts))
    assert lanes <= set(LANES)
    (periodic,) = re.findall(r'job=~"(.+)"', alerts)
    assert set(periodic.split("|")) <= set(PERIODIC)
