"""Trustees are registered by their public key, and rehearse before the vote."""

import io
from pathlib import Path

import msgspec
import pytest

from deliberation.ballot_box.sealed.bundle import open_bundle
from deliberation.ballot_box.sealed.canonical import canonical
from deliberation.ballot_box.sealed.keys import TrusteeKey
from deliberation.ballot_box.sealed.shares import write_shares
from deliberation.ballot_box.trustees import (
    begin_rehearsal,
    hand_in_shares,
    register_trustee,
    remove_trustee,
)
from deliberation.ballot_box.urns import lacks, trustees_of
from deliberation.kit.act import House
from deliberation.kit.errors import Conflict, Invalid
from tests.builders import a_consultation, a_member, acting, an_authority
from tests.sealed import TRUSTEES, a_sealed_vote


async def _a_bureau(house: House, count: int = 3):
    authority = await an_authority(house)
    agent = await a_member(house, authority, "agent")
    page = await a_consultation(house, authority, agent=agent, vote=(2, 4))
    async with acting(house, agent) as act:
        for key in TRUSTEES[:count]:
            await register_trustee(act, page, canonical(key.public))
    return agent, page


def _shares(bundle: bytes, key: TrusteeKey, folder: Path) -> bytes:
    path = folder / "bundle.tar"
    path.write_bytes(bundle)
    out = io.BytesIO()
    with open_bundle(path) as opened:
        write_shares(out, opened, key)
    return out.getvalue()


async def test_all_trustees_must_have_opened_test_ballots_before_the_urn_opens(
    house: House, tmp_path: Path
) -> None:
    agent, page = await _a_bureau(house)
    async with acting(house, agent) as act:
        assert "rehearsal" in [one.code for one in await lacks(act, page)]
        bundle = await begin_rehearsal(act, page)
        first, second, third = (_shares(bundle, key, tmp_path) for key in TRUSTEES[:3])
        assert await hand_in_shares(act, page, first) == []
        assert await hand_in_shares(act, page, second) == [1, 2]
        assert "rehearsal" in [one.code for one in await lacks(act, page)]
        assert await hand_in_shares(act, page, third) == [1, 2, 3]
        assert "rehearsal" not in [one.code for one in await lacks(act, page)]


async def test_damaged_shares_or_those_of_another_dry_run_prove_nothing(
    house: House, tmp_path: Path
) -> None:
    agent, page = await _a_bureau(house)
    async with acting(house, agent) as act:
        old = _shares(await begin_rehearsal(act, page), TRUSTEES[0], tmp_path)
        bundle = await begin_rehearsal(act, page)
        with pytest.raises(Invalid) as refused:  # at once, while nobody else's shares are there
            await hand_in_shares(act, page, old)
        assert refused.value.errors["shares"][0] == "other-rehearsal"
        first, second, third = (_shares(bundle, key, tmp_path) for key in TRUSTEES[:3])
        lines = first.splitlines(keepends=True)
        await hand_in_shares(act, page, lines[0] + b"".join(lines[:0:-1]))  # shares in disorder
        assert await hand_in_shares(act, page, second) == []
        assert await hand_in_shares(act, page, third) == [2, 3]
        with pytest.raises(Invalid):
            await hand_in_shares(act, page, b"no shares")


async def test_a_trustee_is_registered_once_and_removed_with_the_dry_run(
    house: House, tmp_path: Path
) -> None:
    agent, page = await _a_bureau(house)
    async with acting(house, agent) as act:
        again = msgspec.structs.replace(TRUSTEES[0].public, name="Quelqu’un d’autre")
        with pytest.raises(Invalid) as refused:
            await register_trustee(act, page, canonical(again))
        assert refused.value.errors["key"][0] == "trustee-twice"
        with pytest.raises(Invalid):
            await register_trustee(act, page, b"{}")
        await begin_rehearsal(act, page)
        await remove_trustee(act, page, 1)
        names = [one.name for one in await trustees_of(act, page.card.id)]
        assert names == ["Dépositaire 2", "Dépositaire 3"]
        with pytest.raises(Conflict, match="trustees-missing"):
            await begin_rehearsal(act, page)


async def test_trustees_stay_once_the_urn_is_open(house: House) -> None:
    vote = await a_sealed_vote(house)
    async with acting(house) as act:
        authority = vote.page.card.authority
    agent = await a_member(house, authority, "agent")  # type: ignore[arg-type]
    async with acting(house, agent) as act:
        with pytest.raises(Conflict, match="urn-open"):
            await remove_trustee(act, vote.page, 1)
