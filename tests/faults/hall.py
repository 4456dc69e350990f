"""A hall votes while somebody in it attacks: one network, pages without script, real requests."""

import asyncio
import json
import re
import statistics
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import httpx

from deliberation.process.consultations.queries import ConsultationPage
from tests.builders import a_poll
from tests.faults.crowd import ask
from tests.faults.run import Run, expect
from tests.faults.stage import Stage
from tests.faults.survival import memory
from tests.site import OWN_PAGE, Visitor

HALL = "198.51.100.1"  # the one address that the hall's Wi-Fi shows
TRIES = 4  # codes typed of those that came: five are allowed
AT_ONCE = 8  # people who press a button at the same time
HARMED = 12  # whose addresses the attacker knows before they come
MEMORY = 1500.0  # megabytes of all site processes
MARKS = {"g-1": "7", "g-2": "4", "g-3": "1"}


@dataclass
class Attack:
    """The attacker's requests until the end of the run, and their responses."""

    port: int
    page: ConsultationPage
    letters: ConsultationPage
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    answers: Counter[str] = field(default_factory=Counter)

    async def codes(self, victims: list[str]) -> None:
        """Ask for codes: of people of the hall, and of anybody."""
        turn = 0
        while not self.stop.is_set():
            turn += 1
            email = victims[turn % len(victims)] if turn % 2 else f"x{turn}@example.org"
            told = await self._send("POST", "sign-in-codes", {"email": email})
            guess = {"request": told.get("request", ""), "code": "000000"}
            await self._send("POST", "session", guess)

    async def beforehand(self, times: int) -> None:
        """Use up what one network may leave unanswered and get wrong, before anybody comes."""
        for turn in range(0, times, AT_ONCE):
            wishes = [{"email": f"y{turn + place}@example.org"} for place in range(AT_ONCE)]
            await asyncio.gather(*(self._send("POST", "sign-in-codes", one) for one in wishes))
            await asyncio.gather(*(self._guess() for _ in range(AT_ONCE + AT_ONCE // 2)))

    async def letter_codes(self) -> None:
        """Guess codes by letter."""
        while not self.stop.is_set():
            await self._guess()

    async def drafts(self) -> None:
        """Leave ballots in preparation, each by another browser."""
        while not self.stop.is_set():
            async with a_browser(self.port) as browser:
                await browser.open(f"/fr/c/{self.page.card.slug}/voter/1")
                await browser.send("/voter/1", **MARKS)
                self.answers[f"draft {browser.page.status_code}"] += 1

    async def _guess(self) -> None:
        ballot = {"choice": {"1": 7}, "submission": "attacker", "code": "2" * 20}
        place = f"consultations/{self.letters.card.slug}/polls/1/ballot"
        await self._send("PUT", place, ballot)

    async def _send(self, method: str, place: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = await ask(self.port, method, f"/api/v1/{place}", body, x_forwarded_for=HALL)
        self.answers[f"{place.partition('/')[0]} {answer.status}"] += 1
        return answer.body


class a_browser:
    """Somebody's browser in the hall; how long each of its requests took."""

    def __init__(self, port: int, took: list[float] | None = None) -> None:
        self.took = took if took is not None else []
        self.visitor = Visitor.__new__(Visitor)
        self.visitor.page = httpx.Response(204)
        self.visitor.http = httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{port}",
            headers={"accept-language": "fr", "x-forwarded-for": HALL, **OWN_PAGE},
            timeout=60,
            verify=False,
            event_hooks={"response": [self._timed]},
        )

    async def _timed(self, response: httpx.Response) -> None:
        await response.aread()
        self.took.append(response.elapsed.total_seconds())

    async def __aenter__(self) -> Visitor:
        return self.visitor

    async def __aexit__(self, *_: object) -> None:
        await self.visitor.http.aclose()


async def f34_hall(run: Run) -> str:
    """300 people of one network sign in and vote; one more floods all that is limited."""
    return await _hall(run, people=300, before=450)


async def f34_small_hall(run: Run) -> str:
    """The same with 40."""
    return await _hall(run, people=40, before=0)


async def _hall(run: Run, *, people: int, before: int) -> str:
    async with run.stage() as stage:
        async with stage.app() as app:
            page, _ = await a_poll(app, eligibility="email")
            letters, _ = await a_poll(app, eligibility="code")
        site = await stage.site()
        emails = [f"salle{number}@example.org" for number in range(people)]
        port, took = stage.settings.port, list[float]()
        attack = Attack(port, page, letters)
        await attack.beforehand(before)
        for _ in range(7):  # more than strangers get of one address
            for email in emails[-HARMED:]:
                await attack._send("POST", "sign-in-codes", {"email": email})
        attackers = [
            asyncio.create_task(one)
            for one in (attack.codes(emails), attack.letter_codes(), attack.drafts())
        ]
        room, begun = asyncio.Semaphore(AT_ONCE), time.monotonic()

        async def comes(email: str) -> bool:
            async with room, a_browser(port, took) as browser:
                return await _votes(stage, browser, page, email)

        try:
            linked = sum(await asyncio.gather(*map(comes, emails)))
            all_in = time.monotonic() - begun
            held = memory(site.pid)
        finally:
            attack.stop.set()
            await asyncio.gather(*attackers)
        marks = await stage.sql("SELECT count(*) FROM roll_mark")
        ballots = await stage.sql("SELECT count(*) FROM urn_ballot")
        expect((marks, ballots) == (people, people), f"{marks} marks and {ballots} ballots")
        refused = sum(n for answer, n in attack.answers.items() if answer.endswith("429"))
        sent = sum(attack.answers.values())
        expect(sent > people, f"the attacker sent {sent} requests only")
        expect(attack.answers["draft 429"] == 0, "a draft was refused")
        expect(refused > 0 or not before, "the attacker was never told to stop")
        expect(held < MEMORY, f"the site holds {held:.0f} MB")
        slow = statistics.quantiles(took, n=20)[-1]
        return (
            f"{people} voted in {all_in:.0f} s ({linked} by the link of a mail) beside {sent} "
            f"hostile requests ({refused} told to stop); pages in {statistics.median(took):.2f} s, "
            f"95 % within {slow:.2f} s, at most {max(took):.2f} s; site {held:.0f} MB"
        )


async def _votes(stage: Stage, browser: Visitor, page: ConsultationPage, email: str) -> bool:
    """Choose, check, sign in at the last moment; whether the mail's link was needed."""
    here = f"/fr/c/{page.card.slug}/voter/1"
    await browser.open(here)
    await browser.send("/voter/1", **MARKS)
    await browser.send("/valider")
    await browser.send("/identite", email=email)
    link = None
    if not await _enters(stage, browser, email):  # strangers have used up their share of it
        link = re.search(r"lien=(\S+)", " ".join(await _mails(stage, email)))
        expect(link is not None, f"no code of {email} is taken: {browser.text[:200]}")
        assert link is not None
        await browser.open(f"/fr/identite?lien={link[1]}")
        await browser.send("/identite", email=email)
        expect(await _enters(stage, browser, email), f"{email} is told: {browser.text[:300]}")
        await browser.open(f"{here}/verifier")
        await browser.send("/valider")
    expect("/recu/" in browser.page.url.path, f"{email} is told: {browser.text[:300]}")
    return link is not None


async def _enters(stage: Stage, browser: Visitor, email: str) -> bool:
    """Try the codes that came, the latest first: strangers ask for some of the same address too."""
    for body in (await _mails(stage, email))[:TRIES]:
        if code := re.search(r"\b\d{6}\b", body):
            await browser.send("/identite/code", code=code[0])
            if not browser.page.url.path.endswith("/identite/code"):
                return True
    return False


async def _mails(stage: Stage, email: str) -> list[str]:
    query = (
        "SELECT coalesce(json_agg(body ORDER BY created_at DESC, id DESC), '[]') FROM mail"
        " WHERE recipient = $1"
    )
    found: list[str] = json.loads(await stage.sql(query, email))
    return found
