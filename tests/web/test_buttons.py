"""Nobody is offered a button that the command behind it refuses them."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import pytest

import api.plumbing.transaction
from deliberation.ballot_box.ends import EndDraft, ask_end
from deliberation.ballot_box.extensions import ExtensionDraft, ask_extension
from deliberation.ballot_box.papers import BatchDraft, mark_voters, type_again, type_batch
from deliberation.ballot_box.roll import ask_code
from deliberation.ballot_box.undoing import UndoingDraft, ask_undoing
from deliberation.consultations.commands import consultation_row, withdraw_consultation
from deliberation.consultations.queries import ConsultationPage
from deliberation.kit.act import House, Viewer
from deliberation.kit.database import transaction
from deliberation.moderation.commands import Decision, ReportDraft, decide, report
from deliberation.moderation.measures import Appeal, Suspension, contest, measures, suspend
from deliberation.proposals.commands import ProposalDraft, proposal_row, propose, withdraw
from deliberation.proposals.queries import proposal_view
from tests.builders import (
    a_consultation,
    a_member,
    a_person,
    a_poll,
    a_proposal,
    a_result,
    acting,
    an_authority,
    an_older_member,
    close_now,
)
from tests.sealed import a_roll, a_sealed_vote, countersigned, end_vote, two_agents
from tests.site import Visitor, forms
from web.pages.consultation_fields import local

Visitors = Callable[[Viewer | None], Awaitable[Visitor]]
REASON = "Le conseil municipal est reporté."
WRONG = UndoingDraft(number="1", reason="Repartie sans déposer son bulletin.")
PAPER = BatchDraft(channel="paper", ballots=[{"2": 7}])
OTHER = BatchDraft(channel="paper", ballots=[{"1": 7}])
REFUSED = (403, 404, 409)
# The pages on a consultation; those that it does not have are not there for anybody.
PLACES = (
    "",
    "/ouvrir",
    "/retirer",
    "/fins",
    "/integrer",
    "/anomalies",
    "/urne",
    "/urne/liste",
    "/urne/codes",
    "/urne/contreseing",
    "/urne/depositaires",
    "/urne/prolongation",
    "/urne/1/papier",
    "/urne/1/papier/lot",
    "/urne/1/papier/1",
    "/urne/1/papier/2",
    "/urne/1/compte",
)


class Scene(NamedTuple):
    """Who looks, and the addresses of what they look at."""

    viewers: dict[str, Viewer]
    pages: list[str]


def around(page: ConsultationPage, **viewers: Viewer) -> Scene:
    """The team's pages on a consultation."""
    return Scene(viewers, [f"/fr/gestion/c/{page.card.slug}{place}" for place in PLACES])


async def by_mail(house: House) -> Scene:
    """A vote by e-mail that runs, and that somebody wants to end earlier."""
    authority = await an_authority(house)
    first, second = [await an_older_member(house, authority, "agent") for _ in range(2)]
    page, _ = await a_poll(house, authority=authority)
    newcomer = await a_member(house, authority, "administrator")
    await ends_asked(house, page, first)
    return around(page, first=first, second=second, newcomer=newcomer)


async def ends_asked(house: House, page: ConsultationPage, first: Viewer) -> None:
    async with acting(house, first) as act:
        sooner = act.now + timedelta(hours=3)
        wish = EndDraft(ending="shorten", kind="vote", closes_at=sooner, reason=REASON)
        await ask_end(act, page, wish)
        await ask_end(act, page, EndDraft(ending="cancel", reason=REASON))


async def sealed(house: House) -> Scene:
    """A sealed vote that runs, with everything that two persons decide."""
    vote = await a_sealed_vote(house)
    first, second = await two_agents(house, vote)
    async with acting(house, first) as act:
        await ask_code(act, vote.page, "2", "Carte perdue.")
        await mark_voters(act, vote.page, vote.poll, "paper", ["1", "3"])
        await ask_undoing(act, vote.page, vote.poll, WRONG)
        await type_batch(act, vote.page, vote.poll, PAPER)
        await type_batch(act, vote.page, vote.poll, PAPER)
        later = act.now + timedelta(days=9)
        await ask_extension(act, vote.page, ExtensionDraft(closes_at=later, reason=REASON))
    async with acting(house, second) as act:
        await type_again(act, vote.page, vote.poll, 2, OTHER)
    newcomer = await a_member(house, vote.page.card.authority, "administrator")
    return around(vote.page, first=first, second=second, newcomer=newcomer)


