"""`python -m tests.faults`: run the fault matrix, print what held and what did not."""

import argparse
import asyncio
import random
import signal
import sys
import time
import traceback
from pathlib import Path
from typing import NamedTuple, NoReturn

from tests.faults.cases import FAULTS, Fault
from tests.faults.run import Failed, NotRun, Run
from tests.faults.stage import make_template, scratch

LONGEST = 900.0  # seconds after which a case is given up


class Line(NamedTuple):
    """A line of the table."""

    number: str
    seed: int
    state: str
    seconds: float
    told: str


def main() -> int:
    """Run what the arguments name; 0 when nothing failed."""
    parser = argparse.ArgumentParser(prog="./dev faults", description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="the short run, one case of each kind")
    parser.add_argument("--only", action="append", default=[], metavar="F7", help="these only")
    parser.add_argument("--seed", type=int, help="the draws of an earlier run")
    parser.add_argument(
        "--times", type=int, default=1, help="with as many seeds, one after another"
    )
    parser.add_argument("--seeded-bugs", action="store_true", help="bugs that must be found")
    parser.add_argument("--keep", type=Path, help="copy the histories there")
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, _end)
    first = asked.seed if asked.seed is not None else random.SystemRandom().randrange(10**6)
    chosen = _chosen(asked.smoke, asked.only, asked.seeded_bugs)
    lines = []
    with scratch() as folder:
        template = make_template(folder)
        for seed in range(first, first + asked.times):
            for fault in chosen:
                lines.append(_one(fault, folder, template, seed))
                _tell(_written(lines[-1]))
    _tell("", *map(_written, lines))
    counts = {state: [line.state for line in lines].count(state) for state in _STATES}
    _tell(", ".join(f"{count} {state}" for state, count in counts.items()) + f", seed {first}")
    return 1 if counts["FAILED"] else 0


_STATES = ("passed", "FAILED", "not run")


def _chosen(smoke: bool, only: list[str], bugs: bool) -> list[Fault]:
    listed = [one for one in FAULTS if one.number.startswith("bug") == bugs or only or smoke]
    if only:
        wanted = {name.lower() for name in only}
        listed = [one for one in FAULTS if one.number.lower() in wanted]
        if len(listed) != len(wanted):
            raise SystemExit(f"choose among {', '.join(one.number for one in FAULTS)}")
    return [one for one in listed if one.smoke or not smoke]


def _one(fault: Fault, folder: Path, template: Path, seed: int) -> Line:
    place = folder / f"{fault.number}-{seed}"
    place.mkdir()
    place.chmod(0o755)
    begun = time.monotonic()
    try:
        state, told = "passed", asyncio.run(_within(fault, Run(place, template, seed)))
    except NotRun as error:
        state, told = "not run", str(error)
    except Failed as error:
        state, told = "FAILED", "; ".join(map(str, error.args[:6]))
        told += f"; and {len(error.args) - 6} more" if len(error.args) > 6 else ""
    except Exception as error:
        traceback.print_exc()
        state, told = "FAILED", f"{type(error).__name__}: {error}"[:600]
    return Line(fault.number, seed, state, time.monotonic() - begun, f"{fault.told}: {told}")


async def _within(fault: Fault, run: Run) -> str:
    async with asyncio.timeout(LONGEST):
        return await fault.case(run)


def _written(line: Line) -> str:
    return f"{line.state:8}{line.number:6}{line.seconds:5.0f} s  {line.told}"


def _tell(*lines: str) -> None:
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def _end(number: int, frame: object) -> NoReturn:
    raise SystemExit(128 + number)


if __name__ == "__main__":
    sys.exit(main())
