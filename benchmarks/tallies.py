"""`./dev bench tallies`: counting speed, compared with the fastest other program for each rule.

Every measure runs in a process of its own, on one core; what is compared is CPU time (median) and
peak memory. A starts from the Python tuples that the peer takes; B from the packed columns in which
ballots are stored and counted; "whole" is `tally` from B with checks, canonical form and digest.
Peers come with `pip install -e '.[peers]'`; the run says which are absent. Timings are never tests.
"""

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from statistics import median
from typing import Any, NamedTuple

from benchmarks import tallies_data as data
from benchmarks import tallies_peers as peers
from voting.ballots import Ballots, Grades, Rankings
from voting.kernels.strict_orders import grades_from_rows, rankings_from_orders
from voting.methods import METHODS
from voting.tally import tally
from voting.ties import leave_tied

LIMIT = 400


class Goal(NamedTuple):
    """One line of the table: who counts what, and the ratios (or seconds) aimed at."""

    method: str
    election: Callable[..., Any]
    size: tuple[int, int]
    peer: str = ""
    run: Callable[..., peers.Run] | None = None
    a: float = 0
    b: float = 0
    seconds: float = 0
    options: dict[str, Any] = {}  # noqa: RUF012


GOALS: dict[str, Goal] = {
    "Schulze": Goal(
        "schulze", data.truncated, (1_000_000, 20), "votelib", peers.votelib_schulze, 20, 60
    ),
    "Schulze, complete": Goal(
        "schulze", data.complete, (1_000_000, 20), "pref_voting", peers.pref_voting_schulze, 60, 200
    ),
    "instant runoff": Goal(
        "instant_runoff", data.truncated, (1_000_000, 20), "pyrankvote", peers.pyrankvote_irv, 8, 30
    ),
    "STV, 5 seats": Goal(
        "stv_scottish",
        data.truncated,
        (100_000, 20),
        "votelib",
        peers.votelib_stv,
        10,
        options={"seats": 5},
    ),
    "majority judgment": Goal(
        "majority_judgment",
        data.judged,
        (1_000_000, 10),
        "pref_voting",
        peers.pref_voting_mj,
        40,
        1000,
    ),
    "equal shares": Goal(
        "mes_pb", data.approved, (80_000, 150), "pabutools", peers.pabutools_rule("mes"), b=300
    ),
    "equal shares, add1": Goal(
        "mes_pb",
        data.approved,
        (10_000, 60),
        "pabutools",
        peers.pabutools_rule("mes", 1),
        b=100,
        options={"completion": "add1_exhaustive", "increment": "1"},
    ),
    "Phragmén": Goal(
        "phragmen_pb",
        data.approved,
        (80_000, 150),
        "pabutools",
        peers.pabutools_rule("phragmen"),
        b=300,
    ),
    "Meek, 5 seats": Goal(
        "stv_meek", data.truncated, (100_000, 20), seconds=5, options={"seats": 5}
    ),
    "Kemeny, 20 options": Goal("kemeny", data.truncated, (10_000, 20), seconds=0.2),
    "Kemeny, 50 options": Goal("kemeny", data.truncated, (10_000, 50), seconds=10),
    "Schulze, 10 million": Goal("schulze", data.truncated, (10_000_000, 10), seconds=10),
    "instant runoff, 10 million": Goal(
        "instant_runoff", data.truncated, (10_000_000, 10), seconds=10
    ),
    "majority judgment, 10 million": Goal(
        "majority_judgment", data.judged, (10_000_000, 10), seconds=10
    ),
}


class Measure(NamedTuple):
    """CPU seconds (median of the runs) and peak memory of the process, in MB."""

    seconds: float
    memory: int


