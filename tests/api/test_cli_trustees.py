"""`beffroi sealed keygen, decrypt, count, sign`: their files, and bad ones (F23)."""

import json
import stat
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from deliberation.elections.sealed_protocol.archive import Paper
from deliberation.elections.sealed_protocol.canonical import digest
from deliberation.elections.sealed_protocol.keys import KeyFile, WrongPassphrase, unlock
from deliberation.elections.sealed_protocol.signatures import placed, read_signature
from deliberation.elections.verification.minutes import read_minutes
from tests.cli import beffroi_here, beffroi_process
from tests.sealed import TRUSTEES
from tests.sealed_files import QUESTION, an_archive, key_file, rows_of, shares_of
from voting.records.recount import recount


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """The archive of twelve voters."""
    an_archive(tmp_path / "urn.tar", rows_of(12))
    return tmp_path / "urn.tar"


def test_a_new_key_is_locked_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    out = tmp_path / "marie.key"
    typed = "une phrase à moi\nune phrase à moi\n"
    done = beffroi_here("sealed", "keygen", "--name", "Marie Duriez", "--out", out, given=typed)
    assert done.exit_code == 0, done.stderr
    assert "une phrase" not in done.output
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    key = msgspec.json.decode(out.read_bytes(), type=KeyFile)
    assert unlock(key, "une phrase à moi").public == key.public
    with pytest.raises(WrongPassphrase):
        unlock(key, "une autre phrase")
    shown = done.stdout.strip().splitlines()[-1]
    for file in (out, tmp_path / "marie.public.json"):
        told = beffroi_here("sealed", "fingerprint", file)
        assert told.stdout.strip() == shown == key.public.fingerprint
        assert "Marie Duriez" in told.stderr
    assert b"seed" not in (tmp_path / "marie.public.json").read_bytes()
    told = beffroi_here("sealed", "fingerprint", out, "--json")
    assert json.loads(told.stdout) == {"name": "Marie Duriez", "fingerprint": shown}


def test_a_passphrase_opens_however_its_accents_are_composed(tmp_path: Path) -> None:
    words = tmp_path / "p.txt"
    words.write_text("phrase composée\n", encoding="utf-8")
    out = tmp_path / "k.key"
    done = beffroi_here("sealed", "keygen", "--name", "M", "--out", out, "--passphrase-file", words)
    assert done.exit_code == 0, done.stderr
    unlock(msgspec.json.decode(out.read_bytes(), type=KeyFile), "phrase compose\u0301e")


def test_a_key_file_is_never_written_over(tmp_path: Path) -> None:
    out = tmp_path / "marie.key"
    out.write_text("precious")
    done = beffroi_here("sealed", "keygen", "--name", "M", "--out", out)
    assert done.exit_code == 5
    assert "existe déjà" in done.stderr
    assert out.read_text() == "precious"


@pytest.mark.parametrize(
    ("name", "phrase", "code", "said"),
    [
        ("Marie", "courte", 3, "trop courte"),
        ("Marie", "", 3, "trop courte"),
        ("Ma\u202erie", "une phrase assez longue", 2, "nom lisible"),
        (" ", "une phrase assez longue", 2, "nom lisible"),
    ],
)
def test_a_weak_passphrase_or_an_unreadable_name_makes_no_key(
    tmp_path: Path, name: str, phrase: str, code: int, said: str
) -> None:
    (tmp_path / "p.txt").write_text(phrase, encoding="utf-8")
    done = beffroi_here(
        "sealed", "keygen", "--name", name, "--out", tmp_path / "k",
        "--passphrase-file", tmp_path / "p.txt",
    )  # fmt: skip
    assert (done.exit_code, said in done.stderr) == (code, True), done.stderr
    assert sorted(one.name for one in tmp_path.iterdir()) == ["p.txt"]


@pytest.mark.parametrize("members", [(1, 2), (1, 3), (3, 2), (1, 2, 3)])
def test_any_two_trustees_of_three_write_the_same_minutes(
    archive: Path, members: tuple[int, ...]
) -> None:
    shares = [shares_of(archive, number) for number in members]
    out = archive.parent / "count"
    done = beffroi_here("sealed", "count", archive, *shares, "--out", out)
    assert done.exit_code == 0, done.stderr
    assert "Rue de la Gare" in done.stdout
    assert "Aucune anomalie" in done.stdout
    minutes = (out / "minutes.json").read_bytes()
    assert digest(minutes) in done.stdout
    found = read_minutes(minutes)
    assert (found.counts.counted, found.faults, found.unreadable) == (12, [], [])
    assert recount((out / "recount.json").read_bytes()).same
    assert (out / "minutes.pdf").read_bytes().startswith(b"%PDF-")
    again = beffroi_here("sealed", "count", archive, *shares, "--out", archive.parent / "again")
    assert again.exit_code == 0
    for name in ("minutes.json", "recount.json", "minutes.pdf"):
        assert (out / name).read_bytes() == (archive.parent / "again" / name).read_bytes()


