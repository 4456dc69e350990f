"""People's texts become safe HTML whatever they hold."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliberation.text.markdown import SCHEMES, TAGS, excerpt, to_html, to_plain

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
        assert set(attributes) <= {"href", "rel", "dir"}
        assert (attributes.get("href") or "https:").split(":")[0] in SCHEMES


@pytest.mark.parametrize(
    ("below", "tags_of"),
    [
        (1, ["h2", "h3", "h4"]),
        (2, ["h3", "h4", "h4"]),
        (3, ["h4", "h4", "h4"]),
        (0, ["p", "p", "p"]),
    ],
)
def test_p13_titles_stand_below_those_of_the_page(below: int, tags_of: list[str]) -> None:
    html = to_html("# Un\n\n## Deux\n\n#### Trois", below)
    assert [tag for tag, _ in tags(html) if tag != "strong"] == tags_of
    assert html.count("<strong>") == (0 if below else 3)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("1. Un banc.\n\nParce que.\n\n2. Un arbre.", ["1", "2"]),
        ("3) trois\n4) quatre", ["3"]),
        ("2026. Une année", []),
        ("Le\n\n100. numéro", []),
        ("- 12. douze", ["12"]),
    ],
)
def test_f21_numbering_is_kept_as_it_was_typed(typed: str, shown: list[str]) -> None:
    lists = [attributes for tag, attributes in tags(to_html(typed)) if tag == "ol"]
    assert [attributes.get("start") or "1" for attributes in lists] == shown
    assert to_plain("2026. Une année") == "2026. Une année"


@pytest.mark.parametrize("typed", ["2*3*4", "a*b*c", "5*m*2 = 10*m"])
def test_f21_a_product_is_no_emphasis(typed: str) -> None:
    assert to_plain(typed) == typed
    assert "<em>" not in to_html(typed)
    assert "<em>oui</em>" in to_html("dire *oui*, **gras**é")


def test_p14_an_address_written_out_is_a_link_and_nothing_else_is() -> None:
    html = to_html("Voir https://example.org/a?b=c, puis mairie.fr, javascript:alert(1).")
    assert [attributes for tag, attributes in tags(html) if tag == "a"] == [
        {"href": "https://example.org/a?b=c", "rel": "nofollow ugc noopener"}
    ]


def test_a3_each_paragraph_begins_on_the_side_of_its_script() -> None:
    html = to_html("نص عربي.\n\nUn texte.\n\n- un\n\n> cité")
    for tag, attributes in tags(html):
        assert attributes.get("dir") == ("auto" if tag in ("p", "li", "blockquote") else None)


def test_p12_the_beginning_of_a_text_is_plain_words() -> None:
    text = "Je voudrais **vraiment**\n\n# Un titre\n\n- un\n- deux [lien](https://example.org)"
    assert excerpt(text, 200) == "Je voudrais vraiment Un titre un deux lien"
    assert excerpt(text, 22) == "Je voudrais vraiment…"


def test_links_tell_search_engines_that_they_are_not_ours() -> None:
    assert 'rel="nofollow ugc noopener"' in to_html("[x](https://example.org)")


def test_a_summary_is_one_plain_line() -> None:
    assert to_plain("**Un** titre\n\n- deux\n- trois") == "Un titre deux trois"
    assert to_plain("«\u202foui\u202f»\u00a0:\n\nnon") == "«\u202foui\u202f»\u00a0: non"


@given(st.text(max_size=300) | st.sampled_from(ATTACKS).flatmap(lambda a: st.text().map(a.join)))
def test_no_text_makes_more_than_harmless_elements(text: str) -> None:
    for tag, attributes in tags(to_html(text)):
        assert tag in TAGS
        assert set(attributes) <= {"href", "rel", "dir", "start"}
