"""A page shows the parts that its vote has, and no heading that nothing follows."""

import re
from collections.abc import Awaitable, Callable
from html.parser import HTMLParser

import pytest

from deliberation.core.context import AppContext, Viewer
from tests.builders import Days, a_ballot, a_poll, a_result, an_authority, an_older_member
from tests.sealed import a_roll, some_trustees
from tests.site import Visitor

Visitors = Callable[[Viewer | None], Awaitable[Visitor]]
# How somebody is known, and how the secret is kept; a sealed vote needs a roll.
VOTES = (
    *(("plain", who) for who in ("link", "email", "code", "roll", "oidc")),
    *(("sealed", who) for who in ("code", "roll", "oidc")),
)
PHASES: dict[str, Days] = {"coming": (2, 4), "open": (-1, 3), "over": (-3, -1)}
TEAM: tuple[str, ...] = (
    "/ouvrir",
    "/fins",
    "/integrer",
    "/anomalies",
    "/urne",
    "/urne/liste",
    "/urne/codes",
)
TEAM += ("/urne/contreseing", "/urne/depositaires", "/urne/prolongation", "/urne/1/papier")
TEAM += ("/urne/1/papier/lot", "/urne/1/compte")
PUBLIC: tuple[str, ...] = (
    "",
    "/reglement",
    "/voter",
    "/voter/1",
    "/voter/1/tableau",
    "/resultats",
    "/resultats/1",
)
PUBLIC += ("/suites", "/journal", "/versions", "/moderation", "/propositions")
CONTENT = ("img", "svg", "input", "button", "textarea", "select")
EMPTY = re.compile(r"<(ul|ol|dl|dd|tbody|section|figure|details|p)\b[^>]*>\s*</\1>")


LEVELS = {**{f"h{n}": n for n in range(1, 7)}, "summary": 7, "legend": 7}


class _Parts(HTMLParser):
    """The headings of a page, and what stands between them: (level, words); level 0 is content.

    What opens (`summary`, `legend`) is a heading of the lowest level.
    """

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[tuple[int, str]] = []
        self._level = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in LEVELS:
            self._level = LEVELS[tag]
            self.parts.append((self._level, ""))
        elif tag in CONTENT:
            self.parts.append((0, tag))

    def handle_endtag(self, tag: str) -> None:
        if tag in LEVELS:
            self._level = 0
        elif tag in ("details", "fieldset", "section"):
            self.parts.append((8 if tag != "section" else -1, tag))

    def handle_data(self, data: str) -> None:
        if self._level:
            level, said = self.parts.pop()
            self.parts.append((level, said + data))
        elif data.strip():
            self.parts.append((0, data.strip()))


def bare(html: str) -> list[str]:
    """The headings that nothing follows before the next of their level, and the empty lists."""
    main = re.sub(r"<(script|style)\b.*?</\1>", "", html, flags=re.DOTALL)
    main = main.split("<main", 1)[-1].split("</main>", 1)[0]
    parser = _Parts()
    parser.feed("<main" + main)
    found = [match[0] for match in EMPTY.finditer(main)]
    for place, (level, said) in enumerate(parser.parts):
        if not 0 < level < 8:
            continue
        for after, _words in parser.parts[place + 1 :]:
            if after == 0:
                break
            if after == 8 and level == 7:
                found.append(said)
                break
            if after == -1 or 0 < after <= level:
                found.append(said)
                break
        else:
            found.append(said)
    return found


def test_what_a_bare_heading_is() -> None:
    for wrong in (
        "<h2>La liste</h2><h2>Les codes</h2><p>x</p>",
        "<h1>Fin</h1>",
        "<p>x</p><ul></ul>",
    ):
        assert bare(f"<main>{wrong}</main>"), wrong
    assert bare("<main><details><summary>Plus</summary></details><p>x</p></main>") == ["Plus"]
    assert bare("<main><section><h2>Les votes</h2></section><p>x</p></main>") == ["Les votes"]
    for right in ("<h1>Urne</h1><h2>Un vote</h2><p>x</p>", "<h2>Photo</h2><img src=x>"):
        assert not bare(f"<main>{right}</main>"), right


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize(("secrecy", "who"), VOTES)
async def test_no_page_on_a_vote_has_a_part_that_the_vote_has_not(
    app: AppContext, visitor_of: Visitors, secrecy: str, who: str, phase: str
) -> None:
    authority = await an_authority(app)
    agent = await an_older_member(app, authority, "agent")
    values = {"secrecy": secrecy, "eligibility": who}
    page, _ = await a_poll(app, authority=authority, vote=PHASES[phase], **values)
    rolled, sealed = who not in ("link", "email"), secrecy == "sealed"
    if rolled and phase != "over":
        await a_roll(app, page, 2)
    if sealed and phase == "coming":
        await some_trustees(app, page)
    home, space = f"/fr/c/{page.card.slug}", f"/fr/gestion/c/{page.card.slug}"
    team, public = await visitor_of(agent), await visitor_of(None)
    for visitor, paths in (
        (team, [space + place for place in TEAM]),
        (public, [home + place for place in PUBLIC]),
    ):
        for path in paths:
            answer = await visitor.open(path)
            assert answer.status_code in (200, 404), path
            if answer.status_code == 404:
                continue
            assert bare(answer.text) == [], path
            if not sealed:
                assert "Dépositaires" not in visitor.text, path
            if not rolled:
                for words in ("Sur la liste", "Codes valables", "Contresign", "guichet,"):
                    assert words not in visitor.text, (path, words)
    await team.open(f"{space}/urne")
    for place, there in (
        ("liste", rolled),
        ("codes", who == "code"),
        ("contreseing", rolled),
        ("depositaires", sealed),
        ("prolongation", sealed),
        ("1/papier", rolled),
    ):
        assert (f'href="{space}/urne/{place}"' in team.page.text) is there, place
        await team.open(f"{space}/urne/{place}")
        assert there or team.page.status_code == 404 or "Aucun vote de cette" in team.text, place
        await team.open(f"{space}/urne")


async def test_a_counted_vote_has_no_bare_heading(app: AppContext, visitor_of: Visitors) -> None:
    page, poll = await a_poll(app)
    await a_ballot(app, page, poll, {"1": 7})
    await a_result(app, page, poll)
    visitor = await visitor_of(None)
    for place in PUBLIC:
        answer = await visitor.open(f"/fr/c/{page.card.slug}{place}")
        assert answer.status_code == 404 or bare(answer.text) == [], place