def test_three_trustees_of_five_count_together_and_two_cannot(tmp_path: Path) -> None:
    archive = tmp_path / "urn.tar"
    an_archive(archive, rows_of(11), trustees=5)
    shares = [shares_of(archive, number) for number in (2, 4, 5)]
    done = beffroi_here("sealed", "count", archive, *shares[:2], "--out", tmp_path / "count")
    assert done.exit_code == 3
    assert "parts de 3 dépositaires" in done.stderr.replace("\u202f", " ")
    assert not (tmp_path / "count").exists()
    done = beffroi_here("sealed", "count", archive, *shares, "--out", tmp_path / "count", lang="en")
    assert done.exit_code == 0, done.stderr
    assert "Nothing wrong was found." in done.stdout


def test_anybody_counts_the_published_sums_again(archive: Path) -> None:
    shares = [shares_of(archive, number) for number in (1, 2)]
    beffroi_here("sealed", "count", archive, *shares, "--out", archive.parent / "count")
    file = archive.parent / "count" / "recount.json"
    assert "sums" in json.loads(file.read_bytes())
    done = beffroi_here("recount", file)
    assert done.exit_code == 0, done.stderr
    assert "donne exactement le résultat publié" in done.stdout
    assert "aucun bulletin, mais les sommes" in done.stdout
    document = json.loads(file.read_bytes())
    document["sums"]["numbers"].reverse()
    file.write_text(json.dumps(document))
    done = beffroi_here("recount", file, lang="en")
    assert done.exit_code == 1
    assert "The recount does not give the published result" in done.stdout


def test_few_ballots_show_a_ranking_without_scores_and_no_recount_file(tmp_path: Path) -> None:
    archive = tmp_path / "urn.tar"
    an_archive(archive, rows_of(9))
    shares = [shares_of(archive, number) for number in (1, 2)]
    done = beffroi_here("sealed", "count", archive, *shares, "--out", tmp_path / "count", "--json")
    assert done.exit_code == 0, done.stderr
    assert set(json.loads(done.stdout)["outcome"]) == {"winners", "ranking"}
    assert not (tmp_path / "count" / "recount.json").exists()


def test_what_does_not_add_up_is_told_and_written_down(tmp_path: Path) -> None:
    archive = tmp_path / "urn.tar"
    board = an_archive(archive, rows_of(12), left_out=1, said={"marks": 13})
    shares = [shares_of(archive, number) for number in (1, 2)]
    done = beffroi_here("sealed", "count", archive, *shares, "--out", tmp_path / "count")
    assert done.exit_code == 1
    said = done.stdout.replace("\u202f", " ").replace("\u00a0", " ")
    assert "est au tableau, mais pas dans l’urne" in said
    assert "12 annoncés, 11 trouvés" in said
    found = read_minutes((tmp_path / "count" / "minutes.json").read_bytes())
    assert {one.code for one in found.faults} >= {"ballot-missing", "close-differs"}
    assert board[-1].entry.digest == found.head


def test_ballots_that_do_not_open_are_listed_never_dropped(tmp_path: Path) -> None:
    archive = tmp_path / "urn.tar"
    an_archive(archive, [*rows_of(11), bytes([9, 9, 9])])
    shares = [shares_of(archive, number) for number in (1, 2)]
    done = beffroi_here("sealed", "count", archive, *shares, "--out", tmp_path / "count")
    assert done.exit_code == 1
    assert "réponse impossible" in done.stdout
    found = read_minutes((tmp_path / "count" / "minutes.json").read_bytes())
    assert (found.counts.counted, found.counts.unreadable) == (11, 1)


