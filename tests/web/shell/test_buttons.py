"""Nobody is offered a button that the command behind it refuses them."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import pytest

import api.core.transaction
from deliberation.core.context import AppContext, Viewer
from deliberation.core.database import transaction
from deliberation.elections.ballot_box.early_ends import EndDraft, ask_end, grant_end
from deliberation.elections.ballot_box.extensions import ExtensionDraft, ask_extension
from deliberation.elections.electorate.roll import ask_code
from deliberation.elections.paper.paper_ballots import (
    BatchDraft,
    enter_batch,
    enter_second_copy,
    mark_voters,
)
from deliberation.elections.paper.undoing import UndoingDraft, ask_undoing
from deliberation.process.consultations.commands import consultation_row, withdraw_consultation
from deliberation.process.consultations.queries import ConsultationPage
from deliberation.process.moderation.commands import Decision, ReportDraft, decide, report
from deliberation.process.moderation.measure_queries import measures
from deliberation.process.moderation.measures import Appeal, Suspension, contest, suspend
from deliberation.process.proposals.commands import proposal_row, propose, withdraw
from deliberation.process.proposals.queries import proposal_view
from deliberation.process.proposals.structs import ProposalDraft
from tests.builders import (
    a_consultation,
    a_member,
    a_person,
    a_poll,
    a_poll_row,
    a_proposal,
    a_result,
    an_authority,
    an_older_member,
    close_now,
    request_context,
)
from tests.sealed import a_roll, a_sealed_vote, countersigned, end_vote, two_agents
from tests.site import Visitor, forms
from web.staff.consultations.fields import local

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
    """Viewers, and the addresses that they look at."""

    viewers: dict[str, Viewer]
    pages: list[str]


def around(page: ConsultationPage, **viewers: Viewer) -> Scene:
    """The team's pages on a consultation."""
    return Scene(viewers, [f"/fr/gestion/c/{page.card.slug}{place}" for place in PLACES])


async def by_mail(app: AppContext) -> Scene:
    """A vote by e-mail that runs, and that somebody wants to end earlier."""
    authority = await an_authority(app)
    first, second = [await an_older_member(app, authority, "agent") for _ in range(2)]
    page, _ = await a_poll(app, authority=authority)
    newcomer = await a_member(app, authority, "administrator")
    await ends_asked(app, page, first)
    return around(page, first=first, second=second, newcomer=newcomer)


async def ends_asked(app: AppContext, page: ConsultationPage, first: Viewer) -> None:
    async with request_context(app, first) as ctx:
        sooner = ctx.now + timedelta(hours=3)
        wish = EndDraft(ending="shorten", kind="vote", closes_at=sooner, reason=REASON)
        await ask_end(ctx, page.ref, wish)
        await ask_end(ctx, page.ref, EndDraft(ending="cancel", reason=REASON))


async def sealed(app: AppContext) -> Scene:
    """A sealed vote that runs, with everything that two persons decide."""
    vote = await a_sealed_vote(app)
    first, second = await two_agents(app, vote)
    async with request_context(app, first) as ctx:
        await ask_code(ctx, vote.page.ref, "2", "Carte perdue.")
        await mark_voters(ctx, vote.page.ref, vote.poll, "paper", ["1", "3"])
        await ask_undoing(ctx, vote.page.ref, vote.poll, WRONG)
        await enter_batch(ctx, vote.page.ref, vote.poll, PAPER)
        await enter_batch(ctx, vote.page.ref, vote.poll, PAPER)
        later = ctx.now + timedelta(days=9)
        await ask_extension(ctx, vote.page.ref, ExtensionDraft(closes_at=later, reason=REASON))
    async with request_context(app, second) as ctx:
        await enter_second_copy(ctx, vote.page.ref, vote.poll, 2, OTHER)
    newcomer = await a_member(app, vote.page.card.authority, "administrator")
    return around(vote.page, first=first, second=second, newcomer=newcomer)


async def sealed_and_over(app: AppContext) -> Scene:
    """The same once it is closed: what nobody decided in time cannot be decided any more."""
    vote = await a_sealed_vote(app)
    first, second = await two_agents(app, vote)
    async with request_context(app, first) as ctx:
        later = ctx.now + timedelta(days=9)
        await ask_extension(ctx, vote.page.ref, ExtensionDraft(closes_at=later, reason=REASON))
        await mark_voters(ctx, vote.page.ref, vote.poll, "paper", ["1"])
        await ask_undoing(ctx, vote.page.ref, vote.poll, WRONG)
        await enter_batch(ctx, vote.page.ref, vote.poll, PAPER)
    async with request_context(app, second) as ctx:
        await enter_second_copy(ctx, vote.page.ref, vote.poll, 1, PAPER)  # nothing is left to undo
    vote = await end_vote(app, vote)
    return around(vote.page, first=first, second=second)


