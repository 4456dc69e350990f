"""`beffroi tally`, `recount` and `methods`."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from deliberation.core.context import AppContext
from deliberation.core.errors import NotFound
from deliberation.elections.results.queries import result_page
from deliberation.process.consultations.queries import consultation_page, consultation_ref
from tests.builders import an_authority, request_context, unique
from tests.cli import beffroi_here
from voting.formats import own
from voting.methods import METHODS
from voting.records.recount import recount_file
from voting.tally import tally

BALLOTS = {
    "candidates": ["Parc", "Gymnase", "Halle"],
    "ballots": [
        {"count": 5, "ranking": [["Parc"], ["Gymnase"]]},
        {"count": 4, "ranking": [["Gymnase"], ["Halle"]]},
        {"count": 2, "ranking": [["Halle"], ["Gymnase"]]},
    ],
}
KEYS = {
    "method",
    "options",
    "winners",
    "committees",
    "ranking",
    "scores",
    "evidence",
    "ties",
    "boxes",
    "digest",
}


def outcome_of(*words: str) -> dict[str, Any]:
    """The JSON of a count."""
    done = beffroi_here("tally", *words, "--json")
    assert done.exit_code == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    assert set(found) == KEYS
    return found


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A small file of rankings."""
    path = tmp_path / "place.json"
    path.write_text(json.dumps(BALLOTS))
    return path


@pytest.fixture(scope="module")
def data() -> Path:
    """The folder of published ballots."""
    if "BEFFROI_DATA" not in os.environ:
        pytest.skip("set BEFFROI_DATA to the folder of the published ballot files")
    return Path(os.environ["BEFFROI_DATA"])


def test_a_file_is_counted_and_explained_in_french(file: Path) -> None:
    done = beffroi_here("tally", str(file))
    assert done.exit_code == 0, done.stderr
    said = done.stdout.replace("\u202f", " ").replace("\u00a0", " ")
    assert "« Gymnase » arrive en tête selon la méthode de Schulze, sur 11 bulletins reçus." in said
    assert "Comptage, pas à pas" in said
    assert done.stderr == ""


def test_the_method_is_by_default_that_of_the_ballots(tmp_path: Path) -> None:
    approvals, grades = tmp_path / "a.json", tmp_path / "g.json"
    approvals.write_text('{"candidates":["A","B"],"ballots":[{"count":2,"approvals":["A"]}]}')
    grades.write_text('{"grades":["Passable","Bien"],"tallies":{"A":[1,2],"B":[2,1]},"judges":3}')
    assert outcome_of(str(approvals))["method"] == "approval"
    assert outcome_of(str(grades))["method"] == "majority_judgment"


def test_the_json_is_one_object_with_integers_and_names(file: Path) -> None:
    found = outcome_of(str(file), "--method", "instant_runoff")
    assert found["winners"] == ["Gymnase"]
    assert found["ranking"][0] == ["Gymnase"]
    assert found["committees"] == []
    assert found["boxes"] == {
        "counted": 11,
        "blank": 0,
        "partial": 0,
        "over_marked": 0,
        "over_spent": 0,
        "invalid": 0,
    }
    assert found["evidence"]["rounds"][0]["votes"] == {"Gymnase": 4, "Halle": 2, "Parc": 5}


def test_standard_input_can_be_counted() -> None:
    done = beffroi_here("tally", "-", given=json.dumps(BALLOTS))
    assert done.exit_code == 0
    assert "Gymnase" in done.stdout


def test_a_tie_is_told_and_ends_well_and_a_published_order_resolves_it(tmp_path: Path) -> None:
    path = tmp_path / "tie.json"
    rows = [{"count": 2, "ranking": [["A"]]}, {"count": 2, "ranking": [["B, C"]]}]
    path.write_text(json.dumps({"candidates": ["A", "B, C"], "ballots": rows}))
    left = outcome_of(str(path))
    assert left["winners"] == ["A", "B, C"]
    assert left["ties"][0]["rule"] == "left"
    ordered = outcome_of(str(path), "--option", 'tie_order="B, C",A')
    assert ordered["winners"] == ["B, C"]
    assert ordered["ties"][0]["order_matters"] is True
    assert ordered["digest"] == left["digest"]
    assert outcome_of(str(path), "--option", "tie_seed=2027")["ties"][0]["rule"] == "seed"


