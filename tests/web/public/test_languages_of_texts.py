"""A1, A3: what people wrote says its language on English pages, and begins on its script's side."""

from collections.abc import Awaitable, Callable
from html.parser import HTMLParser
from typing import Any

import pytest

from deliberation.core.context import AppContext, Viewer
from tests.builders import (
    a_comment,
    a_consultation,
    a_member,
    a_poll,
    a_proposal,
    an_authority,
)
from tests.site import Visitor

Visitors = Callable[[Viewer | None], Awaitable[Visitor]]
EMPTY = {"br", "hr", "img", "input", "link", "meta", "wbr", "path", "rect", "circle", "line"}


class Texts(HTMLParser):
    """Every text of a page's body, with the language and the direction that hold there."""

    def __init__(self) -> None:
        super().__init__()
        self.within: list[tuple[str, str, str]] = []
        self.found: list[tuple[str, str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        _, lang, side = self.within[-1] if self.within else ("", "", "")
        if tag not in EMPTY:
            self.within.append((tag, given.get("lang") or lang, given.get("dir") or side))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Nothing is within it."""

    def handle_endtag(self, tag: str) -> None:
        while tag not in EMPTY and self.within and self.within.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        skipped = {"title", "script", "style", "svg", "textarea", "option", "caption", "th", "td"}
        if self.within and not skipped & {tag for tag, _, _ in self.within}:
            self.found.append((" ".join(data.split()), *self.within[-1][1:]))


WRITTEN: dict[str, Any] = {
    "title": "Le réseau cyclable du canton",
    "question": "Par où commencer les travaux ?",
    "summary": "Trois rues attendent leur piste.",
    "promise": "Le conseil suivra le vote.",
    "body": "Le canton compte douze écoles.",
    "proposal": "Des arceaux devant la halle",
    "text": "Il manque vingt places devant la halle.",
    "comment": "Ce serait utile aux familles.",
    "poll": "Quelle rue en premier, celle-ci ?",
    "option": "Rue du Moulin neuf",
}


@pytest.mark.parametrize("lang", ["en", "fr"])
async def test_a1_every_text_of_somebody_says_its_language_and_side(
    app: AppContext, visitor_of: Visitors, lang: str
) -> None:
    authority = await an_authority(app)
    agent = await a_member(app, authority, "agent")
    page = await a_consultation(
        app,
        authority,
        agent=agent,
        proposals=(-9, 5),
        discussion=(-9, 5),
        **{key: WRITTEN[key] for key in ("title", "question", "summary", "promise", "body")},
    )
    number = await a_proposal(app, page, title=WRITTEN["proposal"], body=WRITTEN["text"])
    await a_comment(app, page, number, body=WRITTEN["comment"])
    visitor = await visitor_of(None)
    slug = page.card.slug
    seen: set[str] = set()
    for path in (
        f"/{lang}/a/{authority.slug}",
        f"/{lang}/c/{slug}",
        f"/{lang}/c/{slug}/propositions",
        f"/{lang}/c/{slug}/p/{number}",
        f"/{lang}/c/{slug}/p/{number}/versions",
        f"/{lang}/c/{slug}/reglement",
        f"/{lang}/c/{slug}/suites",
        f"/embed/c/{slug}?lang={lang}",
    ):
        answer = await visitor.open(path)
        assert answer.status_code == 200, path
        seen |= said_rightly(answer.text, path)
    assert seen >= set(WRITTEN) - {"poll", "option"}


@pytest.mark.parametrize("lang", ["en", "fr"])
async def test_a1_questions_and_options_of_votes_say_their_language(
    app: AppContext, visitor_of: Visitors, lang: str
) -> None:
    page, _ = await a_poll(app, (WRITTEN["option"], "Rue du Bac"), question=WRITTEN["poll"])
    visitor = await visitor_of(None)
    slug = page.card.slug
    seen: set[str] = set()
    for path in (f"/{lang}/c/{slug}", f"/{lang}/c/{slug}/voter/1", f"/{lang}/c/{slug}/resultats"):
        seen |= said_rightly((await visitor.open(path)).text, path)
    assert seen >= {"poll", "option"}


def said_rightly(html: str, path: str) -> set[str]:
    """Which of the texts a page holds; each must be French, and begin on its own side."""
    reader = Texts()
    reader.feed(html)
    seen = set()
    for text, lang, side in reader.found:
        for key, written in WRITTEN.items():
            if text == written or (key in ("text", "comment", "body") and written in text):
                assert (lang, side) == ("fr", "auto"), f"{written!r} on {path}: {lang} {side}"
                seen.add(key)
    return seen
