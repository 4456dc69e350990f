"""Votes by verified identity, by forms and links alone, against a provider on a loopback port."""

import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from joserfc.jwk import ECKey, RSAKey
from litestar import Litestar
from sqlalchemy import text, update

from api.oidc import discovery
from benchmarks.processes import free_port
from deliberation.core import clock
from deliberation.core.context import AppContext
from deliberation.core.settings import Settings
from deliberation.elections.electorate.model import Elector
from deliberation.elections.paper.paper_ballots import mark_voters
from deliberation.elections.polls.queries import PollView
from deliberation.elections.polls.readiness import concerns
from deliberation.network.people.commands import person_of
from deliberation.process.consultations.queries import ConsultationPage
from tests import oidc_provider
from tests.builders import a_member, a_poll, request_context, viewer_of
from tests.oidc_provider import CLIENT, SECRET, Provider, provider_running
from tests.sealed import a_roll, a_sealed_vote
from tests.site import ORIGIN, OWN_PAGE, Visitor, in_process, running
from web.app import create_site

Enter = Callable[..., Awaitable["Voter"]]
Poll = tuple[ConsultationPage, PollView]


class Voter(Visitor):
    """A browser that also reaches the provider, and a vote on whose check page it stands."""

    def __init__(self, app: Litestar, provider: Provider, vote: Poll) -> None:
        super().__init__(app)
        self.provider, self.vote = provider, vote
        transport = in_process(app, "192.0.2.7")
        self.http = httpx.AsyncClient(
            transport=transport,
            base_url=ORIGIN,
            headers={"accept-language": "fr", **OWN_PAGE},
            mounts={provider.issuer: httpx.AsyncHTTPTransport(verify=False)},
        )
        self.home = f"/fr/c/{vote[0].card.slug}/voter/{vote[1].number}"

    async def prepare(self, **choice: str) -> None:
        """Choose, up to the page where the ballot is checked."""
        await self.open(self.home)
        await self.send("/voter/1", **(choice or {"g-1": "7"}))

    async def identify(self) -> None:
        """Follow the link to the provider, and all that comes of it."""
        assert f'href="{self.home}/identite"' in self.page.text
        await self.open(f"{self.home}/identite")

    async def return_address(self) -> str:
        """Go to the provider and stop where it would send the browser back."""
        gone = await self.http.get(f"{self.home}/identite")
        sent = await self.http.get(gone.headers["location"])
        return str(sent.headers["location"])

    async def cast(self) -> httpx.Response:
        """Press the last button."""
        return await self.send("/valider")


@pytest.fixture(scope="module")
async def running_provider() -> AsyncIterator[Provider]:
    async with provider_running(lambda: int(time.time())) as provider:
        yield provider


@pytest.fixture
async def provider(running_provider: Provider, app: AppContext) -> Provider:
    """The provider, honest again, by the clock of the database."""
    async with request_context(app) as ctx:
        ahead = ctx.now.timestamp() - time.time()
    running_provider.now = lambda: int(time.time() + ahead)
    running_provider.forget_all()
    discovery._PROVIDERS.clear()
    discovery._KEYS.clear()
    return running_provider


@pytest.fixture(scope="module")
def known_to(settings: Settings, running_provider: Provider) -> Settings:
    return replace(
        settings,
        oidc_issuer=running_provider.issuer,
        oidc_name="Identité d’essai",
        oidc_client=CLIENT,
        oidc_secret=SECRET,
        oidc_acr="eidas2 eidas3",
    )


@pytest.fixture(scope="module")
async def oidc_site(app: AppContext, known_to: Settings) -> AsyncIterator[Litestar]:
    async with running(create_site(known_to)) as site:
        yield site


@pytest.fixture(scope="module")
async def open_vote(app: AppContext) -> Poll:
    """A vote of level E3 that is not secret, its roll known by subjects."""
    page, poll = await a_poll(app, eligibility="oidc")
    await a_roll(app, page, 4)
    return page, poll