async def sealed_and_over(house: House) -> Scene:
    """The same once it is closed: what nobody decided in time cannot be decided any more."""
    vote = await a_sealed_vote(house)
    first, second = await two_agents(house, vote)
    async with acting(house, first) as act:
        later = act.now + timedelta(days=9)
        await ask_extension(act, vote.page, ExtensionDraft(closes_at=later, reason=REASON))
        await mark_voters(act, vote.page, vote.poll, "paper", ["1"])
        await ask_undoing(act, vote.page, vote.poll, WRONG)
        await type_batch(act, vote.page, vote.poll, PAPER)
    async with acting(house, second) as act:
        await type_again(act, vote.page, vote.poll, 1, PAPER)  # nothing is left to undo
    vote = await end_vote(house, vote)
    return around(vote.page, first=first, second=second)


async def sealed_and_not_ready(house: House) -> Scene:
    """A sealed vote whose urn cannot open: nobody can be marked, nothing be typed."""
    page, _ = await a_poll(house, profile="P1", eligibility="roll")
    await a_roll(house, page, 3)
    first, _second = await countersigned(house, page)
    return around(page, first=first)


async def on_a_roll(house: House) -> Scene:
    """A plain vote on a roll, seconded by those who are named."""
    page, poll = await a_poll(house, eligibility="roll")
    await a_roll(house, page, 5)
    first, second = await countersigned(house, page)
    async with acting(house, first) as act:
        await mark_voters(act, page, poll, "paper", ["1"])
        await ask_undoing(act, page, poll, WRONG)
        await type_batch(act, page, poll, PAPER)
    await ends_asked(house, page, first)
    newcomer = await a_member(house, page.card.authority, "agent")
    return around(page, first=first, second=second, newcomer=newcomer)


async def in_preparation(house: House) -> Scene:
    """A draft."""
    authority = await an_authority(house)
    agent = await a_member(house, authority, "agent")
    page = await a_consultation(house, authority, agent=agent, opened=False, vote=(2, 4))
    return around(page, agent=agent)


async def announced(house: House) -> Scene:
    """A consultation that nothing of has begun."""
    authority = await an_authority(house)
    agent = await a_member(house, authority, "agent")
    return around(await a_consultation(house, authority, agent=agent, vote=(2, 4)), agent=agent)


async def withdrawn(house: House) -> Scene:
    """A consultation that was taken back."""
    authority = await an_authority(house)
    agent = await a_member(house, authority, "agent")
    page = await a_consultation(house, authority, agent=agent, opened=False, vote=(2, 4))
    async with acting(house, agent) as act:
        await withdraw_consultation(act, await consultation_row(act, page.card.slug))
    return around(page, agent=agent)


async def over(house: House) -> Scene:
    """A vote that is over before somebody decided to end it earlier."""
    authority = await an_authority(house)
    first, second = [await an_older_member(house, authority, "agent") for _ in range(2)]
    page, _ = await a_poll(house, authority=authority)
    await ends_asked(house, page, first)
    await close_now(house, page)
    return around(page, first=first, second=second)


async def team(house: House) -> Scene:
    """One administrator alone, without a passkey; whose account it is too."""
    authority = await an_authority(house)
    alone = await a_member(house, authority, "administrator")
    agent = await a_member(house, authority, "agent")
    here = f"/fr/gestion/a/{authority.slug}"
    pages = [f"{here}/equipe", f"{here}/identite", "/fr/compte/supprimer", "/fr/gestion"]
    pages += [f"{here}/equipe/{alone.id}/administrator/retirer"]
    pages += [f"{here}/equipe/{agent.id}/agent/retirer"]
    return Scene({"alone": alone, "agent": agent}, pages)


