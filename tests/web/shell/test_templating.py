"""Calls of our functions in templates are plain calls, worded at once where they can be."""

import gc
import tracemalloc
import weakref
from collections.abc import Iterator
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from msgspec import structs

from deliberation.process.proposals.structs import ProposalCard
from web.shell.templating import TEMPLATES, Kept, environment, kept

NO_BREAK = "\u00a0"
DAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ('{{ _("Voter") }}', "Vote"),
        ('{{ _("Voter") ~ "/" ~ url("/aide") }}', "Vote//en/aide"),
        ("{{ date(day) }}", f"22{NO_BREAK}November 2026"),
        ("{{ date(day, weekday=True, year=False) }}", f"Sunday{NO_BREAK}22 November"),
        ('{{ _("à %(name)s", name=author(name)) }}', "to &lt;Ana&gt;"),
        ('{{ ngettext("%(num)s option", "%(num)s options", [1, 2] | length) }}', "2 options"),
        ('{{ [label("phase", "vote"), number(1234)] | join(", ") }}', "Vote, 1,234"),
        ('{{ other.label("mine", 2) }}', "mine2"),
        ("{% macro date(x) %}own {{ x }}{% endmacro %}{{ other.hour(1) }}", "h1"),
        ("{{ decision('accepted')[0] }}", "kept"),
    ],
)
def test_a_call_gives_what_the_function_gives(source: str, shown: str) -> None:
    other = SimpleNamespace(label=lambda text, count: f"{text}{count}", hour=lambda n: f"h{n}")
    template = environment("en").from_string(source)
    assert template.render(day=DAY, name="<Ana>", other=other) == shown


def test_fixed_words_are_worded_when_the_template_is_compiled() -> None:
    made = environment("en")
    source = made.compile('<p>{{ _("Voter") }} {{ url("/aide") }}</p>', raw=True)
    assert "<p>Vote /en/aide</p>" in source
    assert "context.call" not in source


def test_what_changes_is_called_at_each_render() -> None:
    template = environment("en").from_string("{{ number(count) }}")
    assert [template.render(count=count) for count in (1, 2)] == ["1", "2"]


@pytest.fixture
def uncollected() -> Iterator[None]:
    """No garbage collection: a reference cycle stays."""
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("uncollected")
@pytest.mark.parametrize(
    "source",
    [
        "{% macro line(text) %}{{ text }}{{ typed('/a') }}{% endmacro %}{{ line('a') }}",
        "{% macro line(n) %}{% if n %}{{ line(n - 1) }}{% endif %}{% endmacro %}{{ line(2) }}",
    ],
    ids=["plain", "calls itself"],
)
def test_a_macro_of_a_page_does_not_hold_the_request(source: str) -> None:
    def typed(address: str) -> str:
        return address

    held = weakref.ref(typed)
    environment("en").from_string(source).render(typed=typed)
    del typed
    assert held() is None


def test_no_page_imports_macros_with_its_context() -> None:
    """They would hold it: what they need is passed."""
    pages = {path: path.read_text() for path in TEMPLATES.rglob("*.html")}
    assert len(pages) > 100
    assert [path.name for path, text in pages.items() if "with context" in text] == []


def test_what_macros_print_is_kept_by_value_and_by_language() -> None:
    french, english = (
        vars(environment(lang).get_template("shell/parts/cards.html").module)["proposal_in_list"]
        for lang in ("fr", "en")
    )
    card = ProposalCard(
        number=7,
        title="<b>Une piste</b>",
        excerpt="",
        theme="",
        place="",
        author="Dominique",
        published_at=datetime(2026, 11, 22, tzinfo=UTC),
        support_count=2,
        comment_count=0,
        arguments=0,
        questions=0,
        answer="",
        supported=False,
        state="published",
    )
    printed: list[ProposalCard] = []

    def counted(*values: Any) -> str:
        printed.append(values[0])
        return str(french(*values))

    for _ in range(2):  # the same values, read again
        again = structs.replace(card)
        first = kept(counted, again, "/fr/c/gare")
        assert "&lt;b&gt;Une piste&lt;/b&gt;" in first
        assert "2 soutiens" in first
    assert len(printed) == 1
    more = structs.replace(card, support_count=3)
    assert "3 soutiens" in kept(french, more, "/fr/c/gare")
    assert "soutiens" not in kept(english, card, "/en/c/gare")


def test_what_macros_print_takes_a_bounded_memory_and_what_is_read_stays() -> None:
    printed: list[int] = []

    def long(number: int) -> str:
        printed.append(number)
        return f"{number}".rjust(10_000)

    tracemalloc.start()
    keep = Kept(1_000_000)
    for number in range(1_000):
        keep(long, number)
        keep(long, 7)
    used, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert used < 1_500_000  # and would be 10 MB
    assert printed.count(7) == 1
    assert len(printed) == 1_000
    keep(long, 8)  # read long ago
    assert printed.count(8) == 2