@pytest.fixture
async def enter(oidc_site: Litestar, provider: Provider, open_vote: Poll) -> AsyncIterator[Enter]:
    """A browser whose ballot waits to be checked, in the open vote or in another."""
    entered: list[Voter] = []

    async def make(vote: Poll = open_vote, **choice: str) -> Voter:
        voter = Voter(oidc_site, provider, vote)
        entered.append(voter)
        await voter.prepare(**choice)
        return voter

    yield make
    for voter in entered:
        await voter.http.aclose()


@pytest.mark.parametrize("key", ["RSA", "EC"])
async def test_a_voter_is_identified_then_casts_and_no_account_exists(
    app: AppContext, provider: Provider, enter: Enter, key: str
) -> None:
    page, poll = await a_poll(app, eligibility="oidc")
    await a_roll(app, page, 4)
    provider.signing = getattr(oidc_provider, key)
    before = await _counts(app)
    voter = await enter((page, poll), **{"g-1": "7"})
    assert voter.page.url.path.endswith("/verifier")
    assert "étape 2 sur 3" in voter.text
    assert "Vous pouvez voter si la liste le contient" in voter.text
    assert "Valider mon vote" not in voter.text
    await voter.identify()
    assert voter.page.url.path == f"{voter.home}/verifier"
    assert "Votre identité est confirmée" in voter.text
    assert "étape 3 sur 3" in voter.text
    assert await _votes(app, poll) == 0
    await voter.cast()
    assert voter.page.url.path.startswith("/fr/recu/")
    assert await _votes(app, poll) == 1
    assert await _counts(app) == before
    receipt = voter.page
    await voter.open(voter.home)
    assert "Vous avez voté" in voter.text
    voter.page = receipt
    await voter.send("/oublier")
    assert "Vous avez voté" not in voter.text


async def test_a_sealed_vote_is_cast_once_identified_and_shows_its_receipt(
    app: AppContext, enter: Enter
) -> None:
    vote = await a_sealed_vote(app, eligibility="oidc")
    voter = await enter((vote.page, vote.poll))
    await voter.identify()
    assert "Votre identité est confirmée" in voter.text
    assert await _sealed(app, vote.poll) == 0
    await voter.cast()
    assert "Votre vote est enregistré" in voter.text
    assert await _sealed(app, vote.poll) == 1
    await voter.send("/oublier")
    assert "Vous avez voté" not in voter.text


async def test_a_sealed_form_sent_twice_gets_the_same_receipt(
    app: AppContext, enter: Enter
) -> None:
    vote = await a_sealed_vote(app, eligibility="oidc")
    voter = await enter((vote.page, vote.poll))
    await voter.identify()
    check = voter.page
    await voter.cast()
    first = _receipt(voter.page.text)
    voter.page = check
    await voter.cast()
    assert _receipt(voter.page.text) == first
    assert await _sealed(app, vote.poll) == 1


async def test_the_provider_forgets_the_voter_as_soon_as_it_has_vouched(
    provider: Provider, enter: Enter
) -> None:
    voter = await enter()
    await voter.identify()
    assert provider.visits[-1] == "/logout"
    assert provider.sessions == 0


async def test_a_provider_without_logout_sends_straight_back(
    provider: Provider, enter: Enter
) -> None:
    provider.described = {"end_session_endpoint": None}
    voter = await enter()
    await voter.identify()
    assert "Votre identité est confirmée" in voter.text
    assert "/logout" not in provider.visits


async def test_what_is_asked_of_the_provider(provider: Provider, enter: Enter) -> None:
    voter = await enter()
    await voter.identify()
    (asked,) = provider.asked
    assert asked["scope"] == "openid email"
    assert asked["acr_values"] == "eidas2 eidas3"
    assert asked["redirect_uri"] == f"{ORIGIN}/identite/retour"
    secrets = [asked["state"], asked["nonce"], asked["code_challenge"]]
    assert len(set(secrets)) == 3
    assert min(map(len, secrets)) >= 43
    assert "/userinfo" not in provider.visits  # the subject is enough: no more is asked


