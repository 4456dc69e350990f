"""The script `dev` explains itself, prepares once, and says in one sentence what is missing."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
COMMANDS = [
    "setup",
    "demo",
    "test",
    "check",
    "fix",
    "migrate",
    "bench",
    "faults",
    "cluster",
    "oracles",
    "lock",
    "sbom",
]
LOCKS = {
    "demo": "requirements.lock",
    "test": "requirements-dev.lock",
    "oracles": "requirements-oracles.lock",
}
TOOLS = ["bash", "cat", "dirname", "df", "env", "awk", "grep", "mktemp", "tail", "rm"]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A fresh checkout as far as the script can see, and an almost empty machine."""
    (tmp_path / "checkout").mkdir()
    for name in ["dev", "pyproject.toml", *LOCKS.values()]:
        shutil.copy(PROJECT / name, tmp_path / "checkout" / name)
    (tmp_path / "machine").mkdir()
    for name in TOOLS:
        found = shutil.which(name)
        assert found
        (tmp_path / "machine" / name).symlink_to(found)
    return tmp_path / "checkout"


def test_bare_dev_lists_every_command_with_a_sentence(project: Path) -> None:
    listed = dev(project).stdout.splitlines()
    assert [line.split()[1] for line in listed] == COMMANDS
    assert all(len(line.split()) > 4 for line in listed)


def test_an_unknown_command_is_refused(project: Path) -> None:
    refused = dev(project, "demos")
    assert refused.returncode == 2
    assert "There is no ./dev demos" in refused.stderr


def test_a_machine_without_python_is_told_to_install_it(project: Path) -> None:
    refused = dev(project, "demo")
    assert refused.returncode == 1
    assert last(refused).startswith("Python 3.11 or newer is needed: install it")


def test_an_old_python_is_not_taken(project: Path) -> None:
    program(project, "python3", "exit 1")
    assert last(dev(project, "demo")).startswith("Python 3.11 or newer is needed")


def test_a_python_without_venv_is_told_how_to_get_it(project: Path) -> None:
    program(project, "python3", 'case "$2" in *venv*) exit 1 ;; esac')
    assert last(dev(project, "test")).startswith("python3 has no module venv: install it")


def test_a_full_disk_is_said_before_anything_is_made(project: Path) -> None:
    program(project, "df", "echo header; echo /dev/full 9 9 51200 100% /")
    assert last(dev(project, "demo")).startswith("Only 51 MB are free here")
    assert not (project / ".venv").exists()


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("OSError: [Errno 28] No space left on device", "No space is left on the disk"),
        ("Failed to establish a new connection", "The package index cannot be reached"),
        ("error: something else", "That failed, for the reason above"),
    ],
)
def test_a_failed_installation_says_why_and_is_tried_again(
    project: Path, said: str, told: str
) -> None:
    program(project, "python3", 'case "$2" in venv) echo "$SAID"; exit 1 ;; esac')
    refused = dev(project, "demo", SAID=said)
    assert refused.returncode == 1
    assert said in refused.stderr
    assert last(refused).startswith(told)
    assert "making .venv" in dev(project, "demo", SAID=said).stderr


def test_a_prepared_checkout_starts_at_once(project: Path) -> None:
    """It compares some files, and starts no program: there is none but what finds its folder."""
    prepared(project)
    for name in {*TOOLS} - {"bash", "dirname"}:
        (project.parent / "machine" / name).unlink()
    done = dev(project, "setup")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("changed", ["pyproject.toml", "requirements-dev.lock"])
def test_a_changed_dependency_prepares_again(project: Path, changed: str) -> None:
    prepared(project)
    with (project / changed).open("a") as file:
        file.write("# changed\n")
    assert "Preparing .venv" in dev(project, "test").stderr


def test_a_moved_checkout_makes_its_environment_again(project: Path) -> None:
    prepared(project)
    moved = project.rename(project.with_name("moved"))
    assert last(dev(moved, "test")).startswith("Python 3.11 or newer is needed")
    assert not (moved / ".venv").exists()