async def sealed_and_not_ready(app: AppContext) -> Scene:
    """A sealed vote whose ballot box cannot open: nobody can be marked, nothing be typed."""
    page, _ = await a_poll(app, secrecy="sealed", eligibility="roll")
    await a_roll(app, page, 3)
    first, _second = await countersigned(app, page)
    return around(page, first=first)


async def on_a_roll(app: AppContext) -> Scene:
    """A plain vote on a roll, seconded by those who are named."""
    page, poll = await a_poll(app, eligibility="roll")
    await a_roll(app, page, 5)
    first, second = await countersigned(app, page)
    async with request_context(app, first) as ctx:
        await mark_voters(ctx, page.ref, poll, "paper", ["1"])
        await ask_undoing(ctx, page.ref, poll, WRONG)
        await enter_batch(ctx, page.ref, poll, PAPER)
    await ends_asked(app, page, first)
    newcomer = await a_member(app, page.card.authority, "agent")
    return around(page, first=first, second=second, newcomer=newcomer)


async def in_preparation(app: AppContext) -> Scene:
    """A draft."""
    authority = await an_authority(app)
    agent = await a_member(app, authority, "agent")
    page = await a_consultation(app, authority, agent=agent, opened=False, vote=(2, 4))
    return around(page, agent=agent)


async def announced(app: AppContext) -> Scene:
    """A consultation that nothing of has begun."""
    authority = await an_authority(app)
    agent = await a_member(app, authority, "agent")
    return around(await a_consultation(app, authority, agent=agent, vote=(2, 4)), agent=agent)


async def withdrawn(app: AppContext) -> Scene:
    """A consultation that was taken back."""
    authority = await an_authority(app)
    agent = await a_member(app, authority, "agent")
    page = await a_consultation(app, authority, agent=agent, opened=False, vote=(2, 4))
    async with request_context(app, agent) as ctx:
        await withdraw_consultation(ctx, await consultation_row(ctx, page.card.slug))
    return around(page, agent=agent)


async def over(app: AppContext) -> Scene:
    """A vote that is over before somebody decided to end it earlier."""
    authority = await an_authority(app)
    first, second = [await an_older_member(app, authority, "agent") for _ in range(2)]
    page, _ = await a_poll(app, authority=authority)
    await ends_asked(app, page, first)
    await close_now(app, page)
    return around(page, first=first, second=second)


async def team(app: AppContext) -> Scene:
    """One administrator alone, without a passkey; whose account it is too."""
    authority = await an_authority(app)
    alone = await a_member(app, authority, "administrator")
    agent = await a_member(app, authority, "agent")
    here = f"/fr/gestion/a/{authority.slug}"
    pages = [f"{here}/equipe", f"{here}/identite", "/fr/compte/supprimer", "/fr/gestion"]
    pages += [f"{here}/equipe/{alone.id}/administrator/retirer"]
    pages += [f"{here}/equipe/{agent.id}/agent/retirer"]
    return Scene({"alone": alone, "agent": agent}, pages)


async def moderated(app: AppContext) -> Scene:
    """Texts that were reported, one of them a colleague's; and what was decided of others."""
    authority = await an_authority(app)
    first, second = [await an_older_member(app, authority, "agent") for _ in range(2)]
    moderator = await a_member(app, authority, "moderator")
    page = await a_consultation(app, authority, agent=first)
    writer = await a_person(app)
    texts = []
    for author in (first, writer, writer, await a_person(app)):
        number = await a_proposal(app, page, author)
        async with request_context(app, await a_person(app)) as ctx:
            subject = (await proposal_view(ctx, page.ref, number)).id
            wish = ReportDraft(subject="proposal", subject_id=subject, reason="off_topic")
            await report(ctx, page.ref, wish)
        texts.append(subject)
    async with request_context(app, first) as ctx:
        hiding = Decision(
            subject="proposal", subject_id=texts[1], decision="hidden", reason="off_topic"
        )
        await decide(ctx, authority.id, hiding)
        note = "Dix annonces en une heure."
        flood = Suspension(subject_id=texts[2], reason="advertising", note=note)
        await suspend(ctx, authority.id, flood)
        found = await measures(ctx, authority.id)
    async with request_context(app, writer) as ctx:
        for one in found:
            await contest(ctx, one.id, Appeal(appeal="Mon texte était dans le sujet."))
    here = f"/fr/gestion/a/{authority.slug}"
    reports = f"{here}/signalements"
    pages = [f"{reports}/{subject}{end}" for subject in texts for end in ("", "/suspendre")]
    pages += [reports, f"{here}/mesures", *(f"{here}/mesures/{m.id}" for m in found)]
    return Scene({"first": first, "second": second, "moderator": moderator}, pages)