async def test_a_roll_without_subjects_is_matched_by_the_verified_address(
    app: AppContext, provider: Provider, enter: Enter
) -> None:
    vote = await _by_address(app)
    provider.person = {
        "sub": "anyone",
        "email": "Elector-2@Example.org",
        "email_verified": True,
    }
    for signed in (False, True):
        provider.userinfo_signed = signed
        voter = await enter(vote)
        assert "Vous pouvez voter si Identité d’essai l’a vérifiée" in voter.text
        await voter.identify()
        assert "Votre identité est confirmée" in voter.text, signed
        assert "/userinfo" in provider.visits


@pytest.mark.parametrize("verified", [False, None, "true", 1])
async def test_an_address_that_the_provider_has_not_verified_is_none(
    app: AppContext, provider: Provider, enter: Enter, verified: Any
) -> None:
    vote = await _by_address(app)
    provider.person = {"sub": "x", "email": "elector-2@example.org", "email_verified": verified}
    voter = await enter(vote)
    await voter.identify()
    await _nobody_is_let_in(voter, "Vous n’êtes pas sur la liste")


@pytest.mark.parametrize("wrong", ["sub", "iss", "aud"])
async def test_what_the_provider_tells_of_somebody_else_is_refused(
    app: AppContext, provider: Provider, enter: Enter, wrong: str
) -> None:
    vote = await _by_address(app)
    provider.person = {"sub": "x", "email": "elector-2@example.org", "email_verified": True}
    provider.userinfo, provider.userinfo_signed = {wrong: "autre"}, wrong != "sub"
    voter = await enter(vote)
    await voter.identify()
    await _nobody_is_let_in(voter, "n’a pas pu être vérifiée")


async def test_a_subject_of_the_roll_is_not_replaced_by_an_address(
    provider: Provider, enter: Enter
) -> None:
    provider.person = {
        "sub": "unknown",
        "email": "elector-2@example.org",
        "email_verified": True,
    }
    voter = await enter()
    await voter.identify()
    await _nobody_is_let_in(voter, "Vous n’êtes pas sur la liste")
    assert provider.sessions == 0  # the provider has forgotten them all the same


@pytest.mark.parametrize("secrecy", ["plain", "sealed"])
async def test_who_voted_on_paper_is_told_so_and_casts_nothing(
    app: AppContext, enter: Enter, secrecy: str
) -> None:
    if secrecy == "sealed":
        page, poll, _ = await a_sealed_vote(app, eligibility="oidc")
    else:
        page, poll = await a_poll(app, eligibility="oidc")
        await a_roll(app, page, 2)
    agent = await a_member(app, page.card.authority, "agent")
    async with request_context(app, agent) as ctx:
        await mark_voters(ctx, page.ref, poll, "paper", ["1"])
    voter = await enter((page, poll))
    await voter.identify()
    await voter.cast()
    assert voter.page.status_code == 403
    assert "n’a pas été pris en compte" in voter.text
    assert await _sealed(app, poll) + await _votes(app, poll) == 0


async def test_an_english_voter_comes_back_to_english_pages(enter: Enter) -> None:
    voter = await enter()
    await voter.open(voter.home.replace("/fr/", "/en/") + "/identite")
    assert voter.page.url.path == voter.home.replace("/fr/", "/en/") + "/verifier"
    assert "Your identity is confirmed" in voter.text


