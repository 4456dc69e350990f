"""Rate limits on one network: one person against a roomful, and against one other person."""

import re
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select, text

from deliberation.core import clock
from deliberation.core.context import AppContext, RequestContext, Viewer
from deliberation.core.errors import NotAllowed, TooMany
from deliberation.core.rate_limits import LIMITS, forget_old_counts, limit
from deliberation.elections.ballots import drafts
from deliberation.elections.ballots.casting import (
    BallotRequest,
    DraftedBallot,
    cast_from_api,
    cast_from_page,
)
from deliberation.elections.ballots.drafts import forget_old_drafts, save_draft
from deliberation.elections.electorate.model import TurnoutMark
from deliberation.network.people.commands import (
    CodeAnswer,
    CodeRequest,
    WrongCode,
    request_code,
    sign_in,
)
from deliberation.network.sessions.devices import device_token
from deliberation.operations.mail import Mail
from tests.builders import a_person, a_poll, a_session, draft_of, request_context, unique, viewer_of

pytestmark = pytest.mark.slow

CHOICE = {"1": 7, "2": 4, "3": 1}


@dataclass
class Somebody:
    """A browser on a network; `device` is what makes it known."""

    network: str
    email: str = field(default_factory=lambda: f"{unique('salle')}@example.org")
    browser: str = field(default_factory=lambda: secrets.token_hex(8))
    device: str = ""

    @asynccontextmanager
    async def ctx(self, app: AppContext) -> AsyncIterator[RequestContext]:
        """A request of theirs."""
        async with request_context(app) as ctx:
            yield replace(ctx, network=self.network)

    async def ask(self, app: AppContext, email: str = "") -> UUID:
        """Ask for a code, for oneself or for somebody else."""
        async with self.ctx(app) as ctx:
            wish = CodeRequest(email or self.email)
            return await request_code(ctx, wish, self.browser, self.device)

    async def enter(self, app: AppContext) -> Viewer:
        """Sign in as a person does: by the code of the last mail, or first by the link in it."""
        asked = await self.ask(app)
        mail = await last_mail(app, self.email)
        if link := re.search(r"lien=(\S+)", mail):
            self.device = link[1]
            asked = await self.ask(app)
            mail = await last_mail(app, self.email)
        code = re.search(r"\b\d{6}\b", mail)
        assert code, mail
        async with self.ctx(app) as ctx:
            _, person = await sign_in(ctx, CodeAnswer(asked, code[0]), self.browser)
        return viewer_of(person)


async def last_mail(app: AppContext, email: str) -> str:
    """The text of the newest mail in somebody's box, whatever `+tag` it was sent to."""
    async with request_context(app) as ctx:
        box = func.regexp_replace(Mail.recipient, r"\+[^@]*@", "@")
        query = select(Mail.body).where(box == email).order_by(Mail.id.desc())
        return (await ctx.db.scalars(query.limit(1))).one()


async def mails_to(app: AppContext, email: str) -> int:
    async with request_context(app) as ctx:
        query = "SELECT count(*) FROM mail WHERE recipient = :email"
        return int((await ctx.db.scalars(text(query), {"email": email})).one())


