"""People's texts become safe HTML whatever they hold."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliberation.kit.markup import SCHEMES, TAGS, to_html, to_plain

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[clic](javascript:alert(1))",
    "[clic](data:text/html;base64,PHNjcmlwdD4=)",
    "<svg/onload=alert(1)>",
    "[a](http://x 'onmouseover=alert(1)')",
    "![i](https://elsewhere.example/pixel.png)",
    "<a href='x' style='position:fixed'>x</a>",
    "`</code><script>alert(1)</script>`",
]


class Tags(HTMLParser):
    """The elements and attributes that a browser would see."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


def tags(html: str) -> list[tuple[str, dict[str, str | None]]]:
    parser = Tags()
    parser.feed(html)
    return parser.seen


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_runs_and_nothing_is_loaded(attack: str) -> None:
    for tag, attributes in tags(to_html(attack)):
        assert tag in TAGS
        assert set(attributes) <= {"href", "rel"}
        assert (attributes.get("href") or "https:").split(":")[0] in SCHEMES


def test_titles_start_at_the_third_level() -> None:
    assert to_html("# Un\n\n## Deux").count("<h") == 2
    assert "<h2>Un</h2>" in to_html("# Un")


def test_links_tell_search_engines_that_they_are_not_ours() -> None:
    assert 'rel="nofollow ugc noopener"' in to_html("[x](https://example.org)")


def test_a_summary_is_one_plain_line() -> None:
    assert to_plain("**Un** titre\n\n- deux\n- trois") == "Un titre deux trois"


@given(st.text(max_size=300) | st.sampled_from(ATTACKS).flatmap(lambda a: st.text().map(a.join)))
def test_no_text_makes_more_than_harmless_elements(text: str) -> None:
    for tag, attributes in tags(to_html(text)):
        assert tag in TAGS
        assert set(attributes) <= {"href", "rel"}