async def test_an_account_does_not_stand_for_a_verified_identity(
    app: AppContext, enter: Enter, visitor_of: Callable[..., Awaitable[Visitor]], open_vote: Poll
) -> None:
    async with request_context(app) as ctx:
        person = viewer_of(await person_of(ctx, "elector-1@example.org", "Camille"))
    program = await visitor_of(person)
    slug = open_vote[0].card.slug
    address = f"/api/v1/consultations/{slug}/polls/1/ballot"
    await program.open(f"/fr/c/{slug}/voter/1")
    body = {"choice": {"1": 7}, "submission": "s" * 32}
    answer = await program.http.put(address, json=body)
    assert (answer.status_code, answer.json()["code"]) == (403, "identity-needed")


async def test_a_voter_who_gives_up_at_the_provider_keeps_the_draft(
    provider: Provider, enter: Enter
) -> None:
    provider.refuses = "access_denied"
    voter = await enter()
    await voter.identify()
    await _nobody_is_let_in(voter, "Vous n’avez pas terminé l’identification")


# Of somebody else's doing.


async def test_an_answer_brought_by_another_browser_is_refused(enter: Enter) -> None:
    attacker, victim = await enter(), await enter()
    address = await attacker.return_address()
    await victim.open(address)  # with no pending login of its own
    await _nobody_is_let_in(victim, "n’est plus valable")
    await victim.return_address()
    await victim.open(address)  # with a pending login of its own
    await _nobody_is_let_in(victim, "n’est plus valable")


async def test_a_pending_login_copied_to_another_browser_is_of_no_use(enter: Enter) -> None:
    attacker, victim = await enter(), await enter()
    address = await attacker.return_address()
    victim.http.cookies.set("pending_login", attacker.http.cookies["pending_login"])
    await victim.open(address)
    await _nobody_is_let_in(victim, "n’est plus valable")


async def test_an_identity_cookie_serves_one_browser_and_one_consultation(
    app: AppContext, enter: Enter
) -> None:
    page, poll = await a_poll(app, eligibility="oidc")
    await a_roll(app, page, 1)
    voter, other, elsewhere = await enter(), await enter(), await enter((page, poll))
    await voter.identify()
    identity = voter.http.cookies["identity"]
    for stranger in (other, elsewhere):
        stranger.http.cookies.set("identity", identity)
        await stranger.open(f"{stranger.home}/verifier")
        await _nobody_is_let_in(stranger)
    voter.home = f"/fr/c/{page.card.slug}/voter/1"
    await voter.prepare()
    assert voter.http.cookies["identity"] == identity
    await _nobody_is_let_in(voter)
    assert "S’identifier avec" in voter.text


async def test_a_return_serves_once(provider: Provider, enter: Enter) -> None:
    voter = await enter()
    address = await voter.return_address()
    pending = voter.http.cookies["pending_login"]
    await voter.open(address)
    assert "Votre identité est confirmée" in voter.text
    voter.http.cookies.delete("identity")
    await voter.open(address)
    await _nobody_is_let_in(voter, "n’est plus valable")
    voter.http.cookies.set("pending_login", pending)  # kept: but its code is spent
    await voter.open(address)
    await _nobody_is_let_in(voter, "n’a pas pu être vérifiée")


async def test_a_code_got_by_one_browser_is_of_no_use_in_the_return_of_another(
    provider: Provider, enter: Enter
) -> None:
    thief, victim = await enter(), await enter()
    stolen = httpx.URL(await victim.return_address()).params["code"]
    own = httpx.URL(await thief.return_address())
    await thief.open(str(own.copy_set_param("code", stolen)))
    await _nobody_is_let_in(thief, "n’a pas pu être vérifiée")
    assert "/token" in provider.visits  # the provider itself refuses it: PKCE


async def test_an_answer_of_another_provider_is_refused_before_its_code_is_sent(
    provider: Provider, enter: Enter
) -> None:
    for issuer in ("https://attacker.example.org", ""):
        provider.answered = {"iss": issuer}
        voter = await enter()
        await voter.identify()
        await _nobody_is_let_in(voter, "n’a pas pu être vérifiée")
    assert "/token" not in provider.visits


