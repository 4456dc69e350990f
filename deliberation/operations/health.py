"""The state of the installation, for probes, commands and administrators. It names nobody."""

import shutil
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from typing import Any, Literal

import msgspec
from msgspec import structs
from msgspec.structs import replace
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from deliberation.core.database import MIGRATIONS
from deliberation.core.settings import Settings
from deliberation.operations.queue import Lane
from deliberation.operations.replication import COPIES, Copies
from deliberation.operations.worker import Periodic

SEEN = 60  # seconds after which the worker is missed
DUE = 300  # seconds after which a waiting job or mail is reported
MANY = 1000  # no more than these are counted
MOST = 100_000  # no more than these are counted for operators
FULL = 100 * 2**20  # bytes of the data folder below which somebody should look

Status = Literal["ok", "degraded", "failing"]


class StuckJobs(msgspec.Struct, frozen=True):
    """Jobs of one name that need somebody: how many fail again and again, how many are given up."""

    name: str
    failing: int
    given_up: int


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """`failing`: no page can be answered; `degraded`: pages are, and somebody should look."""

    status: Status
    database: bool
    schema_current: bool | None = True  # None: nobody knows
    worker_seen: bool | None = True
    late: list[str] = []  # periodic jobs that have not come to an end for too long
    oldest_due_job: int = 0  # seconds
    stuck: list[StuckJobs] = []
    mails_waiting: int = 0  # for more than five minutes
    mails_refused: int = 0  # by the mail servers of their recipients, for good
    copies: Copies = "none"  # of the database; no reason to be degraded, since it is a choice


class LaneState(msgspec.Struct, frozen=True):
    """The jobs of a lane; `oldest_seconds`: for which the longest waiting one has been due."""

    name: str
    waiting: int = 0
    failing: int = 0
    given_up: int = 0
    oldest_seconds: int = 0


class State(Health, frozen=True, kw_only=True):
    """Health with all its figures, for operators only."""

    release: str
    folder_free: int  # bytes, of the data folder, where the pseudonym keys are
    schema: str = ""
    mails: int = 0  # not sent yet
    lanes: list[LaneState] = []
    periodic: dict[str, float] = {}  # seconds since each periodic job came to its end
    connections: dict[str, int] = {}  # of each role, to this database
    connections_limit: int = 0


NO_DATABASE = Health(status="failing", database=False, schema_current=None, worker_seen=None)


async def health(db: AsyncSession, periodic: Mapping[str, Periodic]) -> Health:
    """The result of one bounded statement."""
    row: Any = (await db.execute(_LOOK, {"due": DUE, "many": MANY})).one()
    ages: dict[str, float] = row.ages or {}
    found = Health(
        status="ok",
        database=True,
        schema_current=row.version >= newest_version(),  # newer: an upgrade is under way
        worker_seen=min(ages.values(), default=SEEN + 1) <= SEEN,
        late=[
            name
            for name, entry in periodic.items()
            if ages.get(name, 0) > SEEN + 2 * entry.every.total_seconds()
        ],
        oldest_due_job=max(0, int(row.oldest or 0)),
        stuck=msgspec.convert(row.stuck or [], list[StuckJobs]),
        mails_waiting=row.mails,
        mails_refused=row.refused,
        copies=row.copies,
    )
    fine = found.schema_current and found.worker_seen and found.oldest_due_job < DUE
    if fine and not (found.late or found.stuck or found.mails_waiting):
        return found
    return replace(found, status="degraded")


