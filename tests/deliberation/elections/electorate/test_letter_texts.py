"""Letters and cards that carry codes: PDF/UA, people's words as data, one file whatever happens."""

import io
import re
import zipfile
from datetime import UTC, datetime

import pytest

from deliberation.elections.electorate import letter_texts
from deliberation.elections.electorate.letter_texts import Mailing, PrintedLetter, printed, qr_code
from tests.pdf import pages_of, says_ua, text_of

pytestmark = pytest.mark.slow

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
HOSTILE = '#eval("1") $x^2$ *b* _i_ `c` <a> @b \\ // = #image("/etc/passwd") "quoted"'


def a_mailing(**values: object) -> Mailing:
    given = {
        "lang": "fr",
        "authority": "Commune de Bourg",
        "contact": ["1 place de la Mairie", "mairie@example.org"],
        "title": "Budget participatif",
        "question": "Quels projets ?",
        "link": "https://example.org/fr/c/budget/voter",
        "opens_at": NOON,
        "closes_at": NOON.replace(day=20),
        "written_at": NOON,
        "secrecies": frozenset({"sealed"}),
    }
    return Mailing(**{**given, **values})  # type: ignore[arg-type]


def some_letters(count: int) -> list[PrintedLetter]:
    return [
        PrintedLetter(str(n), f"Électrice {n}", f"7K4M-2QXP-ABCD-EFGH-{n:04d}")
        for n in range(1, count + 1)
    ]


@pytest.mark.parametrize("form", ["letters", "cards"])
async def test_what_people_wrote_is_shown_as_it_is_and_never_run(form: str) -> None:
    mailing = a_mailing(title=HOSTILE[:60])
    hostile = PrintedLetter("1", HOSTILE[:50], "7K4M-2QXP-ABCD-EFGH-JKLM")
    file = await printed(mailing, [hostile], form)  # type: ignore[arg-type]
    assert says_ua(file.data)
    shown = text_of(file.data)
    for said in (HOSTILE[:50], HOSTILE[:60], "7K4M-2QXP-ABCD-EFGH-JKLM"):
        assert said.replace(" ", "") in shown.replace(" ", "")


@pytest.mark.parametrize("name", ["張偉", "Zoé 🌱", "Control\x07 é"])
async def test_a_name_that_no_font_shows_never_stops_the_letters(name: str) -> None:
    letter = PrintedLetter("1", name, "7K4M-2QXP-ABCD-EFGH-JKLM")
    file = await printed(a_mailing(), [letter], "letters")
    assert "7K4M-2QXP-ABCD-EFGH-JKLM" in text_of(file.data)


async def test_eight_cards_stand_on_a_page_and_one_letter() -> None:
    mailing = a_mailing()
    assert pages_of((await printed(mailing, some_letters(9), "cards")).data) == 2
    assert pages_of((await printed(mailing, some_letters(9), "letters")).data) == 9


async def test_many_letters_come_as_a_zip_of_files_in_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(letter_texts, "AT_ONCE", 4)
    file = await printed(a_mailing(), some_letters(10), "letters")
    assert (file.media_type, file.name) == ("application/zip", "lettres.zip")
    with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
        assert archive.namelist() == [
            "lettres-000001-000004.pdf",
            "lettres-000005-000008.pdf",
            "lettres-000009-000010.pdf",
        ]
        shown = " ".join(text_of(archive.read(name)) for name in archive.namelist())
    assert re.findall(r"EFGH-(\d{4})", shown) == [f"{n:04d}" for n in range(1, 11)]


async def test_a_letter_says_what_its_vote_protects() -> None:
    sealed = text_of((await printed(a_mailing(), some_letters(1), "letters")).data)
    plain = a_mailing(secrecies=frozenset({"plain", "sealed"}))
    open_ = text_of((await printed(plain, some_letters(1), "letters")).data)
    assert "scellé dès que le serveur le reçoit" in sealed
    assert "n’est pas secret pour les personnes qui administrent" in open_
    english = a_mailing(lang="en")
    assert "Your code to vote" in text_of((await printed(english, some_letters(1), "letters")).data)


async def test_the_same_letters_are_the_same_file() -> None:
    one = await printed(a_mailing(), some_letters(2), "letters")
    assert one == await printed(a_mailing(), some_letters(2), "letters")


def test_the_codes_address_holds_the_code_in_its_fragment_only() -> None:
    import segno

    link = "https://example.org/fr/c/budget/voter#7K4M-2QXP-ABCD-EFGH-JKLM"
    drawn = qr_code(link)
    same = io.BytesIO()
    code = segno.make(link, error="m", micro=False, mask=letter_texts.MASK)
    code.save(same, kind="svg", border=0, xmldecl=False)
    assert drawn == same.getvalue().decode()
    assert link not in drawn  # an image, whose words nobody can search for