@pytest.mark.parametrize("held", ["", "x", "é", "AAAA", "A" * 400, "=" * 5])
async def test_cookies_that_this_site_has_not_locked_open_nothing(enter: Enter, held: str) -> None:
    voter = await enter()
    address = await voter.return_address()
    jar = f"browser={voter.http.cookies['browser']}; pending_login={held}; identity={held}"
    for path in (address, f"{ORIGIN}/identite/fin?state={held}", f"{voter.home}/verifier"):
        answer = await voter.http.get(path, headers=[(b"cookie", jar.encode())])
        assert answer.status_code in (200, 303)
        assert "Valider mon vote" not in answer.text
        assert "identity=" not in answer.headers.get("set-cookie", "")


@pytest.mark.parametrize("query", ["state=%ff%fe", "state=%00", "state=", "code=%ed%a0%80", ""])
async def test_what_cannot_be_an_answer_is_refused(enter: Enter, query: str) -> None:
    voter = await enter()
    await voter.return_address()
    await voter.open(f"/identite/retour?{query}")
    assert voter.page.status_code in (403, 404)
    await _nobody_is_let_in(voter)


async def test_a_state_of_ones_own_is_refused(provider: Provider, enter: Enter) -> None:
    provider.answered = {"state": "x" * 43}
    voter = await enter()
    await voter.identify()
    await _nobody_is_let_in(voter, "n’est plus valable")
    assert "/token" not in provider.visits


async def test_a_pending_login_lasts_ten_minutes_and_an_identity_fifteen(
    app: AppContext, enter: Enter
) -> None:
    late, voter = await enter(), await enter()
    address = await late.return_address()
    await voter.identify()
    async with _later(app, timedelta(minutes=10)):
        await late.open(address)
        await _nobody_is_let_in(late, "n’est plus valable")
        await voter.open(f"{voter.home}/verifier")
        assert "Votre identité est confirmée" in voter.text
    async with _later(app, timedelta(minutes=15)):
        voter.page = await voter.http.get(f"{voter.home}/verifier")
        await _nobody_is_let_in(voter)


async def test_an_identity_that_ends_while_the_ballot_is_checked_is_asked_for_again(
    app: AppContext, enter: Enter
) -> None:
    vote = await a_sealed_vote(app, eligibility="oidc")
    voter = await enter((vote.page, vote.poll))
    await voter.identify()
    voter.http.cookies.delete("identity")
    await voter.cast()
    assert voter.page.status_code == 422
    assert "Identifiez-vous d’abord" in voter.text
    assert f'href="{voter.home}/identite"' in voter.page.text
    assert await _sealed(app, vote.poll) == 0


async def test_who_is_known_can_be_forgotten_for_the_next_voter(enter: Enter) -> None:
    voter = await enter()
    await voter.identify()
    await voter.send("/oublier")
    await _nobody_is_let_in(voter)
    assert "identity" not in voter.http.cookies


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another-client"},
        {"aud": [CLIENT, "another-client"]},
        {"aud": [CLIENT, "another-client"], "azp": CLIENT},
        {"aud": None},
        {"azp": "another-client"},
        {"iss": "https://attacker.example.org"},
        {"iss": None},
        {"exp": 1_700_000_000},
        {"exp": None},
        {"exp": "demain"},
        {"iat": None},
        {"iat": 1_700_000_000},
        {"iat": 4_000_000_000},
        {"sub": None},
        {"sub": ""},
        {"sub": 1},
        {"at_hash": "x" * 22},
        {"at_hash": ["x"]},
        {"at_hash": 5},
        {"aud": 5},
        {"aud": {}},
        {"nonce": ["another"]},
        {"amr": "mfa"},
    ],
    ids=str,
)
async def test_a_token_that_is_not_for_this_site_this_browser_and_this_moment_is_refused(
    provider: Provider, enter: Enter, claims: dict[str, Any]
) -> None:
    provider.claims = claims
    voter = await enter()
    await voter.identify()
    await _nobody_is_let_in(voter, "n’a pas pu être vérifiée")