async def state(
    db: AsyncSession,
    lanes: Mapping[str, Lane],
    periodic: Mapping[str, Periodic],
    settings: Settings,
) -> State:
    """The result of two bounded statements."""
    found = await health(db, periodic)
    lane_of = {job: name for name, lane in lanes.items() for job in lane.jobs}
    values = {"most": MOST, "lanes": msgspec.json.encode(lane_of).decode()}
    row: Any = (await db.execute(_LOOK_CLOSER, values)).one()
    busy = {one.name: one for one in msgspec.convert(row.lanes or [], list[LaneState])}
    there = replace(
        without_database(settings),
        **structs.asdict(found),
        schema=row.version,
        mails=row.mails,
        lanes=[busy.get(name, LaneState(name)) for name in lanes],
        periodic=row.ages or {},
        connections=row.connections,
        connections_limit=row.connections_limit,
    )
    full = there.folder_free < FULL and found.status == "ok"
    return replace(there, status="degraded") if full else there


def without_database(settings: Settings) -> State:
    """What can be said of an installation whose database does not answer."""
    folder = settings.data_folder
    free = shutil.disk_usage(folder).free if folder.exists() else 0
    known = structs.asdict(NO_DATABASE)
    return State(**known, release=version("beffroi"), folder_free=free)


@cache
def newest_version() -> str:
    """The schema's version that this program is written for."""
    return max(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("0*.py"))


# Times of jobs are real times: the moved clock of a demo says nothing about a worker.
_SEEN = """
    (SELECT version_num FROM alembic_version) AS version,
    (SELECT jsonb_object_agg(name, extract(epoch FROM clock_timestamp() - done_at))
        FROM periodic_run) AS ages,
"""
_LOOK = text(
    f"""
    SELECT {_SEEN} {COPIES} AS copies,
        (SELECT extract(epoch FROM clock_now() - run_at) FROM job
            WHERE dead_at IS NULL ORDER BY run_at LIMIT 1) AS oldest,
        (SELECT jsonb_agg(one) FROM (
            SELECT name, count(*) FILTER (WHERE dead_at IS NULL) AS failing,
                count(*) FILTER (WHERE dead_at IS NOT NULL) AS given_up
            FROM (SELECT name, dead_at FROM job
                  WHERE (dead_at IS NOT NULL AND failure NOT LIKE 'recipient-refused-%')
                  OR (dead_at IS NULL AND tries > 5) LIMIT :many) AS few
            GROUP BY name ORDER BY name) AS one) AS stuck,
        (SELECT count(*) FROM (SELECT FROM mail WHERE sent_at IS NULL
            AND created_at < clock_now() - make_interval(secs => :due)
            AND NOT EXISTS (SELECT FROM job WHERE once = 'mail:' || mail.id AND dead_at IS NOT NULL)
            LIMIT :many) AS few) AS mails,
        (SELECT count(*) FROM (SELECT FROM job WHERE dead_at IS NOT NULL
            AND failure LIKE 'recipient-refused-%' LIMIT :many) AS few) AS refused
    """  # noqa: S608 - fixed text
)

_LOOK_CLOSER = text(
    f"""
    SELECT {_SEEN}
        (SELECT jsonb_agg(one) FROM (
            SELECT coalesce(CAST(:lanes AS jsonb) ->> job, '') AS name,
                count(*) FILTER (WHERE dead_at IS NULL) AS waiting,
                count(*) FILTER (WHERE dead_at IS NULL AND tries > 0) AS failing,
                count(*) FILTER (WHERE dead_at IS NOT NULL) AS given_up,
                greatest(0, extract(epoch FROM clock_now() - min(run_at) FILTER (
                    WHERE dead_at IS NULL)))::int AS oldest_seconds
            FROM (SELECT name AS job, run_at, tries, dead_at FROM job LIMIT :most) AS most
            GROUP BY 1) AS one) AS lanes,
        (SELECT count(*) FROM (SELECT FROM mail WHERE sent_at IS NULL LIMIT :most) AS most)
            AS mails,
        (SELECT jsonb_object_agg(role, number) FROM (
            SELECT coalesce(usename, 'none') AS role, count(*) AS number FROM pg_stat_activity
            WHERE datname = current_database() GROUP BY usename) AS roles) AS connections,
        current_setting('max_connections')::int AS connections_limit
    """  # noqa: S608 - fixed text
)
