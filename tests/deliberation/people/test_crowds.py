"""What one person can do to a roomful, or to one other person: both sides, on one network."""

import re
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select, text

from deliberation.ballot_box import drafts
from deliberation.ballot_box.casting import cast_choice
from deliberation.ballot_box.drafts import draft_of, forget_old_drafts, save_draft
from deliberation.ballot_box.model import RollMark
from deliberation.kit import clock
from deliberation.kit.act import Act, House, Viewer
from deliberation.kit.errors import NotAllowed, TooMany
from deliberation.kit.limits import LIMITS, forget_old_counts, limit
from deliberation.kit.mail import Mail
from deliberation.people.commands import (
    CodeAnswer,
    CodeRequest,
    WrongCode,
    request_code,
    sign_in,
)
from deliberation.people.devices import device_token
from tests.builders import a_person, a_poll, acting, unique, viewer_of

CHOICE = {"1": 7, "2": 4, "3": 1}


@dataclass
class Somebody:
    """A browser on a network; `device` is what makes it known."""

    network: str
    email: str = field(default_factory=lambda: f"{unique('salle')}@example.org")
    browser: str = field(default_factory=lambda: secrets.token_hex(8))
    device: str = ""

    @asynccontextmanager
    async def act(self, house: House) -> AsyncIterator[Act]:
        """A request of theirs."""
        async with acting(house) as act:
            yield replace(act, network=self.network)

    async def ask(self, house: House, email: str = "") -> UUID:
        """Ask for a code, for oneself or for somebody else."""
        async with self.act(house) as act:
            wish = CodeRequest(email or self.email)
            return await request_code(act, wish, self.browser, self.device)

    async def enter(self, house: House) -> Viewer:
        """Sign in as a person does: by the code of the last mail, or first by the link in it."""
        asked = await self.ask(house)
        mail = await last_mail(house, self.email)
        if link := re.search(r"lien=(\S+)", mail):
            self.device = link[1]
            asked = await self.ask(house)
            mail = await last_mail(house, self.email)
        code = re.search(r"\b\d{6}\b", mail)
        assert code, mail
        async with self.act(house) as act:
            _, person = await sign_in(act, CodeAnswer(asked, code[0]), self.browser)
        return viewer_of(person)


async def last_mail(house: House, email: str) -> str:
    """The text of the newest mail in somebody's box, whatever `+tag` it was sent to."""
    async with acting(house) as act:
        box = func.regexp_replace(Mail.recipient, r"\+[^@]*@", "@")
        query = select(Mail.body).where(box == email).order_by(Mail.id.desc())
        return (await act.db.scalars(query.limit(1))).one()


async def mails_to(house: House, email: str) -> int:
    async with acting(house) as act:
        query = "SELECT count(*) FROM mail WHERE recipient = :email"
        return int((await act.db.scalars(text(query), {"email": email})).one())


