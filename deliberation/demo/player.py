"""Play the story: set the clock back, then run people's commands day by day.

Nothing is written behind the commands' back, so what the demo shows is what the product does.
Chance comes from one fixed seed: two demos started on the same day are the same.
"""

import random
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import groupby
from uuid import UUID

from sqlalchemy import text

from deliberation.core import clock
from deliberation.core.context import AppContext, RequestContext, Viewer
from deliberation.core.database import transaction
from deliberation.demo import reading
from deliberation.demo.actions import (
    play_answer,
    play_comment,
    play_draft,
    play_opening,
    play_poll,
    play_proposal,
    play_proposal_answer,
    play_support,
    play_votes,
)
from deliberation.demo.electorate import draw_ballots
from deliberation.demo.reading import (
    ConsultationStory,
    PollStory,
    ProposalStory,
)
from deliberation.demo.sealed_votes import sealed_steps
from deliberation.demo.state import (
    CLOSES,
    SEED,
    Cast,
    Do,
    StoryStep,
    day_at,
    nothing,
)
from deliberation.elections.results.imports import ImportDraft, load_ballots
from deliberation.jobs import JOBS, PERIODIC
from deliberation.network.authorities.commands import AuthorityDraft, create_authority
from deliberation.network.people.commands import person_of
from deliberation.network.people.model import Person
from deliberation.network.people.roles import Invitation, give_role
from deliberation.operations.queue import run_all
from deliberation.process.subjects.kinds import SubjectRef

# Deletion jobs run once at the end, not after each scene: the story leaves little to delete.
RARE = frozenset(name for name in PERIODIC if name.startswith("forget-"))


async def story_exists(app: AppContext) -> bool:
    """Whether the database already holds the story."""
    async with transaction(app.engine) as db:
        return (await clock.install_kind(db)) == "demo" and bool(
            await db.scalar(text("SELECT EXISTS (SELECT FROM consultation)"))
        )


async def tell_story(app: AppContext, progress: Callable[[str], None]) -> None:
    """Fill an empty, migrated database; the clock is back at the real time at the end."""
    async with transaction(app.engine) as db:
        start = await clock.begin_demo(db)
    app = replace(app, kind="demo")
    stage = Cast(start=start, chance=random.Random(SEED))
    steps = sorted(_steps(stage))
    first = min(step.day for step in steps)
    await _set_clock(app, first - 30)
    await _gather(app, stage)
    done = 0
    for day, group in groupby(steps, key=lambda step: round(step.day * 4) / 4):
        await _set_clock(app, day)
        await _let_time_do(app)
        scene = list(group)
        async with transaction(app.engine) as db:
            now = await clock.now(db)
            for step in scene:
                viewer = stage.people.get(step.who)
                await step.do(
                    RequestContext(app=app, db=db, now=now, viewer=viewer, network="demo")
                )
        done += len(scene)
        if done // 1000 != (done - len(scene)) // 1000:
            progress(f"  {done} / {len(steps)}")
    await _set_clock(app, None)
    await _recount_real_elections(app, stage)
    await _let_time_do(app, rare=True)


def _steps(stage: Cast) -> Iterable[StoryStep]:
    """All steps of all consultations; later ones of the same moment keep their order."""
    count = iter(range(10**9))
    for story in reading.consultations():
        for day, who, do in _consultation_steps(stage, story):
            if day <= 0:
                yield StoryStep(day, next(count), who, do)


def _consultation_steps(stage: Cast, story: ConsultationStory) -> Iterable[tuple[float, str, Do]]:
    first = min(phase.begin for phase in story.phase)
    agent = _agent_of(story.authority)
    opened = min(first - 3, -3)
    yield opened - 4, agent, partial(play_draft, stage, story)
    yield opened, agent, partial(play_opening, story)
    phases = {phase.kind: phase for phase in story.phase}
    for proposal in story.proposal:
        yield from _proposal_steps(stage, story, proposal)
    for number, poll in enumerate(story.poll, 1):
        vote = phases["vote"]
        yield min(vote.begin - 2, -0.5), agent, partial(play_poll, stage, story, poll)
        if story.sealed:
            yield from sealed_steps(stage, story, story.sealed)
        elif poll.electorate:
            yield from _vote_steps(stage, story, number, poll, vote.begin, vote.end)
    for result in story.result_answer:
        subject = SubjectRef("poll", result.poll)
        yield result.day, result.author, partial(play_answer, stage, story, subject, result)