@pytest.mark.parametrize("acr", ["eidas1", "", None])
async def test_an_identity_that_was_checked_too_lightly_is_refused(
    provider: Provider, enter: Enter, acr: str | None
) -> None:
    provider.claims = {"acr": acr}
    voter = await enter()
    await voter.identify()
    await _nobody_is_let_in(voter, "assez sûrement")


def _with_its_own_key(claims: dict[str, Any]) -> str:
    key = RSAKey.generate_key(2048, {"kid": "rsa-1"})
    header = {"alg": "RS256", "kid": "rsa-1", "jwk": key.as_dict(private=False)}
    return oidc_provider.signed(header, claims, key)


def _with_an_unknown_key(claims: dict[str, Any]) -> str:
    key = ECKey.generate_key("P-256", {"kid": "nobody"})
    return oidc_provider.signed({"alg": "ES256", "kid": "nobody"}, claims, key)


@pytest.mark.parametrize(
    "forged",
    [
        oidc_provider.unsigned,
        oidc_provider.signed_with_the_public_key,
        _with_its_own_key,
        _with_an_unknown_key,
        lambda claims: "",
        lambda claims: "a.b.c",
        lambda claims: oidc_provider.unsigned(claims) + "AAAA",
    ],
    ids=["none", "public key as secret", "own key", "unknown key", "empty", "garbage", "no alg"],
)
async def test_a_token_that_the_provider_has_not_signed_is_refused(
    provider: Provider, enter: Enter, forged: Callable[[dict[str, Any]], str]
) -> None:
    provider.token_of = forged
    voter = await enter()
    await voter.identify()
    await _nobody_is_let_in(voter, "n’a pas pu être vérifiée")


async def test_a_new_key_is_looked_for_and_a_withdrawn_one_is_no_longer_believed(
    provider: Provider, enter: Enter
) -> None:
    await (await enter()).identify()
    new = ECKey.generate_key("P-256", {"kid": "ec-2", "use": "sig"})
    provider.keys, provider.signing = [new], new
    voter = await enter()
    await voter.identify()
    assert "Votre identité est confirmée" in voter.text
    assert provider.visits.count("/jwks") == 2
    provider.token_of = lambda claims: oidc_provider.signed(
        {"alg": "RS256", "kid": "rsa-1"}, claims, oidc_provider.RSA
    )
    voter = await enter()
    await voter.open(f"{voter.home}/identite")
    await _nobody_is_let_in(voter, "n’a pas pu être vérifiée")


# A provider that does not answer (F22), or answers what it should not.


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/token", "/jwks"])
@pytest.mark.parametrize("status", [500, 302, 404])
async def test_a_failing_provider_lets_nobody_in_and_says_so(
    provider: Provider, enter: Enter, path: str, status: int
) -> None:
    provider.failing = {path: status}
    voter = await enter()
    await voter.identify()
    await _nobody_is_let_in(voter, "ne répond pas", 503)
    assert "/ailleurs" not in provider.visits  # no redirect is followed


@pytest.mark.parametrize("said", ["[]", '"x"', "{}", "null", "{", "", '{"access_token": 1}'])
@pytest.mark.parametrize("path", ["/token", "/jwks", "/userinfo"])
async def test_a_provider_that_talks_nonsense_lets_nobody_in(
    app: AppContext, provider: Provider, enter: Enter, path: str, said: str
) -> None:
    provider.nonsense = {path: said}
    provider.person = {"sub": "x", "email": "elector-2@example.org", "email_verified": True}
    voter = await enter(await _by_address(app))
    await voter.identify()
    assert voter.page.url.path == "/fr/identite/fournisseur"
    await _nobody_is_let_in(voter)


