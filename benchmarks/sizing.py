"""What installations need, computed from measured costs: `./dev bench sizing` prints the table.

Nothing here is run. The costs were measured by the other benchmarks on one machine with two cores;
the needs hold for the load that `PLACES` states, and for no other.
"""

from dataclasses import dataclass
from math import ceil
from typing import NamedTuple

from api.cli.site.doctor import A_PROCESS
from deliberation.core.pools import SIZES
from deliberation.jobs import LANES, PERIODIC
from deliberation.operations.worker import connections


class Cost(NamedTuple):
    """Processor milliseconds of one core: of the site or the worker, and of PostgreSQL."""

    site: float
    database: float


# Measured, with what measured it.
VOTE_BY_PAGES = Cost(12.3, 5.0)  # five steps, on a busy machine: ./dev bench pages --only vote
MAIL = Cost(1.64, 0.45)  # a code or a notice, on a busy machine: ./dev bench mails
PAGE = Cost(2.66, 1.02)  # a list, signed in: ./dev bench pages
KEPT = 0.021  # a visitor's page that nginx has kept
LOG_OF_A_BALLOT = 2.9e3  # bytes of write-ahead log: ./dev bench intake
BALLOT = 504  # bytes that stay: ballot and turnout mark
TEXT = 4.0e3  # bytes that stay of a proposal or comment, with indexes
EVENT = 400  # bytes that stay of an event

READ = 6  # pages that somebody signed in reads beside the vote
SEEN = 50  # visitors' pages for each vote, in the last hour
BUSY = 0.5  # of a core that may be used at the peak
WORKERS = 2
A_WORKER = connections(LANES, PERIODIC) + sum(SIZES.values())


@dataclass(frozen=True)
class Place:
    """Who consults whom. `peak`: votes a minute in the busiest minute, by a code each."""

    name: str
    people: int
    votes: int  # in a year
    peak: int
    texts: int  # in a year: proposals and comments
    copies: int  # servers of the database


PLACES = (
    Place("a commune of 10,000", 10_000, 4_000, 600, 2_000, 1),
    Place("an intercommunality of 100,000", 100_000, 40_000, 2_000, 20_000, 1),
    Place("a region of 6 million", 6_000_000, 1_000_000, 10_000, 300_000, 3),
    Place("a country of 50 million", 50_000_000, 50_000_000, 100_000, 5_000_000, 3),
)


@dataclass(frozen=True)
class Needs:
    """Of one place. Cores are those that the peak uses; `machines` leave half of theirs free."""

    site_cores: float
    worker_cores: float
    database_cores: float
    cache_cores: float
    mails: float  # a second
    log: float  # bytes of write-ahead log a second
    disk: float  # bytes a year
    connections: int


def needs(place: Place) -> Needs:
    """What the peak takes, and what a year leaves behind."""
    rate = place.peak / 60
    site = rate * (VOTE_BY_PAGES.site + READ * PAGE.site) / 1000
    database = rate * (VOTE_BY_PAGES.database + READ * PAGE.database + MAIL.database) / 1000
    return Needs(
        site_cores=site,
        worker_cores=rate * MAIL.site / 1000,
        database_cores=database,
        cache_cores=rate * SEEN * KEPT / 1000,
        mails=rate,
        log=rate * LOG_OF_A_BALLOT,
        disk=place.votes * BALLOT + place.texts * (TEXT + 3 * EVENT),
        connections=(ceil(site / BUSY) + 1) * A_PROCESS + WORKERS * A_WORKER,
    )


def table() -> str:
    """Markdown: a line a need, a column a place."""
    found = [needs(place) for place in PLACES]
    rows = [
        ("votes a minute at the peak", [f"{place.peak:,}" for place in PLACES]),
        ("site, cores used", [_cores(one.site_cores) for one in found]),
        ("worker, cores used", [_cores(one.worker_cores) for one in found]),
        ("PostgreSQL, cores used", [_cores(one.database_cores) for one in found]),
        ("nginx for visitors, cores used", [_cores(one.cache_cores) for one in found]),
        ("site processes to start", [str(_processes(one)) for one in found]),
        ("connections of the database", [f"{one.connections:,}" for one in found]),
        ("codes by mail a second", [f"{one.mails:,.0f}" for one in found]),
        ("write-ahead log at the peak", [f"{_bytes(one.log)}/s" for one in found]),
        ("disk a year, before backups", [_bytes(one.disk) for one in found]),
        ("servers of the database", [str(place.copies) for place in PLACES]),
    ]
    head = ["", *(place.name for place in PLACES)]
    lines = [head, ["---", *("---:" for _ in PLACES)], *([name, *cells] for name, cells in rows)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines) + "\n"


def _processes(one: Needs) -> int:
    return ceil(one.site_cores / BUSY) + 1  # one may stop


def _cores(cores: float) -> str:
    return f"{cores:.2f}" if cores < 0.95 else f"{cores:.1f}"


def _bytes(count: float) -> str:
    for unit, size in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= size:
            return f"{count / size:.1f} {unit}"
    return f"{count:.0f} B"


if __name__ == "__main__":
    print(table(), end="")