def test_paper_ballots_are_counted_and_shown_apart(tmp_path: Path) -> None:
    archive = tmp_path / "urn.tar"
    papers = [Paper(1, "paper", ["070101", "070102"]), Paper(2, "counter", ["070103"])]
    an_archive(archive, rows_of(12), papers=papers)
    shares = [shares_of(archive, number) for number in (1, 2)]
    done = beffroi_here("sealed", "count", archive, *shares, "--out", tmp_path / "count")
    assert done.exit_code == 0, done.stdout
    said = done.stdout
    assert "2  Bulletins comptés, sur papier" in said
    assert "1  Bulletins comptés, au guichet" in said
    assert "15  Bulletins comptés, en tout" in said


def test_a_signature_is_of_the_minutes_that_were_shown(archive: Path) -> None:
    folder = archive.parent
    shares = [shares_of(archive, number) for number in (1, 2)]
    beffroi_here("sealed", "count", archive, *shares, "--out", folder / "count")
    minutes = folder / "count" / "minutes.json"
    words: list[str | Path] = ["sealed", "sign", minutes, "--key", key_file(folder, 2)]
    words += ["--passphrase-file", folder / "passphrase.txt"]
    refused = beffroi_here(*words, "--out", folder / "two.sig", given="n\n")
    assert (refused.exit_code, (folder / "two.sig").exists()) == (1, False)
    done = beffroi_here(*words, "--out", folder / "two.sig", given="o\n", lang="fr")
    done = (
        done if done.exit_code == 0 else beffroi_here(*words, "--out", folder / "two.sig", "--yes")
    )
    assert done.exit_code == 0, done.stderr
    for shown in (QUESTION.question, "Rue de la Gare", "Aucune anomalie"):
        assert shown in done.stdout
    signature = read_signature((folder / "two.sig").read_bytes())
    public = [key.public for key in TRUSTEES[:3]]
    assert list(placed([signature], minutes.read_bytes(), public)) == ["2"]


# F23: what is wrong, the exit code, what is said.
def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-700])


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    place = data.index(b'"sealed":"') + 40
    data[place] ^= 1
    path.write_bytes(data)


def _no_tar(path: Path) -> None:
    path.write_text("ceci n’est pas une urne")


@pytest.mark.parametrize(
    ("damage", "said"),
    [(_flip, "ballots.jsonl n’est pas celui de son manifeste"), (_no_tar, "archive tar")],
)
def test_a_damaged_archive_is_refused_before_any_key_is_asked_for(
    archive: Path, damage: object, said: str
) -> None:
    key, words = key_file(archive.parent, 1), archive.parent / "passphrase.txt"
    damage(archive)  # type: ignore[operator]
    out = archive.parent / "shares.jsonl"
    done = beffroi_here(
        "sealed", "decrypt", archive, "--key", key, "--out", out, "--passphrase-file", words
    )
    assert done.exit_code == 3
    assert said in done.stderr
    assert "urn.tar" in done.stderr
    assert not out.exists()
    done = beffroi_here("sealed", "count", archive, out, "--out", archive.parent / "count")
    assert (done.exit_code, said in done.stderr) == (3, True)


def test_a_wrong_key_or_passphrase_opens_nothing(archive: Path) -> None:
    folder, out = archive.parent, archive.parent / "shares.jsonl"
    stranger, right = key_file(folder, 4), key_file(folder, 1)
    (folder / "wrong.txt").write_text("ce n’est pas la phrase\n", encoding="utf-8")
    words: list[str | Path] = ["sealed", "decrypt", archive, "--out", out]
    told = [
        (stranger, "passphrase.txt", "n’est pas celle d’une ou un dépositaire"),
        (right, "wrong.txt", "n’ouvre pas cette clé"),
        (archive, "passphrase.txt", "n’est pas la clé"),
    ]
    for key, phrase, said in told:
        done = beffroi_here(*words, "--key", key, "--passphrase-file", folder / phrase)
        assert done.exit_code == (3 if key is archive else 6)
        assert said in done.stderr
        assert not out.exists()
    done = beffroi_here(*words, "--key", folder / "none.key")
    assert (done.exit_code, "n’existe pas" in done.stderr) == (4, True)


def _lost_line(path: Path) -> None:
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))


def _bad_line(path: Path) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    lines[4] = b'"pas du base64 !"\n'
    path.write_bytes(b"".join(lines))


def _no_shares(path: Path) -> None:
    path.write_text("{}")


