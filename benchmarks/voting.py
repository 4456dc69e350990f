"""A vote by pages, step by step: requests of its voters, signed in or with a code by letter."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from api.app_context import open_app
from benchmarks.cases import Case
from benchmarks.client import request
from benchmarks.electorate import OPTIONS, VOTES, Vote, fill
from deliberation.core import clock
from deliberation.core.context import AppContext, RequestContext
from deliberation.core.database import transaction
from deliberation.core.ids import new_token
from deliberation.core.settings import Settings
from deliberation.elections.ballots.casting import DraftedBallot, cast_from_page
from deliberation.elections.ballots.commands import Receipt
from deliberation.elections.ballots.drafts import drafted_poll, save_draft
from deliberation.elections.polls.queries import poll_view
from deliberation.process.consultations.queries import consultation_ref

STEPS = ("ballot", "choice kept", "check", "cast", "receipt")
PER_SECOND = 600  # casts that one core is expected not to exceed
WARM = 50  # voters of the steps that the same voter can repeat
SHOWN = [vote for vote in VOTES if not vote.trustees]


class Voter(NamedTuple):
    """Somebody's browser; `proof`: the token of their session, or the code of their letter."""

    vote: Vote
    proof: str
    browser: str
    submission: str = ""  # of their draft
    reference: str = ""  # of their receipt

    def ask(self, method: str, path: str, body: str = "", encoding: str = "br") -> bytes:
        """A request of this browser, from a page of the site."""
        session = f"; session={self.proof}" if self.vote.by == "email" else ""
        return request(
            method,
            path,
            body=body,
            encoding=encoding,
            cookie=f"browser={self.browser}{session}",
            sec_fetch_site="same-origin",
        )


def open_ballot(voter: Voter) -> bytes:
    """The page of the ballot."""
    return voter.ask("GET", _place(voter))


def choose(voter: Voter) -> bytes:
    """The form of the ballot."""
    digest = hashlib.sha256(voter.browser.encode()).digest()
    marks = (f"g-{n}={1 + digest[n] % 7}" for n in range(1, OPTIONS + 1))
    return voter.ask("POST", _place(voter), "&".join(marks))


def check(voter: Voter, encoding: str = "br") -> bytes:
    """The page where the ballot is checked."""
    return voter.ask("GET", _place(voter) + "/verifier", encoding=encoding)


def cast(voter: Voter) -> bytes:
    """The form that casts the ballot."""
    code = f"&code={voter.proof}" if voter.vote.by == "code" else ""
    body = f"submission={voter.submission}{code}"
    return voter.ask("POST", _place(voter) + "/valider", body)


def see_receipt(voter: Voter) -> bytes:
    """The page of the receipt."""
    return voter.ask("GET", f"/fr/recu/{voter.reference}")


def _place(voter: Voter) -> str:
    return f"/fr/c/{voter.vote.slug}/voter/1"


def voters_of(vote: Vote, proofs: Iterable[str]) -> list[Voter]:
    """A browser for each session or code."""
    return [Voter(vote, proof, new_token()) for proof in proofs]


def names(vote: Vote) -> list[str]:
    """The names of a vote's steps in the table."""
    return [f"vote {vote.name.removeprefix('plain, ')}: {step}" for step in STEPS]


async def steps(settings: Settings, seconds: float) -> list[Case]:
    """The five steps of two votes, each by voters of its own; only the first step is their first.

    `seconds`: of load for each line; every cast is of another voter.
    """
    casts = round(PER_SECOND * (2 * seconds + 1))
    proofs = await fill(settings, SHOWN, casts + 4 * WARM)
    cases: list[Case] = []
    async with open_app(settings) as app:
        for vote in SHOWN:
            voters = voters_of(vote, proofs[vote.name])
            new, drafting, checking, done = (voters[n * WARM : (n + 1) * WARM] for n in range(4))
            checking = await _drafted(app, vote, checking)
            done = [await _receipted(app, one) for one in await _drafted(app, vote, done)]
            ready = await _drafted(app, vote, voters[4 * WARM :])
            ballot, choice, verified, last, receipt = names(vote)
            cases += [
                Case(ballot, _again(open_ballot, new)),
                Case(choice, _again(choose, drafting), status=303),
                Case(verified, _again(check, checking)),
                Case(last, _once(cast, ready), status=303),
                Case(receipt, _again(see_receipt, done)),
            ]
    return cases


def _again(step: Callable[[Voter], bytes], voters: list[Voter]) -> Callable[[], bytes]:
    turn = 0

    def following() -> bytes:
        nonlocal turn
        turn += 1
        return step(voters[turn % len(voters)])

    return following


def _once(step: Callable[[Voter], bytes], voters: list[Voter]) -> Callable[[], bytes]:
    ready: Iterator[Voter] = iter(voters)

    def following() -> bytes:
        voter = next(ready, None)
        if voter is None:
            raise SystemExit(f"more than {len(voters)} casts: too few voters were made")
        return step(voter)

    return following


async def _drafted(app: AppContext, vote: Vote, voters: list[Voter]) -> list[Voter]:
    """The voters, each with a draft."""
    drafted: list[Voter] = []
    async with transaction(app.engine) as db:
        ctx = RequestContext(app=app, db=db, now=await clock.now(db))
        consultation = await consultation_ref(ctx, vote.slug)
        poll = await poll_view(ctx, consultation, 1)
        choice: dict[str, Any] = {str(n): 1 + n % 7 for n in range(1, OPTIONS + 1)}
        for voter in voters:
            await save_draft(ctx, consultation, poll, voter.browser, choice)
            _, draft, _ = await drafted_poll(ctx, consultation, 1, voter.browser)
            assert draft is not None
            drafted.append(voter._replace(submission=draft.submission.decode()))
    return drafted


async def _receipted(app: AppContext, voter: Voter) -> Voter:
    """A voter whose draft is cast."""
    shown = {"token" if voter.vote.by == "email" else "code": voter.proof}
    sent = DraftedBallot(voter.vote.slug, 1, voter.browser, voter.submission.encode(), **shown)
    receipt = await cast_from_page(app, sent)
    assert isinstance(receipt, Receipt)
    return voter._replace(reference=receipt.reference)