async def answering(app: AppContext) -> Scene:
    """Pages of official answers, and each role's home."""
    authority = await an_authority(app)
    roles = {}
    for role in ("agent", "moderator", "official", "administrator"):
        roles[role] = await a_member(app, authority, role)
    page, poll = await a_poll(app, authority=authority)
    debate = await a_consultation(app, authority, agent=roles["agent"])
    number = await a_proposal(app, debate)
    await a_result(app, page, poll)
    voted, written = f"/fr/elus/c/{page.card.slug}", f"/fr/elus/c/{debate.card.slug}"
    pages = ["/fr/gestion", "/fr/elus", voted, f"{voted}/resultats/1/repondre"]
    pages += [written, f"{written}/p/{number}/repondre"]
    pages += [f"/fr/gestion/c/{page.card.slug}", f"/fr/gestion/c/{page.card.slug}/anomalies"]
    return Scene(roles, pages)


async def debated(app: AppContext) -> Scene:
    """Proposals as whoever wrote them and others see them; one of the writers is suspended."""
    authority = await an_authority(app)
    agent = await an_older_member(app, authority, "agent")
    page = await a_consultation(app, authority, agent=agent, proposals=(-1, 9))
    home = f"/fr/c/{page.card.slug}"
    pages = [home, f"{home}/propositions", f"{home}/proposer", "/fr/compte/contributions"]
    writers = {"author": await a_person(app), "suspended": await a_person(app)}
    for author in writers.values():
        numbers = [await a_proposal(app, page, author) for _ in range(2)]
        async with request_context(app, author) as ctx:
            await withdraw(ctx, page.ref, await proposal_row(ctx, page.ref, numbers[0]))
            draft = ProposalDraft(title="Un banc à la gare", body="Pour attendre le train.")
            numbers.append((await propose(ctx, page.ref, draft)).number)
            subject = (await proposal_view(ctx, page.ref, numbers[1])).id
        for number in numbers:
            pages += [f"{home}/p/{number}{end}" for end in ("", "/modifier", "/retirer")]
    async with request_context(app, agent) as ctx:
        note = "Dix annonces en une heure."
        flood = Suspension(subject_id=subject, reason="advertising", note=note)
        await suspend(ctx, authority.id, flood)
    return Scene({**writers, "agent": agent, "reader": await a_person(app)}, pages)


async def previewed(app: AppContext) -> Scene:
    """The public pages of a draft whose dates have come: only its agents see them."""
    authority = await an_authority(app)
    agent = await a_member(app, authority, "agent")
    page = await a_consultation(
        app, authority, agent=agent, opened=False, proposals=(-1, 9), vote=(-1, 9)
    )
    await a_poll_row(app, page, method_options={"missing": "worst"})
    home = f"/fr/c/{page.card.slug}"
    ends = ("", "/propositions", "/proposer", "/regles", "/suites", "/voter", "/voter/1")
    return Scene({"agent": agent}, [home + end for end in ends])


async def cancelled(app: AppContext) -> Scene:
    """Proposals and a vote of a consultation that two persons cancelled."""
    authority = await an_authority(app)
    first, second = [await an_older_member(app, authority, "agent") for _ in range(2)]
    page = await a_consultation(app, authority, agent=first, proposals=(-1, 9), vote=(-1, 9))
    await a_poll_row(app, page, method_options={"missing": "worst"})
    author = await a_person(app)
    number = await a_proposal(app, page, author)
    async with request_context(app, first) as ctx:
        wish = await ask_end(ctx, page.ref, EndDraft(ending="cancel", reason=REASON))
    async with request_context(app, second) as ctx:
        await grant_end(ctx, page.ref, wish.id)
    home = f"/fr/c/{page.card.slug}"
    pages = [home, *(home + end for end in ("/propositions", "/proposer", "/voter", "/voter/1"))]
    pages += [f"{home}/p/{number}{end}" for end in ("", "/modifier", "/retirer", "/versions")]
    return Scene({"author": author, "agent": first, "reader": await a_person(app)}, pages)


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
    previewed,
    cancelled,
)


class Undone(Exception):
    """Rolls back what a press of a button wrote."""


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
    """Values typed into a form of a page, and the first of each choice."""
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
        patched.setattr(api.core.transaction, "transaction", undone)
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
    app: AppContext,
    visitor_of: Visitors,
    monkeypatch: pytest.MonkeyPatch,
    scene: Callable[[AppContext], Awaitable[Scene]],
) -> None:
    found = await scene(app)
    async with request_context(app) as ctx:
        now = ctx.now
    for name, viewer in found.viewers.items():
        visitor = await visitor_of(viewer)
        for path in found.pages:
            vain = await offered_in_vain(visitor, path, monkeypatch, now)
            assert vain == [], (scene.__name__, name)


async def test_whoever_may_not_decide_second_reads_who_may_and_why(
    app: AppContext, visitor_of: Visitors
) -> None:
    found = await by_mail(app)
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
    found = await sealed(app)
    for path in ("/urne/codes", "/urne/prolongation", "/urne/1/papier", "/urne/1/papier/1"):
        here = next(one for one in found.pages if one.endswith(path))
        stranger = await visitor_of(found.viewers["newcomer"])
        await stranger.open(here)
        assert "revient à une des personnes nommées pour contresigner" in stranger.text, path
        assert "/accorder" not in stranger.page.text
        assert "Comparer avec la première saisie" not in stranger.text
