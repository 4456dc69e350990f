"""A roll is read whole from a CSV file, or refused with every line that is at fault."""

import sys
from typing import Any

import pytest
from sqlalchemy import text

from api.core.refusals import REFUSALS, refusal
from deliberation.core.context import AppContext
from deliberation.elections.electorate.queries import electorate_of
from deliberation.elections.electorate.roll import (
    ask_code,
    code_requests,
    import_roll,
    issue_codes,
)
from deliberation.elections.electorate.roll_file import (
    MAX_LISTED_FAULTS,
    RollFile,
    RollLine,
    read_roll,
    roll_template,
)
from tests.builders import a_consultation, a_member, an_authority, request_context

HEAD = "identifiant;nom;courriel\n"


def read(text: str, encoding: str = "utf-8") -> RollFile:
    return read_roll(text.encode(encoding))


def codes(text: str) -> list[tuple[int, str]]:
    return [(one.line, one.code) for one in read(text).faults]


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_comma_semicolon_or_tab_with_or_without_byte_order_mark(
    separator: str, ending: str, encoding: str
) -> None:
    rows = [["Identifiant", "Nom", "Courriel"], ["12", "Élodie L’Hôte", "Elodie@Example.org"]]
    found = read(ending.join(separator.join(row) for row in rows) + ending, encoding)
    assert found.faults == []
    assert found.lines == [RollLine("12", "Élodie L’Hôte", "elodie@example.org")]


def test_columns_come_in_any_order_and_empty_lines_are_left_out() -> None:
    found = read("name,number,subject\nAnne,A1,sub-1\n,,\n\nBob,A2,\n")
    assert found.lines == [RollLine("A1", "Anne", None, "sub-1"), RollLine("A2", "Bob")]


def test_a_quoted_cell_may_hold_the_separator_and_quotes() -> None:
    found = read('number;name\n1;"Dupont; dit ""le Grand"""\n')
    assert found.lines == [RollLine("1", 'Dupont; dit "le Grand"')]


@pytest.mark.parametrize(
    "pasted",
    [
        *("<ana@example.org>", "mailto:ana@example.org", "ana@example.org,", "ana@example.org."),
        *("Ana <ana@example.org>", "a:b@example.org", "ana\u200b@example.org", "élise@example.org"),
    ],
)
def test_f14_an_address_pasted_with_something_around_is_a_fault_of_its_line(pasted: str) -> None:
    found = read(HEAD + f"0;Zoé;zoe@example.org\n1;Ana Morel;{pasted}\n")
    code = "roll-value" if "\u200b" in pasted else "roll-email"
    assert [(one.line, one.code) for one in found.faults] == [(3, code)]
    assert found.lines == []


def test_f14_an_internationalised_domain_is_kept_as_mail_and_sign_in_know_it() -> None:
    found = read(HEAD + "1;Ana;Ana@Café.example\n2;Bo;ana@xn--caf-dma.example\n")
    assert codes(HEAD + "1;Ana;Ana@Café.example\n2;Bo;ana@xn--caf-dma.example\n") == [
        (3, "roll-email-twice")
    ]
    assert found.faults[0].values["other"] == 2
    (line,) = read(HEAD + "1;Ana;Ana@Café.example\n").lines
    assert line.email == "ana@xn--caf-dma.example"


def test_f15_the_spaces_of_spreadsheets_are_spaces_and_empty_last_columns_are_none() -> None:
    found = read("numéro;nom;courriel;;\n1;Ana\u00a0Morel;ana@example.org;;\n2;Bo\u202fLi;;;;\n")
    assert found.faults == []
    assert found.lines == [RollLine("1", "Ana Morel", "ana@example.org"), RollLine("2", "Bo Li")]
    assert codes("identifiant;nom;;courriel\n1;A;;a@example.org\n") == [(1, "roll-unknown-column")]
    assert codes("identifiant;nom;\n1;A;surprise\n") == [(2, "roll-columns")]


FAULTY: dict[str, tuple[str, int]] = {
    "roll-unknown-column": ("identifiant;nom;adresse\n1;A;Lille\n", 1),
    "roll-column-twice": ("identifiant;nom;name\n1;A;B\n", 1),
    "roll-no-identifier": ("nom;courriel\nA;a@example.org\n", 1),
    "roll-empty": (HEAD, 1),
    "roll-columns": (HEAD + "1;A;a@example.org\n2;B\n", 3),
    "roll-no-number": (HEAD + ";A;a@example.org\n", 2),
    "roll-value": (HEAD + "1;A\u202eB;a@example.org\n", 2),
    "roll-email": (HEAD + "1;A;a@example\n", 2),
    "roll-number-twice": (HEAD + "1;A;\n2;B;\n1;C;\n", 4),
    "roll-email-twice": (HEAD + "1;A;a@example.org\n2;B;A@Example.ORG\n", 3),
    "roll-subject-twice": ("number;subject\n1;s\n2;s\n", 3),
    "roll-not-csv": (HEAD + "1;" + "A" * 200_000 + ";\n", 2),
}