def _proposal_steps(
    stage: Cast, story: ConsultationStory, proposal: ProposalStory
) -> Iterable[tuple[float, str, Do]]:
    yield proposal.day, proposal.author, partial(play_proposal, stage, story, proposal)
    phases = {phase.kind: phase for phase in story.phase}
    last = min(phases.get("discussion", phases["proposals"]).end - 1, -0.1)
    span = max(last - proposal.day, 0.2)
    others = [key for key in stage_people() if key != proposal.author]
    for key in stage.chance.sample(others, min(proposal.supports, len(others))):
        # Most supports come in the first days.
        when = proposal.day + 0.3 + (span - 0.3) * stage.chance.random() ** 2
        yield when, key, partial(play_support, stage, story, proposal)
    for index, one in enumerate(proposal.comment, 1):
        when = proposal.day + span * index / (len(proposal.comment) + 1)
        yield when, one.author, partial(play_comment, stage, story, proposal, one)
    for given in proposal.answer:
        yield given.day, given.author, partial(play_proposal_answer, stage, story, proposal, given)


def _vote_steps(
    stage: Cast, story: ConsultationStory, number: int, poll: PollStory, begin: float, end: float
) -> Iterable[tuple[float, str, Do]]:
    """The electorate votes on many days of the phase, at most a hundred ballots per transaction."""
    assert poll.electorate is not None
    ballots = draw_ballots(poll, stage.chance)
    until = min(end - 1, -0.1)
    parts = [ballots[at : at + 100] for at in range(0, len(ballots), 100)]
    for index, part in enumerate(parts):
        when = begin + 1 + (until - begin - 1) * index / max(len(parts) - 1, 1)
        voters = range(index * 100, index * 100 + len(part))
        yield when, "", partial(play_votes, stage, story, number, part, voters)
    # Scenes begin at quarters of a day: the first one after the close lets the count happen.
    yield day_at(stage, end, CLOSES) + 0.13, "", nothing


def stage_people() -> list[str]:
    """Keys of those who act as citizens."""
    return [person.key for person in reading.people() if not person.roles]


def _agent_of(authority: str) -> str:
    """The demo person who writes an authority's consultations: an agent, else an administrator."""
    return next(
        person.key
        for role in ("agent", "administrator")
        for person in reading.people()
        if any(held.authority == authority and held.role == role for held in person.roles)
    )


async def _gather(app: AppContext, stage: Cast) -> None:
    """The authorities, the people of the story, and a crowd of voters who ask for no mail."""
    async with _acting(app) as ctx:
        for one in reading.authorities():
            row = await create_authority(
                ctx,
                AuthorityDraft(
                    slug=one.slug,
                    kind=one.kind,  # type: ignore[arg-type]
                    name=one.name,
                    tagline=one.tagline,
                    accent=one.accent,
                    logo=reading.logo(one.slug),
                    contact_email=one.contact_email,
                    phone=one.phone,
                    address=one.address,
                    population=one.population,
                    director=one.publication_director,
                    host=one.host,
                    dpo_email=one.dpo_email,
                ),
            )
            stage.authorities[one.slug] = row.id
        for person in reading.people():
            made = await person_of(ctx, person.email, person.name)
            roles: dict[UUID, set[str]] = {}
            for held in person.roles:
                wish = Invitation(email=person.email, name=person.name, role=held.role)
                await give_role(ctx, stage.authorities[held.authority], wish)
                roles.setdefault(stage.authorities[held.authority], set()).add(held.role)
            stage.people[person.key] = _viewer(made, roles)
        voters = [
            p.electorate.ballots for c in reading.consultations() for p in c.poll if p.electorate
        ]
        for index in range(max(voters)):
            email = f"electrice-electeur-{index + 1}@example.org"
            stage.crowd.append(_viewer(await person_of(ctx, email, notify=False), {}))


async def _recount_real_elections(app: AppContext, stage: Cast) -> None:
    """Past votes of elsewhere, published by the association that explains methods."""
    async with _acting(app) as ctx:
        for slug, story in reading.elections().items():
            draft = ImportDraft(
                slug=slug,
                title=story.title,
                method=story.method,
                compared=story.compare,
                approved_from=story.approved_from,
                source_note=f"{story.source} {story.source_url}",
                body=story.note.strip(),
            )
            workshop = stage.authorities["atelier-du-vote"]
            await load_ballots(ctx, workshop, story.read(), draft, story.date)


@asynccontextmanager
async def _acting(app: AppContext) -> AsyncIterator[RequestContext]:
    async with transaction(app.engine) as db:
        yield RequestContext(app=app, db=db, now=await clock.now(db), network="demo")


async def _set_clock(app: AppContext, day: float | None) -> None:
    """Set the clock to `day` days from now; None: to the real time."""
    async with transaction(app.engine) as db:
        await clock.set_offset(db, timedelta(days=day or 0))


async def _let_time_do(app: AppContext, *, rare: bool = False) -> None:
    """Do the worker's work: open and close what is due, then run the jobs."""
    async with _acting(app) as ctx:
        for name, periodic in PERIODIC.items():
            if rare or name not in RARE:
                await periodic.job(ctx)
    await run_all(app, JOBS)


def _viewer(person: Person, roles: dict[UUID, set[str]]) -> Viewer:
    return Viewer(
        id=person.id,
        voter_id=person.voter_id,
        name=person.name,
        email=person.email or "",
        roles={authority: frozenset(held) for authority, held in roles.items()},
    )