@pytest.mark.parametrize(
    ("words", "listed"),
    [
        (("--method", "magic"), "schulze"),
        (("--option", "power=9"), "strength"),
        (("--option", "strength=strong"), "margins"),
        (("--option", "tie_order=Parc"), "Halle"),
        (("--option", "strength"), "nom=valeur"),
        (("--option", "power=9"), "tie_order"),
        (("--option", "seats=2"), "strength"),
        (("--option", "judges=12"), "strength"),
        (("--option", "budget=12", "--method", "schulze"), "strength"),
        (("--option", "overvote=skip", "--method", "schulze"), "strength"),
        (("--option", "overvote=skip"), "tie_order"),
        (("--option", "tie_seed=1", "--option", "tie_order=Parc,Halle,Gymnase"), "tie_order"),
        (("--option", "strength=margins", "--option", "strength=margins"), "deux fois"),
        (("--method", "stv_meek", "--option", "seats=two"), "un nombre entier"),
        (("--from", "papyrus"), "abif"),
        (("--method", "approval"), "rankings"),
    ],
)
def test_what_is_asked_wrongly_is_refused_with_what_is_possible(
    file: Path, words: tuple[str, ...], listed: str
) -> None:
    done = beffroi_here("tally", str(file), *words)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert listed in done.stderr
    assert "Traceback" not in done.stderr


def test_options_stand_for_what_the_file_says_of_seats_judges_budget_and_costs(
    file: Path, tmp_path: Path
) -> None:
    elected = outcome_of(str(file), "--method", "stv_scottish", "--option", "seats=2")
    assert elected["winners"] == ["Parc", "Gymnase"]
    tallies = tmp_path / "tallies.json"
    tallies.write_text('{"grades":["Passable","Bien"],"tallies":{"A":[1,2],"B":[2,1]}}')
    judged = outcome_of(str(tallies), "--option", "judges=9")
    assert judged["evidence"]["missing"] == {"A": 6, "B": 6}
    assert judged["boxes"]["counted"] == 9
    projects = tmp_path / "projects.json"
    ballots = [{"count": 3, "approvals": ["A, le parc", "B"]}, {"approvals": ["B"]}]
    said = {"candidates": ["A, le parc", "B"], "ballots": ballots, "budget": 5}
    projects.write_text(json.dumps(said | {"costs": {"A, le parc": 5, "B": 9}}))
    words = (str(projects), "--method", "greedy_pb", "--option")
    assert outcome_of(*words, "budget=9")["winners"] == ["B"]
    assert outcome_of(*words, "costs=B:2")["winners"] == ["B"]
    assert outcome_of(*words, 'costs="A, le parc:3",B:2')["winners"] == ["B", "A, le parc"]
    for wrong in ("costs=B:two", "costs=B", "costs=Z:2", "budget=0"):
        done = beffroi_here("tally", *words, wrong)
        assert (done.exit_code, done.stdout) == (2, ""), wrong


def test_a_malformed_file_is_refused_with_its_line_column_and_reason(tmp_path: Path) -> None:
    path = tmp_path / "vote.blt"
    path.write_text('2 1\n1 1 x 0\n0\n"A"\n"B"\n"T"\n')
    done = beffroi_here("tally", str(path))
    assert done.exit_code == 3
    assert done.stdout == ""
    assert f"{path}, ligne 2, colonne 5" in done.stderr
    assert "x" in done.stderr.rpartition("ligne 2")[2]


def test_a_missing_file_is_told() -> None:
    done = beffroi_here("tally", "nowhere.abif")
    assert done.exit_code == 4
    assert "nowhere.abif" in done.stderr