async def test_a_provider_that_keeps_silent_is_not_waited_for(
    provider: Provider, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(discovery, "CONVERSATION_TIMEOUT", 0.5)
    provider.silent = {"/token"}
    voter = await enter()
    await voter.identify()
    await _nobody_is_let_in(voter, "ne répond pas", 503)


@pytest.mark.parametrize(
    "named", ["authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint"]
)
@pytest.mark.parametrize("address", ["http://127.1:{port}/{path}", "file:///{path}", "", None])
async def test_no_address_that_others_can_read_is_gone_to(
    app: AppContext, provider: Provider, enter: Enter, named: str, address: str | None
) -> None:
    provider.person = {"sub": "x", "email": "elector-2@example.org", "email_verified": True}
    path = "jwks" if named == "jwks_uri" else named.partition("_")[0]
    path = {"authorization": "authorize"}.get(path, path)
    port = provider.issuer.rpartition(":")[2]
    provider.described = {named: address and address.format(port=port, path=path)}
    voter = await enter(await _by_address(app))
    await voter.identify()
    assert f"/{path}" not in provider.visits
    assert "Valider mon vote" not in voter.text
    assert voter.page.url.path == "/fr/identite/fournisseur"


async def test_a_provider_that_gives_another_name_than_the_pinned_one_is_refused(
    provider: Provider, enter: Enter
) -> None:
    provider.described = {"issuer": "https://attacker.example.org"}
    voter = await enter()
    await voter.identify()
    await _nobody_is_let_in(voter, "ne répond pas", 503)


async def test_a_provider_that_is_not_there_lets_nobody_in(
    app: AppContext, known_to: Settings, provider: Provider, open_vote: Poll
) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}"
    for issuer, said, status in (
        (nowhere, "ne répond pas", 503),
        ("", "Aucun fournisseur d’identité", 200),
    ):
        async with running(create_site(replace(known_to, oidc_issuer=issuer))) as site:
            voter = Voter(site, provider, open_vote)
            await voter.prepare()
            if issuer:
                await voter.identify()
            await _nobody_is_let_in(voter, said, status)
            await voter.open(f"{voter.home}/identite")
            assert voter.page.status_code == 503
            await voter.http.aclose()


# Of what is kept and shown.


async def test_cookies_and_addresses_hold_nothing_of_the_identity(
    provider: Provider, enter: Enter, capfd: pytest.CaptureFixture[str]
) -> None:
    provider.person = {"sub": "subject-3", "email": "elector-3@example.org"}
    voter = await enter()
    await voter.identify()
    await voter.cast()
    held = " ".join(f"{name}={value}" for name, value in voter.http.cookies.items())
    written = "".join(capfd.readouterr())
    for secret in ("subject-3", "elector-3", "c3ViamVjdC0z"):
        assert secret not in held + written + str(voter.page.url) + voter.page.text


async def test_under_https_both_cookies_belong_to_this_host_and_to_tls(
    known_to: Settings, provider: Provider, open_vote: Poll
) -> None:
    secure = replace(known_to, origin="https://participer.example.org")
    async with running(create_site(secure)) as site:
        voter = Voter(site, provider, open_vote)
        voter.http.base_url = secure.origin
        await voter.prepare()
        gone = await voter.http.get(f"{voter.home}/identite")
        sent = await voter.http.get(gone.headers["location"])
        back = await voter.http.get(sent.headers["location"])
        await voter.http.aclose()
    for answer, name in ((gone, "pending_login"), (back, "identity")):
        cookies = answer.headers.get_list("set-cookie")
        (cookie,) = (one for one in cookies if one.startswith(f"__Host-{name}="))
        for part in ("Secure", "HttpOnly", "Path=/", "SameSite=lax"):
            assert part in cookie
        assert answer.headers["cache-control"] == "no-store"
    assert "Max-Age=900" in cookie


