"""`python -m tests.cluster`: vote while machines of a cluster die, and print what that cost."""

import argparse
import asyncio
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

from tests.cluster.cases import CASES
from tests.cluster.deployment import ROOT, a_cluster
from tests.cluster.trial import HEAD, Line, try_case
from tests.faults.stage import scratch

INSIDE = "BEFFROI_CLUSTER_INSIDE"
PROGRAMS = ["etcd", "etcdctl", "haproxy", "ip", "setpriv", "unshare"]
# Network, names and processes of our own: the kernel ends them with us, whatever happens.
NAMESPACES = ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
AS_USER = ["--user", "--map-current-user", "--keep-caps"]
REAPING = ["sh", "-c", '"$@"; exit $?', "sh"]  # the shell buries the children of the dead


def main() -> int:
    """Run what the arguments name; 0 when nothing was lost, or nothing could run."""
    parser = argparse.ArgumentParser(prog="./dev cluster", description=__doc__)
    names = [case.name for case in CASES]
    parser.add_argument("--only", action="append", choices=names, help="these only")
    parser.add_argument("--seed", type=int, help="the draws of an earlier run")
    parser.add_argument("--times", type=int, default=1, help="as many seeds, one after another")
    parser.add_argument("--seconds", type=float, default=40.0, help="of voting in each case")
    parser.add_argument("--rate", type=float, default=100.0, help="ballots a second")
    parser.add_argument("--keep", type=Path, help="copy logs and histories there")
    asked = parser.parse_args()
    binaries = postgresql()
    if reason := missing(binaries):
        tell(f"Not run: {reason}.")
        return 0
    if INSIDE not in os.environ:
        os.environ[INSIDE] = "1"
        command = [*namespaces(), *REAPING, sys.executable, "-m", "tests.cluster", *sys.argv[1:]]
        os.execvp(command[0], command)
    if asked.seed is None:
        asked.seed = random.SystemRandom().randrange(10**6)
    with scratch() as folder:
        try:
            lines = asyncio.run(run(asked, folder, binaries))
        finally:
            if asked.keep:
                keep(folder, asked.keep)
    tell("", HEAD, *map(str, lines))
    wrong = [line for line in lines if line.wrong]
    tell(f"{len(lines) - len(wrong)} of {len(lines)} held, seed {asked.seed}")
    return 1 if wrong else 0


async def run(asked: argparse.Namespace, folder: Path, binaries: Path) -> list[Line]:
    """The chosen cases on one cluster, which has to survive them all."""
    lines: list[Line] = []
    async with a_cluster(folder, binaries) as cluster:
        for seed in range(asked.seed, asked.seed + asked.times):
            for case in CASES:
                if asked.only is None or case.name in asked.only:
                    lines.append(await try_case(cluster, case, seed, asked.seconds, asked.rate))
                    tell(str(lines[-1]), *lines[-1].wrong[:6])
    return lines


def postgresql() -> Path:
    """The programs of the newest PostgreSQL of the system, which Patroni runs."""
    found = Path("/usr/lib/postgresql").glob("*/bin/pg_rewind")
    newest = max(found, key=lambda path: int(path.parts[-3]), default=Path("/nowhere/pg_rewind"))
    return newest.parent


def missing(binaries: Path) -> str:
    """What this machine lacks; empty when nothing."""
    programs = [name for name in PROGRAMS if not shutil.which(name)]
    if not binaries.is_dir():
        programs.append("postgresql")
    if programs:
        return (
            f"{', '.join(programs)} not found (Debian: etcd-server etcd-client haproxy postgresql)"
        )
    if not (ROOT / ".venv-cluster" / "bin" / "patroni").exists():
        return ".venv-cluster has no Patroni: ./dev cluster installs it"
    if INSIDE not in os.environ and subprocess.run([*namespaces(), "true"]).returncode:
        return "this machine allows no network namespaces"
    return ""


def namespaces() -> list[str]:
    """The command that runs another in namespaces of its own; whoever is not root stays so."""
    return [*NAMESPACES, *([] if os.geteuid() == 0 else AS_USER)]


def keep(folder: Path, place: Path) -> None:
    """Copy the logs of all programs and what the voters' programs saw."""
    for pattern in ("*.log", "*.jsonl", "*/*.log", "*/data/log/*"):
        for file in folder.glob(pattern):
            target = place / file.relative_to(folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, target)


def tell(*lines: str) -> None:
    """Print at once, also into a file."""
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