def test_what_the_rules_met_in_cast_vote_records_is_told_beside_the_outcome(
    tmp_path: Path,
) -> None:
    path = tmp_path / "records.csv"
    path.write_text("id,rank1,rank2,rank3\n1,A,overvote,B\n2,skipped,B,B\n")
    done = beffroi_here(
        "tally", str(path), "--method", "instant_runoff", "--option", "overvote=skip"
    )
    assert done.exit_code == 0
    assert "1 rangs à plusieurs marques, 1 rangs sautés, 1 répétitions" in done.stderr


def plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\xa0", " ")


WITHDRAWN = '3 1\n[withdrawn 1]\n4 1 2 0\n2 2 3 0\n1 3 2 0\n0\n"Ana"\n"Bruno"\n"Carla"\n'


def test_f05_the_result_tells_who_was_withdrawn(tmp_path: Path) -> None:
    path = tmp_path / "vote.blt"
    path.write_text(WITHDRAWN)
    assert "Retirées avant le comptage : « Ana »." in plain(beffroi_here("tally", str(path)).stdout)
    assert json.loads(beffroi_here("tally", str(path), "--json").stdout)["withdrawn"] == ["Ana"]


def test_f07_a_count_that_a_tie_stops_claims_no_majority() -> None:
    ballots = [["B"], ["A", "B"], ["C", "A"]]
    document = {
        "candidates": ["A", "B", "C"],
        "ballots": [
            {"count": 2 if index == 0 else 1, "ranking": [[name] for name in names]}
            for index, names in enumerate(ballots)
        ],
    }
    done = beffroi_here("tally", "-", "--method", "instant_runoff", given=json.dumps(document))
    assert "« B » l’emporte quelle que soit l’option qui part d’abord" in plain(done.stdout)
    assert "plus de la moitié" not in done.stdout


def test_f09_what_a_file_asks_of_the_count_is_followed_or_told(tmp_path: Path) -> None:
    path = tmp_path / "vote.cvotes"
    path.write_text(
        "#/Candidates: Ana ; Bruno ; Carla\n#/Implicit Ranking: false\n"
        "Ana * 6\nBruno > Carla > Ana * 5\n"
    )
    assert outcome_of(str(path))["winners"] == ["Bruno"]
    done = beffroi_here("tally", str(path), "--method", "borda")
    assert "unranked=no_opinion, que cette méthode ne connaît pas" in done.stderr


def test_f17_f19_how_to_read_a_file_is_said_by_an_option() -> None:
    results = '{"result":[[[1,2],[2,1],[1,2]],[[2,1],[2,1],[1,2]]]}'
    refused = beffroi_here("tally", "-", given=results)
    assert (refused.exit_code, "--question 1" in refused.stderr) == (3, True)
    second = beffroi_here("tally", "-", "--question", "2", "--json", given=results)
    assert json.loads(second.stdout)["winners"] == ["2"]
    ranks = "VoterID,Ana,Bruno,Carla\n1,1,2,3\n2,1,3,2\n3,2,1,3\n"
    refused = beffroi_here("tally", "-", given=ranks)
    assert (refused.exit_code, "--from rank_csv" in refused.stderr) == (3, True)
    read = beffroi_here("tally", "-", "--from", "rank_csv", "--json", given=ranks)
    assert json.loads(read.stdout)["winners"] == ["Ana"]


def test_a_project_is_told_by_its_name_and_not_by_its_id_alone(tmp_path: Path) -> None:
    path = tmp_path / "vote.pb"
    path.write_text(
        "META\nkey;value\nbudget;100\nvote_type;approval\nnum_projects;1\nnum_votes;1\n"
        "PROJECTS\nproject_id;cost;name\np1;60;Un banc\nVOTES\nvoter_id;vote\nv1;p1\n"
    )
    done = beffroi_here("tally", str(path), "--method", "greedy_pb")
    assert "« Un banc (p1) » est retenu" in plain(done.stdout)