async def test_the_page_of_cookies_names_both_where_there_is_a_provider(
    enter: Enter, visitor_of: Callable[[None], Awaitable[Visitor]]
) -> None:
    voter = await enter()
    await voter.open("/fr/cookies")
    assert "Quinze minutes" in voter.text
    plain = await visitor_of(None)
    await plain.open("/fr/cookies")
    assert "Trois cookies" in plain.text
    assert "Quinze minutes" not in plain.text


async def test_an_agent_is_told_before_opening_that_nobody_could_be_identified(
    app: AppContext,
) -> None:
    page, poll = await a_poll(app, eligibility="oidc")
    async with request_context(app) as ctx:
        told = [
            {one.code for one in concerns(page, [poll], ctx.now, provider=there, copies="none")}
            for there in (True, False)
        ]
    assert told[1] - told[0] == {"no-identity-provider"}


async def test_the_way_to_the_provider_exists_for_such_votes_only(
    app: AppContext, enter: Enter, provider: Provider
) -> None:
    page, poll = await a_poll(app, eligibility="email")
    voter = await enter((page, poll))
    gone = await voter.http.get(f"{voter.home}/identite")
    assert gone.headers["location"] == voter.home
    assert provider.visits == []


async def test_the_page_of_a_failure_leads_back_on_this_site_only(enter: Enter) -> None:
    voter = await enter()
    await voter.open("/fr/identite/fournisseur?motif=x&suite=//attacker.example.org")
    assert 'href="//attacker' not in voter.page.text
    assert "Revenir à mon bulletin" not in voter.text
    await voter.open("/en/identite/fournisseur?motif=identity-unavailable&suite=/c/x")
    assert voter.page.status_code == 503
    assert "The identity provider is not answering" in voter.text


async def _nobody_is_let_in(voter: Voter, said: str = "", status: int = 403) -> None:
    """The open page says why, and the voter is no nearer to casting."""
    if said:
        assert said in voter.text
        assert voter.page.status_code == status
        assert "identity" not in voter.http.cookies
    await voter.open(f"{voter.home}/verifier")
    assert "Valider mon vote" not in voter.text
    assert "Rue de la Gare" in voter.text  # the draft is still there


async def _by_address(app: AppContext) -> Poll:
    page, poll = await a_poll(app, eligibility="oidc")
    await a_roll(app, page, 4)
    async with request_context(app) as ctx:
        here = Elector.consultation_id == page.card.id
        await ctx.db.execute(update(Elector).where(here).values(subject=None))
    return page, poll


@asynccontextmanager
async def _later(app: AppContext, by: timedelta) -> AsyncIterator[None]:
    async with request_context(app) as ctx:
        await clock.advance(ctx.db, by)
    try:
        yield
    finally:
        async with request_context(app) as ctx:
            await clock.advance(ctx.db, -by)


async def _votes(app: AppContext, poll: PollView) -> int:
    return await _count(app, "SELECT count(*) FROM urn_ballot WHERE poll_id = :id", poll)


async def _sealed(app: AppContext, poll: PollView) -> int:
    return await _count(app, "SELECT count(*) FROM sealed_ballot WHERE poll_id = :id", poll)


async def _count(app: AppContext, query: str, poll: PollView) -> int:
    async with request_context(app) as ctx:
        return int(await ctx.db.scalar(text(query), {"id": poll.id}))


async def _counts(app: AppContext) -> tuple[int, ...]:
    """Number of accounts, sessions and events."""
    async with request_context(app) as ctx:
        tables = ("person", "session", "event")
        return tuple(
            [
                (await ctx.db.execute(text(f"SELECT count(*) FROM {name}"))).scalar_one()  # noqa: S608
                for name in tables
            ]
        )


def _receipt(html: str) -> str:
    """The reference that a receipt page shows."""
    (found,) = re.findall(r'id="reference">(.*?)</code>', html)
    return str(found)