@pytest.mark.parametrize("code", FAULTY)
def test_each_fault_names_its_line_and_keeps_nothing(code: str) -> None:
    found = read(FAULTY[code][0])
    assert (FAULTY[code][1], code) in [(one.line, one.code) for one in found.faults]
    assert found.lines == []


def test_a_file_that_is_not_utf8_is_refused_at_its_first_such_line() -> None:
    found = read_roll((HEAD + "1;Élodie;\n").encode("latin-1"))
    assert [(one.line, one.code) for one in found.faults] == [(2, "roll-not-utf8")]
    assert read_roll(b"\xff\xfe" + HEAD.encode("utf-16-le")).faults[0].code == "roll-not-utf8"


def test_every_fault_has_its_sentence_in_both_languages() -> None:
    tried = {**FAULTY, "roll-not-utf8": ("", 0)}
    assert set(tried) == {
        code for code in REFUSALS if code.startswith("roll-") and code != "roll-faults"
    }
    for file, _ in FAULTY.values():
        for one in read(file).faults:
            said = {lang: refusal(lang, one.code, one.values) for lang in ("fr", "en")}
            assert said["fr"] != said["en"], one.code
            assert "%(" not in said["fr"] + said["en"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("A10", "Α10"),
        ("LO1", "LО1"),
        ("caf\u00e9", "cafe\u0301"),
        ("ab", "AB"),
        ("A 1", "A\u00a01"),
    ],
)
def test_identifiers_that_only_look_different_are_refused(one: str, other: str) -> None:
    assert codes(f"{HEAD}{one};A;\n{other};B;\n")[-1] == (3, "roll-number-twice")


def test_a_line_break_inside_quotes_does_not_shift_the_lines_after_it() -> None:
    assert (4, "roll-no-number") in codes('number;name\n1;"A\nB"\n;C\n')


def test_at_most_fifty_faults_are_told() -> None:
    found = read(HEAD + ";A;\n" * 500)
    assert len(found.faults) == MAX_LISTED_FAULTS
    assert found.lines == []


def test_a_line_costs_as_much_in_a_long_roll_as_in_a_short_one() -> None:
    """Python's calls are counted: as many more as there are lines."""

    def calls(lines: int) -> int:
        rows = "".join(f"E{n};Personne {n};p{n}@example.org\n" for n in range(1_000, 1_000 + lines))
        count = 0

        def note(_frame: Any, event: str, _value: Any) -> None:
            nonlocal count
            count += event in ("call", "c_call")

        sys.setprofile(note)
        try:
            assert len(read(HEAD + rows).lines) == lines
        finally:
            sys.setprofile(None)
        return count

    few, more, most = (calls(lines) for lines in (500, 1_000, 1_500))
    assert abs((most - more) - (more - few)) < (more - few) / 20


def test_the_template_is_a_roll_with_nobody_on_it() -> None:
    assert [one.code for one in read_roll(roll_template()).faults] == ["roll-empty"]


async def test_codes_are_kept_as_keyed_hashes_only(app: AppContext) -> None:
    authority = await an_authority(app)
    agent = await a_member(app, authority, "agent")
    page = await a_consultation(app, authority, agent=agent, vote=(2, 4))
    async with request_context(app, agent) as ctx:
        await import_roll(ctx, page.ref, [RollLine("1", "A"), RollLine("2", "B")])
        letters = await issue_codes(ctx, page.ref)
    assert len({one.code for one in letters}) == 2
    async with request_context(app) as ctx:
        tables = await ctx.db.scalars(
            text("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        )
        for table in tables.all():
            dump = await ctx.db.scalars(text(f'SELECT t::text FROM "{table}" t'))  # noqa: S608
            held = "\n".join(dump.all())
            for one in letters:
                assert one.code not in held, table
                assert one.code.replace("-", "") not in held, table


async def test_electors_and_codes_are_counted_where_they_change(app: AppContext) -> None:
    authority = await an_authority(app)
    agent = await a_member(app, authority, "agent")
    page = await a_consultation(app, authority, agent=agent, vote=(2, 4))
    async with request_context(app, agent) as ctx:
        assert await electorate_of(ctx, page.card.id) == (0, 0)
        await import_roll(ctx, page.ref, [RollLine(str(number)) for number in range(1, 8)])
        assert await electorate_of(ctx, page.card.id) == (7, 0)
        await issue_codes(ctx, page.ref)
        await issue_codes(ctx, page.ref)
        assert await electorate_of(ctx, page.card.id) == (7, 7)
        revoke = "UPDATE elector_code SET revoked_at = now() WHERE elector_id = ANY(:ids)"
        asked = await ask_code(ctx, page.ref, "1", "Perdue.")
        assert asked.in_consultation == page.card.id
        for _ in range(2):  # the second time, it is revoked already
            await ctx.db.execute(text(revoke), {"ids": [asked.elector_id]})
        assert await electorate_of(ctx, page.card.id) == (7, 6)
        await import_roll(ctx, page.ref, [RollLine("1")])
        assert await electorate_of(ctx, page.card.id) == (1, 0)
        assert await code_requests(ctx, page.ref) == []