def test_f21_names_of_grades_that_a_format_cannot_keep_are_told(tmp_path: Path) -> None:
    ballot = {"grades": {"A": "Bien"}}
    document = {"candidates": ["A"], "grades": ["Mal", "Bien"], "ballots": [ballot]}
    target = tmp_path / "x.csv"
    done = beffroi_here("convert", "-", str(target), given=json.dumps(document))
    assert "1 = Mal, 2 = Bien" in done.stderr


def test_another_method_is_compared_with_where_it_parts_and_who_moves(file: Path) -> None:
    words = ("tally", str(file), "--method", "plurality", "--compare", "schulze")
    said = beffroi_here(*words).stdout.replace("\u202f", " ").replace("\u00a0", " ")
    assert "Comptés autrement, les mêmes bulletins donnent un autre premier rang." in said
    assert "Premier écart, au 1er rang : « Parc »" in said
    assert "Gagnent des places : « Gymnase » (du 2e au 1er rang)" in said
    done = beffroi_here(*words, "--json")
    document = json.loads(done.stdout)
    assert set(document) == KEYS | {"compared"}
    (other,) = document["compared"]
    assert (other["method"], other["winners"], other["same_winners"]) == (
        "schulze",
        ["Gymnase"],
        False,
    )
    assert other["first_difference"]["place"] == 1
    assert (other["first_difference"]["options"], other["first_difference"]["others"]) == (
        ["Parc"],
        ["Gymnase"],
    )
    unknown = beffroi_here("tally", str(file), "--compare", "magic")
    assert unknown.exit_code == 2
    assert "schulze" in unknown.stderr


def test_a_recount_that_agrees_says_so_and_one_that_does_not_names_each_difference(
    tmp_path: Path,
) -> None:
    ballots = own.read(json.dumps(BALLOTS)).ballots
    text = recount_file(ballots, tally(ballots, "schulze"), title="Place")
    path = tmp_path / "recount.json"
    path.write_bytes(text)
    done = beffroi_here("recount", str(path))
    assert done.exit_code == 0
    assert "exactement le résultat publié" in done.stdout
    path.write_bytes(text.replace(b'"winners":["Gymnase"]', b'"winners":["Parc"]'))
    done = beffroi_here("recount", str(path))
    assert done.exit_code == 1
    assert "winners/0" in done.stdout
    done = beffroi_here("recount", str(path), "--json")
    assert json.loads(done.stdout)["differences"][0]["path"] == "winners/0"
    path.write_text("{}")
    assert beffroi_here("recount", str(path)).exit_code == 3


def test_methods_lists_every_method_with_its_options_and_properties() -> None:
    rows = json.loads(beffroi_here("methods", "--json").stdout)["methods"]
    assert {row["name"] for row in rows} == set(METHODS)
    schulze = next(row for row in rows if row["name"] == "schulze")
    assert schulze["ballots"] == "rankings"
    assert schulze["options"]["strength"] == ["winning_votes", "margins"]
    assert "condorcet" in schulze["properties"]
    assert "strength=winning_votes|margins" in beffroi_here("methods").stdout


def test_counting_reads_no_database_and_no_web(file: Path) -> None:
    program = (
        "import sys; from click.testing import CliRunner; from api.cli import main\n"
        f"done = CliRunner().invoke(main, ['tally', {str(file)!r}])\n"
        "assert done.exit_code == 0, done.output\n"
        "print([m for m in ('sqlalchemy', 'litestar', 'scipy') if m in sys.modules])"
    )
    environment = {**os.environ, "LC_ALL": "fr_FR.UTF-8"}
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env=environment, check=True
    )
    assert done.stdout.strip() == "[]"


