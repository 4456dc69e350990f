"""Trustees are registered by their public key, and rehearse before the vote."""

import io
from pathlib import Path

import msgspec
import pytest

from deliberation.core.context import AppContext, Viewer
from deliberation.core.errors import Conflict, Invalid
from deliberation.elections.ballot_box.lifecycle import opening_requirements
from deliberation.elections.sealed_protocol.archive import open_archive
from deliberation.elections.sealed_protocol.canonical import canonical
from deliberation.elections.sealed_protocol.keys import TrusteeKey
from deliberation.elections.sealed_protocol.shares import write_shares
from deliberation.elections.trustees.commands import (
    begin_rehearsal,
    hand_in_shares,
    register_trustee,
    remove_trustee,
)
from deliberation.elections.trustees.queries import trustees_of
from deliberation.process.consultations.queries import ConsultationPage
from tests.builders import a_consultation, a_member, an_authority, request_context
from tests.sealed import TRUSTEES, a_sealed_vote


async def _some_trustees(app: AppContext) -> tuple[Viewer, ConsultationPage]:
    authority = await an_authority(app)
    agent = await a_member(app, authority, "agent")
    page = await a_consultation(app, authority, agent=agent, vote=(2, 4))
    async with request_context(app, agent) as ctx:
        for key in TRUSTEES[:3]:
            await register_trustee(ctx, page.ref, canonical(key.public))
    return agent, page


def _shares(archive: bytes, key: TrusteeKey, folder: Path) -> bytes:
    path = folder / "bundle.tar"
    path.write_bytes(archive)
    out = io.BytesIO()
    with open_archive(path) as opened:
        write_shares(out, opened, key)
    return out.getvalue()


async def test_all_trustees_must_have_opened_test_ballots_before_the_ballot_box_opens(
    app: AppContext, tmp_path: Path
) -> None:
    agent, page = await _some_trustees(app)
    async with request_context(app, agent) as ctx:
        assert "rehearsal" in [one.code for one in await opening_requirements(ctx, page.ref)]
        archive = await begin_rehearsal(ctx, page.ref)
        first, second, third = (_shares(archive, key, tmp_path) for key in TRUSTEES[:3])
        assert await hand_in_shares(ctx, page.ref, first) == []
        assert await hand_in_shares(ctx, page.ref, second) == [1, 2]
        assert "rehearsal" in [one.code for one in await opening_requirements(ctx, page.ref)]
        assert await hand_in_shares(ctx, page.ref, third) == [1, 2, 3]
        assert "rehearsal" not in [one.code for one in await opening_requirements(ctx, page.ref)]


async def test_damaged_shares_or_those_of_another_dry_run_prove_nothing(
    app: AppContext, tmp_path: Path
) -> None:
    agent, page = await _some_trustees(app)
    async with request_context(app, agent) as ctx:
        old = _shares(await begin_rehearsal(ctx, page.ref), TRUSTEES[0], tmp_path)
        archive = await begin_rehearsal(ctx, page.ref)
        with pytest.raises(Invalid) as refused:  # at once, while nobody else's shares are there
            await hand_in_shares(ctx, page.ref, old)
        assert refused.value.errors["shares"][0] == "other-rehearsal"
        first, second, third = (_shares(archive, key, tmp_path) for key in TRUSTEES[:3])
        lines = first.splitlines(keepends=True)
        await hand_in_shares(ctx, page.ref, lines[0] + b"".join(lines[:0:-1]))  # shares in disorder
        assert await hand_in_shares(ctx, page.ref, second) == []
        assert await hand_in_shares(ctx, page.ref, third) == [2, 3]
        with pytest.raises(Invalid):
            await hand_in_shares(ctx, page.ref, b"no shares")


async def test_a_trustee_is_registered_once_and_removed_with_the_dry_run(
    app: AppContext, tmp_path: Path
) -> None:
    agent, page = await _some_trustees(app)
    async with request_context(app, agent) as ctx:
        again = msgspec.structs.replace(TRUSTEES[0].public, name="Quelqu’un d’autre")
        with pytest.raises(Invalid) as refused:
            await register_trustee(ctx, page.ref, canonical(again))
        assert refused.value.errors["key"][0] == "trustee-twice"
        with pytest.raises(Invalid):
            await register_trustee(ctx, page.ref, b"{}")
        await begin_rehearsal(ctx, page.ref)
        await remove_trustee(ctx, page.ref, 1)
        names = [one.name for one in await trustees_of(ctx, page.card.id)]
        assert names == ["Dépositaire 2", "Dépositaire 3"]
        with pytest.raises(Conflict, match="trustees-missing"):
            await begin_rehearsal(ctx, page.ref)


async def test_trustees_stay_once_the_ballot_box_is_open(app: AppContext) -> None:
    vote = await a_sealed_vote(app)
    async with request_context(app) as ctx:
        authority = vote.page.card.authority
    agent = await a_member(app, authority, "agent")
    async with request_context(app, agent) as ctx:
        with pytest.raises(Conflict, match="urn-open"):
            await remove_trustee(ctx, vote.page.ref, 1)