def main() -> None:
    """Measure every goal, or those named, and print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("goals", nargs="*", help=f"some of: {', '.join(GOALS)}")
    options.add_argument("--quick", action="store_true", help="a hundredth of the ballots")
    options.add_argument("--one", help=argparse.SUPPRESS)
    options.add_argument("--form", help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.one:
        print(json.dumps(measure(GOALS[given.one], given.form, given.quick)))
        return
    absent = sorted({goal.peer for goal in GOALS.values() if goal.peer and not found(goal.peer)})
    print(
        f"{platform.processor() or platform.machine()}, Python {platform.python_version()}, "
        f"one core; CPU seconds, medians; peers absent: {', '.join(absent) or 'none'}"
    )
    print(
        f"{'':30}{'ballots':>10}{'peer':>22}{'A':>9}{'ratio':>8}{'B':>9}{'ratio':>8}"
        f"{'whole':>9}{'ratio':>8}{'MB':>7}  aim"
    )
    for name in given.goals or GOALS:
        print(line(name, GOALS[name], given.quick), flush=True)


def line(name: str, goal: Goal, quick: bool) -> str:
    """One line of the table."""
    ballots, _ = sized(goal, quick)
    start = f"{name:30}{ballots:>10,}"
    if goal.method not in METHODS:
        return f"{start}  no such method"
    theirs = apart(name, "peer", quick) if goal.peer and found(goal.peer) else None
    cells = f"{f'{goal.peer} {theirs.seconds:.3g} s' if theirs else goal.peer:>22}"
    memory = 0
    for form in ("A", "B", "whole"):
        ours = apart(name, form, quick) if form != "A" or goal.a else None
        ratio = f"{theirs.seconds / ours.seconds:.0f}x" if theirs and ours else ""
        cells += f"{f'{ours.seconds:.3g}' if ours else '':>9}{ratio:>8}"
        memory = ours.memory if ours else memory
    aims = [f"{form} >= {aim:g}x" for form, aim in (("A", goal.a), ("B", goal.b)) if aim]
    aims += [f"< {goal.seconds:g} s"] if goal.seconds else []
    theirs_memory = f" (peer {theirs.memory:,})" if theirs else ""
    return f"{start}{cells}{memory:>7,}  {', '.join(aims)}{theirs_memory}"


def apart(name: str, form: str, quick: bool) -> Measure | None:
    """The measure, made in a process of its own; None when it fails or takes too long."""
    command = [sys.executable, "-m", "benchmarks.tallies", "--one", name, "--form", form]
    try:
        done = subprocess.run(
            [*command, *(["--quick"] if quick else [])],
            capture_output=True,
            text=True,
            check=True,
            timeout=LIMIT,
            env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        )
    except subprocess.TimeoutExpired:
        print(f"  {name}, {form}: more than {LIMIT} s", file=sys.stderr)
        return None
    except subprocess.CalledProcessError as error:
        print(f"  {name}, {form}: {error.stderr.strip().splitlines()[-1:]}", file=sys.stderr)
        return None
    return Measure(*json.loads(done.stdout.splitlines()[-1]))


def measure(goal: Goal, form: str, quick: bool) -> Measure:
    """Count as often as a few seconds allow."""
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    ballots, *beside = elected(goal, quick)
    if form == "peer":
        assert goal.run is not None
        run = goal.run(ballots, *beside)
    else:
        run = ours(goal, ballots, beside, form)
    times: list[float] = []
    while len(times) < 1 or (len(times) < 5 and sum(times) < 5):
        start = time.process_time()
        run()
        times.append(time.process_time() - start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return Measure(median(times), peak)


def ours(goal: Goal, ballots: Ballots, beside: list[Any], form: str) -> peers.Run:
    """Our count from one of the forms."""
    options = dict(goal.options)
    if beside:
        options |= {"budget": beside[0], "costs": beside[1]}
    if form == "whole":
        return lambda: tally(ballots, goal.method, options)
    count = METHODS[goal.method].function
    if form == "B":
        return lambda: count(ballots, leave_tied, **options)
    if isinstance(ballots, Grades):
        rows = [tuple(row) for row in ballots.marks.tolist()]
        names, grades = ballots.options, ballots.grades
        return lambda: count(grades_from_rows(names, grades, rows), leave_tied, **options)
    assert isinstance(ballots, Rankings)
    orders, names = data.orders_of(ballots), ballots.options
    return lambda: count(rankings_from_orders(names, orders), leave_tied, **options)


def elected(goal: Goal, quick: bool) -> tuple[Any, ...]:
    """The ballots, then a budget and costs where there are any."""
    made = goal.election(*sized(goal, quick))
    return made if isinstance(made, tuple) else (made,)


def sized(goal: Goal, quick: bool) -> tuple[int, int]:
    """Ballots and options."""
    ballots, options = goal.size
    return (ballots // 100 if quick else ballots), options


def found(package: str) -> bool:
    """Whether a peer is installed."""
    return find_spec(package) is not None


if __name__ == "__main__":
    main()
