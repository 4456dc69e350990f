"""Checks of a site with a Polish catalogue; run by `test_third_language`, in its own process."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from api.cli.support import language
from deliberation.core.context import AppContext, Viewer
from deliberation.core.errors import Invalid
from deliberation.elections.electorate.letter_texts import printed
from deliberation.i18n import formats
from deliberation.i18n.catalogue import LANGUAGES, NO_BREAK, colon, language_name, translate
from deliberation.network.people.commands import Profile, change_profile
from deliberation.network.people.model import Person
from deliberation.operations.mail import Mail
from deliberation.text.inputs import read_draft
from tests.builders import a_person, a_poll, request_context
from tests.deliberation.elections.electorate.test_letter_texts import a_mailing, some_letters
from tests.pdf import text_of
from tests.site import VisitorOf

PAGES = ("/", "/consultations", "/identite", "/aide", "/accessibilite", "/plan")
TAGS = re.compile(r"<[^>]*>|&[a-z]+;|⟦[^⟦⟧]*⟧", re.DOTALL)


def test_the_languages_are_the_catalogues_found() -> None:
    assert LANGUAGES == ("fr", "en", "pl")
    assert [language_name("pl", code) for code in LANGUAGES] == ["Francuski", "Angielski", "Polski"]


@pytest.mark.parametrize(("count", "form"), [(1, 0), (2, 1), (4, 1), (5, 2), (12, 2), (22, 1)])
def test_three_plural_forms_come_from_the_catalogue(count: int, form: int) -> None:
    said = formats.translate_count("pl", "%(num)s proposition", "%(num)s propositions", count)
    assert said == f"⟦{form}: {count} propositions⟧"


def test_numbers_dates_and_lists_are_those_of_the_language() -> None:
    day = date(2026, 11, 1)
    assert formats.day("pl", day, weekday=True) == f"niedziela{NO_BREAK}1 listopada 2026"
    noon = datetime(2026, 11, 1, 12, 5, tzinfo=UTC)
    assert formats.hour("pl", noon) == f"13{NO_BREAK}h{NO_BREAK}05"
    assert formats.moment("pl", noon).startswith(f"⟦1{NO_BREAK}listopada 2026")
    assert formats.number("pl", 12345.5, 1) == f"12{NO_BREAK}345,5"
    assert formats.percent("pl", 1, 8, 1) == "12,5%"
    assert formats.span("pl", timedelta(days=3)) == f"3{NO_BREAK}dni"
    assert formats.span("pl", timedelta(days=1)) == f"1{NO_BREAK}dzień"
    assert formats.joined("pl", ["A", "B", "C"]) == "A, B i C"
    assert formats.ordinal("pl", 2) == "2e"
    assert colon("pl") == " : "


async def test_pages_are_served_in_the_language(app: AppContext, visitor_of: VisitorOf) -> None:
    page, poll = await a_poll(app)
    home = f"/c/{page.card.slug}"
    visitor = await visitor_of()
    vote = f"{home}/voter/{poll.number}"
    for path in (*PAGES, home, f"{home}/reglement", f"{home}/propositions", vote):
        answer = await visitor.open(f"/pl{path}")
        assert answer.status_code == 200, path
        assert answer.headers["content-language"] == "pl"
        assert '<html lang="pl"' in answer.text
        assert "⟦" in answer.text
        assert f'<a href="/pl{path}" lang="pl" hreflang="pl" aria-current="true">Polski</a>' in (
            answer.text
        )
        body = answer.text.partition("<main")[2].partition("</main>")[0]
        left = body
        while (less := TAGS.sub(" ", left)) != left:
            left = less
        french = re.findall(r"\b(?:les|des|pour|votre|vous|est|dans)\b", left)
        written = {page.card.question, page.card.title, page.body, page.promise, poll.question}
        assert all(word in " ".join(written) for word in french), (path, french)
    assert 'title="⟦Lire cette page en français⟧"' in (await visitor.open("/fr/")).text


async def test_an_account_chooses_the_language_and_its_mails_follow(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    viewer: Viewer = await a_person(app, "Ludwika Zamenhof")
    visitor = await visitor_of(viewer)
    shown = (await visitor.open("/pl/compte")).text
    assert 'value="pl"' in shown
    assert "Polski" in shown
    async with request_context(app, viewer) as ctx:
        await change_profile(ctx, read_draft(Profile, {"name": "Ludwika Zamenhof", "lang": "pl"}))
        email, lang = (
            await ctx.db.execute(select(Person.email, Person.lang).where(Person.id == viewer.id))
        ).one()
        assert lang == "pl"
    with pytest.raises(Invalid):
        read_draft(Profile, {"name": "Ludwika Zamenhof", "lang": "xx"})
    stranger = await visitor_of()
    await stranger.open("/pl/identite")
    await stranger.send("/pl/identite", email=email)
    async with request_context(app) as ctx:
        mail = (await ctx.db.scalars(select(Mail).where(Mail.recipient == email))).one()
        assert mail.subject.startswith("⟦Votre code de connexion")
        assert "⟦Bonjour" in mail.body


async def test_programs_are_refused_in_the_language(visitor_of: VisitorOf) -> None:
    visitor = await visitor_of()
    wish = {"accept-language": "de, pl-PL;q=0.9, fr;q=0.5"}
    answer = await visitor.http.get("/api/v1/consultations/absente", headers=wish)
    assert answer.status_code == 404
    assert "⟦Cette page n’existe pas" in answer.text


async def test_letters_are_typeset_in_the_language() -> None:
    file = await printed(a_mailing(lang="pl"), some_letters(1), "letters")
    assert "marca2027" in text_of(file.data).replace(" ", "").replace(NO_BREAK, "")


def test_the_terminal_speaks_the_language(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("LC_ALL", ""), ("LC_MESSAGES", ""), ("LANG", "pl_PL.UTF-8")):
        monkeypatch.setenv(name, value)
    assert language() == "pl"
    assert translate("pl", "Voter") == "⟦Voter⟧"