async def moderated(house: House) -> Scene:
    """Texts that were reported, one of them a colleague's; and what was decided of others."""
    authority = await an_authority(house)
    first, second = [await an_older_member(house, authority, "agent") for _ in range(2)]
    moderator = await a_member(house, authority, "moderator")
    page = await a_consultation(house, authority, agent=first)
    writer = await a_person(house)
    texts = []
    for author in (first, writer, writer, await a_person(house)):
        number = await a_proposal(house, page, author)
        async with acting(house, await a_person(house)) as act:
            subject = (await proposal_view(act, page, number)).id
            wish = ReportDraft(subject="proposal", subject_id=subject, reason="off_topic")
            await report(act, page, wish)
        texts.append(subject)
    async with acting(house, first) as act:
        hiding = Decision(
            subject="proposal", subject_id=texts[1], decision="hidden", reason="off_topic"
        )
        await decide(act, authority.id, hiding)
        note = "Dix annonces en une heure."
        flood = Suspension(subject_id=texts[2], reason="advertising", note=note)
        await suspend(act, authority.id, flood)
        found = await measures(act, authority.id)
    async with acting(house, writer) as act:
        for one in found:
            await contest(act, one.id, Appeal(appeal="Mon texte était dans le sujet."))
    here = f"/fr/gestion/a/{authority.slug}"
    reports = f"{here}/signalements"
    pages = [f"{reports}/{subject}{end}" for subject in texts for end in ("", "/suspendre")]
    pages += [reports, f"{here}/mesures", *(f"{here}/mesures/{m.id}" for m in found)]
    return Scene({"first": first, "second": second, "moderator": moderator}, pages)


async def answering(house: House) -> Scene:
    """What officials answer, and what each role finds at home."""
    authority = await an_authority(house)
    roles = {}
    for role in ("agent", "moderator", "official", "administrator"):
        roles[role] = await a_member(house, authority, role)
    page, poll = await a_poll(house, authority=authority)
    debate = await a_consultation(house, authority, agent=roles["agent"])
    number = await a_proposal(house, debate)
    await a_result(house, page, poll)
    voted, written = f"/fr/elus/c/{page.card.slug}", f"/fr/elus/c/{debate.card.slug}"
    pages = ["/fr/gestion", "/fr/elus", voted, f"{voted}/resultats/1/repondre"]
    pages += [written, f"{written}/p/{number}/repondre"]
    pages += [f"/fr/gestion/c/{page.card.slug}", f"/fr/gestion/c/{page.card.slug}/anomalies"]
    return Scene(roles, pages)


async def debated(house: House) -> Scene:
    """Proposals as whoever wrote them and others see them; one of the writers is suspended."""
    authority = await an_authority(house)
    agent = await an_older_member(house, authority, "agent")
    page = await a_consultation(house, authority, agent=agent, proposals=(-1, 9))
    home = f"/fr/c/{page.card.slug}"
    pages = [home, f"{home}/propositions", f"{home}/proposer", "/fr/compte/contributions"]
    writers = {"author": await a_person(house), "suspended": await a_person(house)}
    for author in writers.values():
        numbers = [await a_proposal(house, page, author) for _ in range(2)]
        async with acting(house, author) as act:
            await withdraw(act, page, await proposal_row(act, page, numbers[0]))
            draft = ProposalDraft(title="Un banc à la gare", body="Pour attendre le train.")
            numbers.append((await propose(act, page, draft)).number)
            subject = (await proposal_view(act, page, numbers[1])).id
        for number in numbers:
            pages += [f"{home}/p/{number}{end}" for end in ("", "/modifier", "/retirer")]
    async with acting(house, agent) as act:
        note = "Dix annonces en une heure."
        flood = Suspension(subject_id=subject, reason="advertising", note=note)
        await suspend(act, authority.id, flood)
    return Scene({**writers, "agent": agent, "reader": await a_person(house)}, pages)


SCENES = (
    by_mail,
    sealed,
    sealed_and_over,
    sealed_and_not_ready,
    on_a_roll,
    in_preparation,
    announced,
    withdrawn,
    over,
    team,
    moderated,
    answering,
    debated,
)


class Undone(Exception):
    """What a press of a button wrote is taken back."""