def test_words_after_test_and_demo_are_passed_on(project: Path) -> None:
    prepared(project, pytest='echo pytest "$@"', beffroi='echo beffroi "$@"')
    assert dev(project, "test", "-k", "two words").stdout == "pytest -k two words\n"
    spread = "-n auto --dist worksteal"
    assert dev(project, "test").stdout == f"pytest {spread}\n"
    assert dev(project, "test", "quick", "-x").stdout.startswith(f"pytest {spread} -m not browser")
    assert dev(project, "test", "long").stdout == f"pytest {spread} -m hypothesis tests\n"
    assert dev(project, "demo", "--fresh").stdout == "beffroi demo --fresh\n"
    assert dev(project, "migrate").stdout == "beffroi migrate\n"


def test_check_runs_every_check_and_fails_when_one_does(project: Path) -> None:
    good = dict.fromkeys(["ruff", "mypy", "lint-imports", "python", "pytest"], "echo quiet")
    prepared(project, **good)
    passed = dev(project, "check")
    assert passed.returncode == 0
    assert [line.split()[0] for line in passed.stdout.splitlines()[:-1]] == ["ok"] * 6
    prepared(project, **good | {"mypy": "echo 'Found 3 errors'; exit 1"})
    failed = dev(project, "check")
    assert failed.returncode == 1
    assert "FAIL  types\nFound 3 errors\n" in failed.stdout
    assert failed.stdout.endswith("ok    architecture\n5 checks passed, 1 failed.\n")


def test_other_programs_are_installed_beside_and_never_in_the_environment_of_the_tests(
    project: Path,
) -> None:
    prepared(project)
    prepared(project, "oracles", python='echo python "$@"')
    said = dev(project, "oracles", "-k", "two words")
    assert said.stdout == "python -m pytest -q -n auto tests/voting/differential -k two words\n"
    with (project / LOCKS["oracles"]).open("a") as file:
        file.write("# changed\n")
    assert "Preparing .venv-oracles" in dev(project, "oracles").stderr
    assert dev(project, "setup").stderr == ""


@pytest.mark.parametrize("command", LOCKS)
def test_the_locks_hold_what_the_project_asks_for(command: str) -> None:
    said = subprocess.run(
        [sys.executable, "-c", REQUIRED, PROJECT / LOCKS[command], command],
        cwd=PROJECT,
        capture_output=True,
        text=True,
    )
    assert said.stdout == "", said.stdout
    assert said.returncode == 0, said.stderr


REQUIRED = """
import sys, tomllib
from packaging.requirements import Requirement
locked = {}
for line in open(sys.argv[1]):
    if "==" in line:
        locked.setdefault(line.split("==")[0], []).append(line.split("==")[1].split()[0])
project = tomllib.load(open("pyproject.toml", "rb"))["project"]
wanted = project["dependencies"] + project["optional-dependencies"]["build"]
wanted += project["optional-dependencies"].get(sys.argv[2].replace("test", "dev"), [])
if sys.argv[2] != "oracles":
    wanted += project["optional-dependencies"]["demo"]
left_out = {"typst"} if sys.argv[2] == "oracles" else {}
for requirement in map(Requirement, wanted):
    versions = locked.get(requirement.name.replace("_", "-"), [])
    if requirement.name in left_out:
        continue
    if not versions or not all(requirement.specifier.contains(v) for v in versions):
        print(f"{requirement} is not in {sys.argv[1]}: run ./dev lock")
"""


def dev(project: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    machine = project.parent / "machine"
    return subprocess.run(
        [machine / "bash", project / "dev", *words],
        env={"PATH": str(machine), **variables},
        capture_output=True,
        text=True,
    )


def last(done: subprocess.CompletedProcess[str]) -> str:
    return done.stderr.splitlines()[-1]


def program(project: Path, name: str, script: str, folder: str = "../machine") -> None:
    path = project / folder / name
    path.unlink(missing_ok=True)
    path.write_text(f"#!{shutil.which('bash')}\n{script}\n")
    path.chmod(0o755)


def prepared(project: Path, command: str = "test", **programs: str) -> None:
    """A checkout whose environment was made from its present files, and holds these programs."""
    venv, lock = ".venv-oracles" if command == "oracles" else ".venv", LOCKS[command]
    (project / venv / "bin").mkdir(parents=True, exist_ok=True)
    for name, script in ({"python": "exit 1"} | programs).items():
        program(project, name, script, f"{venv}/bin")
    ingredients = [(project / name).read_text() for name in ["pyproject.toml", lock]]
    made_from = " ".join([str(project), *(text.rstrip("\n") for text in ingredients)])
    (project / venv / f"made-from-{lock}").write_text(made_from + "\n")
    (project / venv / "made-in").write_text(f"{project}\n")
