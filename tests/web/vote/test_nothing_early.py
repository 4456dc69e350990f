"""Nothing that anybody may read before the close depends on what was voted."""

import re

import pytest

from deliberation.core.context import AppContext
from tests.builders import a_ballot, a_member, a_person, a_poll, a_result, an_authority
from tests.site import Visitor, VisitorOf
from tests.web.access import ACCESS

# What differs from one request to the next: challenges, and the minute of what is made for it.
TOKENS = re.compile(
    r'value="[^"]*"|challenge&#34;: &#34;[^&]*|"(made_at)": ?"[^"]*"|DTSTAMP:.*|Établi le [^<]*'
)

# Files, the demo's own pages, the reader's account, and how the machine is at this moment.
APART = ("/static/", "/demo", "/compte", "/account", "/session", "/sante", "/fonctionnement")
PARTS = re.compile(r"<li|<article|<tr|\{")


@pytest.mark.parametrize("who", ["visitor", "official", "agent", "administrator"])
async def test_every_page_and_answer_is_the_same_whatever_was_voted(
    who: str, app: AppContext, visitor_of: VisitorOf
) -> None:
    """Twelve people vote for one option, then all of them for another."""
    authority = await an_authority(app)
    page, poll = await a_poll(app, authority=authority, vote=(-1, 3))
    voters = [await a_person(app) for _ in range(12)]
    reader = None if who == "visitor" else await a_member(app, authority, who)
    visitor = await visitor_of(reader)
    names = {"slug": page.card.slug, "authority": authority.slug, "number": "1", "kind": "poll"}
    seen = []
    for choice in ({"1": 7, "2": 1}, {"1": 1, "2": 7}):
        for voter in voters:
            await a_ballot(app, page, poll, choice, voter)
        seen.append(await everything(visitor, names))
    first, second = seen
    assert len(first) > 40
    assert [address for address in first if first[address] != second[address]] == []
    await a_result(app, page, poll)
    counted = await everything(visitor, names)
    for address in (f"/fr/c/{page.card.slug}/resultats", f"/fr/c/{page.card.slug}"):
        assert counted[address] != first[address]


async def everything(visitor: Visitor, names: dict[str, str]) -> dict[str, str]:
    """Address -> what every route that reads answers about this vote."""
    found = {}
    for route in ACCESS:
        method, path = route.split()
        if method != "GET" or any(part in path for part in APART):
            continue
        if "/a/{slug}" in path or "/authorities/{slug}" in path:
            path = path.replace("{slug}", names["authority"])
        for name, value in names.items():
            path = path.replace("{" + name + "}", value)
        if "{" in path:
            continue
        answer = await visitor.http.get(path, follow_redirects=True)
        if answer.status_code == 200:
            parts = PARTS.split(TOKENS.sub("", answer.text))
            # On lists, others' consultations open and close meanwhile.
            found[path] = "".join(part for part in parts if ours(part, path, names))
    return found


def ours(part: str, path: str, names: dict[str, str]) -> bool:
    """Whether a part of a page is about this consultation or its authority."""
    about = (names["slug"], names["authority"])
    return any(name in path or name in part for name in about)