@asynccontextmanager
async def undone(engine: Any) -> AsyncIterator[Any]:
    """A transaction that leaves nothing."""
    try:
        async with transaction(engine) as db:
            yield db
            raise Undone
    except Undone:
        pass


def filled(html: str, action: str, now: datetime) -> dict[str, Any]:
    """What somebody would type into a form of a page, and choose in it: the first of each."""
    form = next(one for one in forms(html) if one.action == action)
    inner = html.split(f'action="{action}"', 1)[1].split("</form>", 1)[0]
    values = dict(form.values)
    for tag in re.findall(r'<input[^>]*type="radio"[^>]*>', inner):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and value:
            values.setdefault(name[1], value[1])
    later = now + (timedelta(days=20) if "prolongation" in action else timedelta(hours=1))
    typed = {
        "reason": REASON,
        "reply": REASON,
        "note": REASON,
        "function": "Direction générale",
        "number": "4",
        "voters": "4",
        "kind": "vote",
        "closes_at": local(later),
        "name": "Alex Marchand",
        "email": "alex@example.org",
        "passkeys_required": "1",
    }
    needed = {name for name in re.findall(r'name="([^"]+)"', inner) if name in typed}
    return {**values, **{n: typed[n] for n in needed if not values.get(n)}}


def main_of(html: str) -> str:
    return html.split("<main", 1)[-1].split("</main>", 1)[0]


async def offered_in_vain(
    visitor: Visitor, path: str, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> list[tuple[str, str, int]]:
    """The buttons and links of a page that their command or page refuses: page, where to, code."""
    page = await visitor.open(path)
    if page.status_code in REFUSED:
        return []
    assert page.status_code in (200, 422), (path, page.status_code)  # 422: papers that differ
    html = main_of(page.text)
    vain = []
    with monkeypatch.context() as patched:
        patched.setattr(api.plumbing.transaction, "transaction", undone)
        for action in {form.action for form in forms(html)}:
            answer = await visitor.http.post(action, data=filled(html, action, now))
            if answer.status_code in REFUSED:
                vain.append((path, action, answer.status_code))
    for link in set(re.findall(r'href="(/fr/(?:gestion|elus|c/[^"/]*/p)/[^"#?]*)"', html)):
        if not re.search(r"\.\w+$", link):
            answer = await visitor.http.get(link, follow_redirects=True)
            if answer.status_code in REFUSED:
                vain.append((path, link, answer.status_code))
    return vain


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
async def test_no_button_is_refused_to_whom_it_is_offered(
    house: House,
    visitor_of: Visitors,
    monkeypatch: pytest.MonkeyPatch,
    scene: Callable[[House], Awaitable[Scene]],
) -> None:
    found = await scene(house)
    async with acting(house) as act:
        now = act.now
    for name, viewer in found.viewers.items():
        visitor = await visitor_of(viewer)
        for path in found.pages:
            vain = await offered_in_vain(visitor, path, monkeypatch, now)
            assert vain == [], (scene.__name__, name)


async def test_whoever_may_not_decide_second_reads_who_may_and_why(
    house: House, visitor_of: Visitors
) -> None:
    found = await by_mail(house)
    fins = next(path for path in found.pages if path.endswith("/fins"))
    told = {
        "first": "vous avez déjà agi ici, et il faut être deux",
        "newcomer": "Votre rôle date d’après l’ouverture du vote : quelqu’un qui l’avait avant",
    }
    for name, viewer in found.viewers.items():
        visitor = await visitor_of(viewer)
        await visitor.open(fins)
        assert ("/accorder" in visitor.page.text) is (name == "second"), name
        assert told.get(name, "") in visitor.text, name
    found = await sealed(house)
    for path in ("/urne/codes", "/urne/prolongation", "/urne/1/papier", "/urne/1/papier/1"):
        here = next(one for one in found.pages if one.endswith(path))
        stranger = await visitor_of(found.viewers["newcomer"])
        await stranger.open(here)
        assert "revient à une des personnes nommées pour contresigner" in stranger.text, path
        assert "/accorder" not in stranger.page.text
        assert "Comparer avec la première saisie" not in stranger.text