async def test_h6_a_hall_of_300_with_an_attacker_on_its_network_signs_in_and_votes(
    app: AppContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The attacker goes twenty times beyond what a network may leave unanswered or get wrong."""
    for what in ("code-unanswered", "voting-code"):
        monkeypatch.setitem(LIMITS, what, LIMITS[what]._replace(most=15))
    page, poll = await a_poll(app, eligibility="email")
    letters, _ = await a_poll(app, eligibility="code")
    hall = [Somebody("hall") for _ in range(300)]
    attacker = Somebody("hall")

    async def attack(victim: Somebody) -> None:
        async with attacker.ctx(app) as ctx:
            await request_code(ctx, CodeRequest(victim.email), attacker.browser)
            other = CodeRequest(f"{unique('x')}@example.org")
            asked = await request_code(ctx, other, attacker.browser)
            with pytest.raises(WrongCode):
                await sign_in(ctx, CodeAnswer(asked, "000000"), attacker.browser)
            await save_draft(ctx, page.ref, poll, secrets.token_hex(8), CHOICE)
            slug, networks = letters.card.slug, ("hall", "")
            guess = BallotRequest(slug, 1, CHOICE, b"x" * 9, code="2" * 20, networks=networks)
            with pytest.raises((NotAllowed, TooMany)):
                await cast_from_api(app, guess)

    for _ in range(6):  # these are strangers' target before they come
        for victim in hall[::50]:
            await attacker.ask(app, victim.email)
    for number, somebody in enumerate(hall):
        await attack(hall[-number - 1])
        async with somebody.ctx(app) as ctx:
            await save_draft(ctx, page.ref, poll, somebody.browser, CHOICE)
        viewer = await somebody.enter(app)
        async with somebody.ctx(app) as ctx:
            draft = await draft_of(ctx, page, somebody.browser)
            assert draft is not None
        token = await a_session(app, viewer)
        sent = DraftedBallot(page.card.slug, 1, somebody.browser, draft.submission, token=token)
        assert await cast_from_page(app, sent) is not None
        if number % 50 == 0:
            async with request_context(app) as ctx:
                await clock.advance(ctx.db, timedelta(seconds=100))
    async with request_context(app) as ctx:
        marks = select(TurnoutMark.voter_id).where(TurnoutMark.poll_id == poll.id)
        assert len((await ctx.db.scalars(marks)).all()) == 300


async def test_h6_nothing_counted_of_a_network_alone_refuses_anybody() -> None:
    """The table says of each limit whose it is; a network's refuse nothing that is right."""
    assert {what for what, one in LIMITS.items() if "network" in one.why} == {
        "code-unanswered",
        "kept-form",
        "voting-code",
    }


async def test_h7_strangers_cannot_use_up_the_codes_of_a_known_browser(
    app: AppContext, one_window: None
) -> None:
    owner = Somebody("home")
    await owner.enter(app)
    async with request_context(app) as ctx:
        owner.device = device_token(app, owner.email, ctx.now + timedelta(days=1))
    before = await mails_to(app, owner.email)
    for place in range(30):  # as many networks
        await Somebody(f"stranger-{place}").ask(app, owner.email)
    flood = await mails_to(app, owner.email) - before
    assert flood == 9 + 1  # what was left of ten a day, and one way in
    await owner.enter(app)
    assert await mails_to(app, owner.email) == before + flood + 1


async def test_h7_whoever_never_signed_in_passes_the_strangers_by_the_last_mail(
    app: AppContext, one_window: None
) -> None:
    for network in ("elsewhere", "hall"):
        owner = Somebody("hall")
        for place in range(12):
            stranger = Somebody(network if network == "hall" else f"{network}-{place}")
            await stranger.ask(app, owner.email.replace("@", f"+{place}@"))
        await stranger.ask(app, owner.email)
        assert (await owner.enter(app)).email == owner.email


async def test_h7_a_code_that_was_not_sent_cannot_be_guessed(
    app: AppContext, one_window: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(LIMITS, "code-to-address", LIMITS["code-to-address"]._replace(most=0))
    monkeypatch.setattr("deliberation.network.people.commands.new_code", lambda: "123456")
    stranger = Somebody("anywhere")
    asked = await stranger.ask(app)
    with pytest.raises(WrongCode):
        async with stranger.ctx(app) as ctx:
            await sign_in(ctx, CodeAnswer(asked, "123456"), stranger.browser)


async def test_h7_a_known_browser_is_limited_by_itself_and_told_when_to_come_back(
    app: AppContext, one_window: None
) -> None:
    owner = Somebody("home")
    async with request_context(app) as ctx:
        owner.device = device_token(app, owner.email, ctx.now + timedelta(days=1))
    for _ in range(5):
        await owner.ask(app)
    with pytest.raises(TooMany) as refusal:
        await owner.ask(app)
    assert 0 < refusal.value.values["retry_after"] <= 58 * 60 + 1


async def test_h7_a_known_browser_has_one_limit_however_it_spells_its_token(
    app: AppContext, one_window: None
) -> None:
    """Else whoever copied the cookie of a shared computer guesses codes without end."""
    thief = Somebody("library")
    async with request_context(app) as ctx:
        token = device_token(app, thief.email, ctx.now + timedelta(days=1))
    for place in range(12):
        thief.device = f"{token[:5]}{'!' * place}{token[5:]}"
        await thief.ask(app)
    assert await mails_to(app, thief.email) <= 1 + 5 + 1  # as itself, as a stranger, the way in


async def test_h6_a_device_is_known_to_one_address_only(app: AppContext, one_window: None) -> None:
    async with request_context(app) as ctx:
        own = device_token(app, f"{unique('moi')}@example.org", ctx.now + timedelta(days=1))
    for _ in range(12):
        attacker = Somebody("one", email="victim-of-devices@example.org", device=own)
        await attacker.ask(app)
    assert await mails_to(app, attacker.email) == 5 + 1


async def test_h6_drafts_are_never_refused_and_their_number_stays_within_bounds(
    app: AppContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafts, "MAX_POLL_DRAFTS", 3)
    page, poll = await a_poll(app)
    browsers = [secrets.token_hex(8) for _ in range(6)]
    for browser in browsers:
        async with request_context(app) as ctx:
            await save_draft(ctx, page.ref, poll, browser, CHOICE)
    async with request_context(app) as ctx:
        await forget_old_drafts(ctx)
        kept = [await draft_of(ctx, page, browser) is not None for browser in browsers]
    assert kept == [False] * 3 + [True] * 3  # whoever is voting now keeps theirs


async def test_l5_counts_name_nobody_cannot_be_joined_and_go_with_their_window(
    app: AppContext,
) -> None:
    person = await a_person(app)
    keys: set[bytes] = set()
    for _ in range(2):
        async with request_context(app, person) as ctx:
            before = set((await ctx.db.scalars(text("SELECT key FROM rate_count"))).all())
            await limit(ctx, "comment", str(person.id))
            after = set((await ctx.db.scalars(text("SELECT key FROM rate_count"))).all())
            (made,) = after - before
            assert str(person.id).encode() not in made
            keys.add(bytes(made))
        async with request_context(app) as ctx:
            await clock.advance(ctx.db, timedelta(days=1))
    assert len(keys) == 2  # another key each day
    async with request_context(app) as ctx:
        await forget_old_counts(ctx)
        assert (await ctx.db.scalars(text("SELECT count(*) FROM rate_count"))).one() == 0


async def test_h6_a_flood_from_one_network_delays_no_other_networks_codes(
    app: AppContext, one_window: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(LIMITS, "code-unanswered", LIMITS["code-unanswered"]._replace(most=2))
    relay = replace(app, settings=replace(app.settings, smtp="smtp://127.0.0.1:1"))
    jobs: list[list[str]] = []
    for network in ("flooded", "quiet"):
        for _ in range(4 if network == "flooded" else 1):
            asker = Somebody(network)
            async with asker.ctx(relay) as ctx:
                await request_code(ctx, CodeRequest(asker.email), asker.browser)
                query = "DELETE FROM job WHERE name LIKE 'deliver%' RETURNING name"
                jobs.append(list((await ctx.db.scalars(text(query))).all()))
    assert jobs == [["deliver-code"]] * 2 + [["deliver-mail"]] * 2 + [["deliver-code"]]