def _of_another_ballot_box(path: Path) -> None:
    other = path.parent / "other" / "urn.tar"
    other.parent.mkdir()
    an_archive(other, rows_of(12))
    path.write_bytes(shares_of(other, 2).read_bytes())


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (_lost_line, "s’arrête au bulletin n° 12"),
        (_bad_line, "endommagé à la ligne 5"),
        (_no_shares, "n’est pas celui des parts"),
        (_of_another_ballot_box, "une autre urne"),
    ],
)
def test_one_bad_file_of_shares_is_named_and_the_others_still_count(
    archive: Path, damage: object, said: str
) -> None:
    first, second, third = (shares_of(archive, number) for number in (1, 2, 3))
    damage(second)  # type: ignore[operator]
    out = archive.parent / "count"
    done = beffroi_here("sealed", "count", archive, first, second, third, "--out", out)
    assert done.exit_code == 3, done.output
    assert "shares-2.jsonl" in done.stderr
    assert said in done.stderr.replace("\u202f", " ").replace("\u00a0", " ")
    assert not out.exists()
    done = beffroi_here("sealed", "count", archive, first, third, "--out", out)
    assert done.exit_code == 0, done.stderr


def test_wrong_shares_of_one_trustee_do_not_keep_the_other_two_from_counting(archive: Path) -> None:
    shares = [shares_of(archive, number) for number in (1, 2, 3)]
    lines = shares[1].read_bytes().splitlines(keepends=True)
    shares[1].write_bytes(lines[0] + b"".join(lines[:0:-1]))  # each share beside another ballot
    done = beffroi_here("sealed", "count", archive, *shares, "--out", archive.parent / "all")
    assert done.exit_code == 0, done.stderr
    alone = beffroi_here("sealed", "count", archive, *shares[:2], "--out", archive.parent / "two")
    assert alone.exit_code == 1
    assert "les parts données ne l’ouvrent pas" in alone.stdout


def test_the_same_trustee_twice_is_not_two_trustees(archive: Path) -> None:
    first = shares_of(archive, 1)
    done = beffroi_here("sealed", "count", archive, first, first, "--out", archive.parent / "count")
    assert (done.exit_code, "déjà donné" in done.stderr) == (3, True)


def test_names_from_files_cannot_write_over_the_terminal(tmp_path: Path) -> None:
    question = msgspec.structs.replace(QUESTION, question="Quelle rue ?\x1b[2J\r\u202egnol")
    archive = tmp_path / "urn.tar"
    an_archive(archive, rows_of(10), question=question)
    shares = [shares_of(archive, number) for number in (1, 2)]
    done = beffroi_here("sealed", "count", archive, *shares, "--out", tmp_path / "count")
    assert done.exit_code == 0, done.stderr
    assert "\x1b" not in done.stdout + done.stderr
    assert "\u202e" not in done.stdout


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@example(text="#panic() *gras* $x$ [y] \\ 漢字 🚲 \x00\x1b \u202e")
@given(text=st.text(min_size=1, max_size=300))
def test_whatever_a_question_says_it_is_text_in_the_printed_minutes(text: str) -> None:
    from deliberation.elections.results import minutes_texts as words

    said = words.minutes_text(
        "fr", _minutes_asking(text), "0" * 64, words.MinutesTrustees([(text, "ab cd")], 1)
    )
    pdf = words.as_pdf(said, "2026-11-20T17:00:00+00:00")
    assert pdf.startswith(b"%PDF-")
    assert b"pdfuaid:part>1<" in pdf


def _minutes_asking(text: str) -> dict[str, object]:
    return {
        "address": "https://participer.example.org/c/place/voter/1",
        "opens_at": "2026-11-10T07:00:00+00:00",
        "closed_at": "2026-11-20T17:00:00+00:00",
        "head": "0" * 64,
        "question": {**msgspec.to_builtins(QUESTION), "question": text},
        "counts": {
            "electors": 4,
            "marks": 1,
            "slots": 1,
            "versions": 1,
            "channels": {"online": 1},
            "unreadable": 0,
        },
        "unreadable": [],
        "faults": [],
        "outcome": {"winners": [text], "ranking": [[text], ["#panic()"]]},
        "compared": None,
        "recount": None,
    }


def test_trustees_commands_speak_both_languages_as_processes(archive: Path) -> None:
    key, words = key_file(archive.parent, 1), archive.parent / "passphrase.txt"
    out = archive.parent / "one"
    secret = ("--passphrase-file", words)
    done = beffroi_process(
        "sealed", "decrypt", archive, "--key", key, "--out", out, *secret, lang="en"
    )
    assert done.returncode == 0, done.stderr
    assert "12 sealed ballots: shares written in" in done.stderr
    assert out.read_bytes() == shares_of(archive, 1).read_bytes()