async def test_h6_a_hall_of_300_with_an_attacker_on_its_network_signs_in_and_votes(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The attacker goes twenty times beyond what a network may leave unanswered or get wrong."""
    for what in ("code-unanswered", "voting-code"):
        monkeypatch.setitem(LIMITS, what, LIMITS[what]._replace(most=15))
    page, poll = await a_poll(house, eligibility="email")
    _, letters = await a_poll(house, eligibility="code")
    hall = [Somebody("hall") for _ in range(300)]
    attacker = Somebody("hall")

    async def attack(victim: Somebody) -> None:
        async with attacker.act(house) as act:
            await request_code(act, CodeRequest(victim.email), attacker.browser)
            other = CodeRequest(f"{unique('x')}@example.org")
            asked = await request_code(act, other, attacker.browser)
            with pytest.raises(WrongCode):
                await sign_in(act, CodeAnswer(asked, "000000"), attacker.browser)
            await save_draft(act, page, poll, secrets.token_hex(8), CHOICE)
            with pytest.raises((NotAllowed, TooMany)):
                await cast_choice(act, page, letters, CHOICE, b"x" * 9, code="2" * 20)

    for _ in range(6):  # these are strangers' target before they come
        for victim in hall[::50]:
            await attacker.ask(house, victim.email)
    for number, somebody in enumerate(hall):
        await attack(hall[-number - 1])
        async with somebody.act(house) as act:
            await save_draft(act, page, poll, somebody.browser, CHOICE)
        viewer = await somebody.enter(house)
        async with somebody.act(house) as act:
            draft = await draft_of(act, poll, somebody.browser)
            assert draft is not None
            act = replace(act, viewer=viewer)
        await cast_choice(act, page, poll, draft.choice, draft.submission)
        if number % 50 == 0:
            async with acting(house) as act:
                await clock.advance(act.db, timedelta(seconds=100))
    async with acting(house) as act:
        marks = select(RollMark.voter_id).where(RollMark.poll_id == poll.id)
        assert len((await act.db.scalars(marks)).all()) == 300


async def test_h6_nothing_counted_of_a_network_alone_refuses_anybody() -> None:
    """The table says of each limit whose it is; a network's refuse nothing that is right."""
    assert {what for what, one in LIMITS.items() if "network" in one.why} == {
        "code-unanswered",
        "kept-form",
        "voting-code",
    }


async def test_h7_strangers_cannot_use_up_the_codes_of_a_known_browser(
    house: House, one_window: None
) -> None:
    owner = Somebody("home")
    await owner.enter(house)
    async with acting(house) as act:
        owner.device = device_token(house, owner.email, act.now + timedelta(days=1))
    before = await mails_to(house, owner.email)
    for place in range(30):  # as many networks
        await Somebody(f"stranger-{place}").ask(house, owner.email)
    flood = await mails_to(house, owner.email) - before
    assert flood == 9 + 1  # what was left of ten a day, and one way in
    await owner.enter(house)
    assert await mails_to(house, owner.email) == before + flood + 1


async def test_h7_whoever_never_signed_in_passes_the_strangers_by_the_last_mail(
    house: House, one_window: None
) -> None:
    for network in ("elsewhere", "hall"):
        owner = Somebody("hall")
        for place in range(12):
            stranger = Somebody(network if network == "hall" else f"{network}-{place}")
            await stranger.ask(house, owner.email.replace("@", f"+{place}@"))
        await stranger.ask(house, owner.email)
        assert (await owner.enter(house)).email == owner.email


async def test_h7_a_code_that_was_not_sent_cannot_be_guessed(
    house: House, one_window: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(LIMITS, "code-to-address", LIMITS["code-to-address"]._replace(most=0))
    monkeypatch.setattr("deliberation.people.commands.new_code", lambda: "123456")
    stranger = Somebody("anywhere")
    asked = await stranger.ask(house)
    with pytest.raises(WrongCode):
        async with stranger.act(house) as act:
            await sign_in(act, CodeAnswer(asked, "123456"), stranger.browser)


async def test_h7_a_known_browser_is_limited_by_itself_and_told_when_to_come_back(
    house: House, one_window: None
) -> None:
    owner = Somebody("home")
    async with acting(house) as act:
        owner.device = device_token(house, owner.email, act.now + timedelta(days=1))
    for _ in range(5):
        await owner.ask(house)
    with pytest.raises(TooMany) as refusal:
        await owner.ask(house)
    assert 0 < refusal.value.values["retry_after"] <= 58 * 60 + 1


async def test_h7_a_known_browser_has_one_limit_however_it_spells_its_token(
    house: House, one_window: None
) -> None:
    """Else whoever copied the cookie of a shared computer guesses codes without end."""
    thief = Somebody("library")
    async with acting(house) as act:
        token = device_token(house, thief.email, act.now + timedelta(days=1))
    for place in range(12):
        thief.device = f"{token[:5]}{'!' * place}{token[5:]}"
        await thief.ask(house)
    assert await mails_to(house, thief.email) <= 1 + 5 + 1  # as itself, as a stranger, the way in


async def test_h6_a_device_is_known_to_one_address_only(house: House, one_window: None) -> None:
    async with acting(house) as act:
        own = device_token(house, f"{unique('moi')}@example.org", act.now + timedelta(days=1))
    for _ in range(12):
        attacker = Somebody("one", email="victim-of-devices@example.org", device=own)
        await attacker.ask(house)
    assert await mails_to(house, attacker.email) == 5 + 1


async def test_h6_drafts_are_never_refused_and_their_number_stays_within_bounds(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafts, "MOST_DRAFTS", 3)
    page, poll = await a_poll(house)
    browsers = [secrets.token_hex(8) for _ in range(6)]
    for browser in browsers:
        async with acting(house) as act:
            await save_draft(act, page, poll, browser, CHOICE)
    async with acting(house) as act:
        await forget_old_drafts(act)
        kept = [await draft_of(act, poll, browser) is not None for browser in browsers]
    assert kept == [False] * 3 + [True] * 3  # whoever is voting now keeps theirs


async def test_l5_counts_name_nobody_cannot_be_joined_and_go_with_their_window(
    house: House,
) -> None:
    person = await a_person(house)
    keys: set[bytes] = set()
    for _ in range(2):
        async with acting(house, person) as act:
            before = set((await act.db.scalars(text("SELECT key FROM rate_count"))).all())
            await limit(act, "comment", str(person.id))
            after = set((await act.db.scalars(text("SELECT key FROM rate_count"))).all())
            (made,) = after - before
            assert str(person.id).encode() not in made
            keys.add(bytes(made))
        async with acting(house) as act:
            await clock.advance(act.db, timedelta(days=1))
    assert len(keys) == 2  # another key each day
    async with acting(house) as act:
        await forget_old_counts(act)
        assert (await act.db.scalars(text("SELECT count(*) FROM rate_count"))).one() == 0


async def test_h6_a_flood_from_one_network_delays_no_other_networks_codes(
    house: House, one_window: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(LIMITS, "code-unanswered", LIMITS["code-unanswered"]._replace(most=2))
    relay = replace(house, settings=replace(house.settings, smtp="smtp://127.0.0.1:1"))
    jobs: list[list[str]] = []
    for network in ("flooded", "quiet"):
        for _ in range(4 if network == "flooded" else 1):
            asker = Somebody(network)
            async with asker.act(relay) as act:
                await request_code(act, CodeRequest(asker.email), asker.browser)
                query = "DELETE FROM job WHERE name LIKE 'deliver%' RETURNING name"
                jobs.append(list((await act.db.scalars(text(query))).all()))
    assert jobs == [["deliver-code"]] * 2 + [["deliver-mail"]] * 2 + [["deliver-code"]]
