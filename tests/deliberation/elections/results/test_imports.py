"""A past vote is loaded from a file, counted and published at once."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from deliberation.core.context import AppContext
from deliberation.core.errors import Invalid
from deliberation.elections.results.queries import recount_bytes, result_page
from tests.builders import a_member, an_authority, import_ballots, request_context, unique
from voting.formats import Election, read
from voting.records.recount import recount

RANKED = b"4: A > B > C\n3: B > C > A\n2: C > B\n"
JUDGED = b"""{"candidates": ["X", "Y"], "grades": ["Non", "Bof", "Oui"], "judges": 10,
 "tallies": {"X": [2, 3, 5], "Y": [1, 8, 1]}}"""


def the_election(text_: bytes = RANKED, name: str | None = "abif") -> Election:
    return read(text_, format=name)


async def test_an_import_is_a_closed_counted_poll_whose_ballot_box_belongs_to_nobody(
    app: AppContext,
) -> None:
    authority = await an_authority(app)
    agent = await a_member(app, authority, "agent")
    async with request_context(app, agent) as ctx:
        page = await import_ballots(
            ctx,
            authority.id,
            the_election(),
            slug=unique("vote"),
            title="Un vote de 2009",
            method="instant_runoff",
            compared="schulze",
            held_on=date(2009, 3, 3),
            source_note="Bulletins publiés par la ville.",
        )
    async with request_context(app) as ctx:
        result = await result_page(ctx, page.ref, 1)
        assert (result.poll.source, result.poll.state) == ("import", "counted")
        assert (result.ballots, result.electors) == (9, 0)
        assert result.compared is not None
        assert recount(await recount_bytes(ctx, page.ref, 1)).same
        rows = (
            "SELECT count(*), count(DISTINCT slot), count(DISTINCT packed)"
            " FROM urn_ballot WHERE poll_id = :id"
        )
        assert tuple((await ctx.db.execute(text(rows), {"id": result.poll.id})).one()) == (
            9,
            9,
            3,
        )


async def test_tallies_without_ballots_are_published_as_tallies(app: AppContext) -> None:
    authority = await an_authority(app)
    agent = await a_member(app, authority, "agent")
    async with request_context(app, agent) as ctx:
        page = await import_ballots(
            ctx,
            authority.id,
            the_election(JUDGED, "own"),
            slug=unique("vote"),
            title="Une enquête",
            method="majority_judgment",
            compared="approval",
            approved_from="Bof",
            held_on=date(2012, 4, 16),
            source_note="Tableau publié.",
        )
    async with request_context(app) as ctx:
        result = await result_page(ctx, page.ref, 1)
        assert result.outcome.winners == ("X",)
        assert result.compared is not None
        assert result.compared.scores == {"X": 8, "Y": 9}
        assert result.ballots == 10
        assert recount(await recount_bytes(ctx, page.ref, 1)).same
        rows = "SELECT count(*) FROM urn_ballot WHERE poll_id = :id"
        assert await ctx.db.scalar(text(rows), {"id": result.poll.id}) == 0


async def test_an_import_that_cannot_be_published_leaves_nothing(app: AppContext) -> None:
    authority = await an_authority(app)
    agent = await a_member(app, authority, "agent")
    slug = unique("vote")
    given = {
        "slug": slug,
        "title": "Un vote",
        "method": "schulze",
        "held_on": date(2009, 3, 3),
        "source_note": "Une source.",
    }
    async with request_context(app) as ctx:
        now = ctx.now
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"method": "approval"}, "method"),
        ({"compared": "approval"}, "compared"),
        ({"slug": "Pas Un Slug"}, "slug"),
        ({"held_on": now.date() + timedelta(days=9)}, "held_on"),
    ]
    for values, field in wrong:
        async with request_context(app, agent) as ctx:
            with pytest.raises(Invalid) as refused:
                await import_ballots(ctx, authority.id, the_election(), **{**given, **values})
            assert field in refused.value.errors
    async with request_context(app, agent) as ctx:
        await import_ballots(ctx, authority.id, the_election(), **given)  # type: ignore[arg-type]
    async with request_context(app, agent) as ctx:
        with pytest.raises(Invalid, match="invalid"):
            await import_ballots(ctx, authority.id, the_election(), **given)  # type: ignore[arg-type]