async def test_a_past_vote_is_published_from_a_file(app: AppContext, tmp_path: Path) -> None:
    authority, slug = await an_authority(app), unique("place")
    path = tmp_path / "place.json"
    path.write_text(json.dumps(BALLOTS))
    words = ["ballots", "import", str(path), "--authority", authority.slug, "--poll", slug]
    words += ["--title", "La place du village", "--date", "2009-03-03", "--compare"]
    words += ["instant_runoff", "--source", "Bulletins publiés par la commune."]
    environment = {
        "DATABASE_URL": app.settings.database_url,
        "BEFFROI_SECRET": app.settings.secret,
    }
    done = await asyncio.to_thread(beffroi_here, *words, environment=environment)
    assert done.exit_code == 0, done.stderr
    assert done.stdout.strip().endswith(f"/fr/c/{slug}/resultats")
    async with request_context(app) as ctx:
        found = await result_page(ctx, await consultation_ref(ctx, slug), 1)
    assert found.outcome.winners == ("Gymnase",)
    assert found.compared is not None
    again = await asyncio.to_thread(beffroi_here, *words, environment=environment)
    assert again.exit_code == 3
    assert "déjà pris" in again.stderr


async def test_an_import_that_cannot_be_counted_leaves_nothing(
    app: AppContext, tmp_path: Path
) -> None:
    authority, slug = await an_authority(app), unique("faux")
    path = tmp_path / "vote.blt"
    path.write_text('2 1\n1 1 x 0\n0\n"A"\n"B"\n"T"\n')
    words = ["ballots", "import", str(path), "--authority", authority.slug, "--poll", slug]
    words += ["--title", "Un faux vote", "--date", "2009-03-03", "--source", "Aucune source."]
    environment = {
        "DATABASE_URL": app.settings.database_url,
        "BEFFROI_SECRET": app.settings.secret,
    }
    done = await asyncio.to_thread(beffroi_here, *words, environment=environment)
    assert done.exit_code == 3
    assert "ligne 2, colonne 5" in done.stderr
    async with request_context(app) as ctx:
        with pytest.raises(NotFound):
            await consultation_page(ctx, slug)


@pytest.mark.real_data
def test_burlington_2009_gives_both_published_results(data: Path) -> None:
    file = str(data / "burlington-2009.abif")
    runoff = outcome_of(file, "--method", "instant_runoff")
    assert runoff["winners"] == ["Bob Kiss (Progressive)"]
    first = runoff["evidence"]["rounds"][0]["votes"]
    assert {name.split()[1]: first[name] for name in first if "(" in name} == {
        "Wright": 2951,
        "Kiss": 2585,
        "Montroll": 2063,
        "Smith": 1306,
        "Simpson": 35,
    }
    condorcet = outcome_of(file)
    assert condorcet["winners"] == ["Andy Montroll (Democrat)"]
    duels = condorcet["evidence"]["pairwise"]
    montroll, kiss = "Andy Montroll (Democrat)", "Bob Kiss (Progressive)"
    assert (duels[montroll][kiss], duels[kiss][montroll]) == (4067, 3477)
    assert condorcet["digest"] == runoff["digest"]


@pytest.mark.real_data
def test_debian_2006_elects_anthony_towns(data: Path) -> None:
    assert outcome_of(str(data / "debian-leader-2006.txt"))["winners"] == ["Anthony Towns"]


@pytest.mark.real_data
def test_orsay_2007_gives_the_published_gauges(data: Path) -> None:
    found = outcome_of(str(data / "orsay-2007-bureau-01.csv"))
    gauges = found["evidence"]["gauges"]
    assert [tier[0] for tier in found["ranking"][:3]] == ["Bayrou", "Sarkozy", "Royal"]
    assert gauges["Bayrou"] == {"grade": "4", "p": 249, "q": 169, "sign": "+"}
    assert gauges["Sarkozy"] == {"grade": "4", "p": 235, "q": 233, "sign": "+"}
    assert gauges["Royal"] == {"grade": "4", "p": 191, "q": 252, "sign": "-"}


@pytest.mark.real_data
def test_the_glasgow_file_is_read_with_its_candidates_and_papers(data: Path) -> None:
    file = str(data / "glasgow-2007-anderston-city.blt")
    found = outcome_of(file, "--method", "plurality")
    assert sum(found["boxes"].values()) == 6900
    assert len(found["scores"]) == 9
    assert {"Craig MacKay", "Philip Braat", "Nina Baker", "Gordon Matheson"} <= set(found["scores"])
    assert "4 sièges" in beffroi_here("tally", file).stderr
