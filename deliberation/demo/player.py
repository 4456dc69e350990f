"""Play the story: set the clock back, then run people's commands day by day.

Nothing is written behind the commands' back, so what the demo shows is what the product does.
Chance comes from one fixed seed: two demos started on the same day are the same.
"""

import random
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
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
from deliberation.demo.electorate import draw_ballots
from deliberation.demo.reading import (
    AnswerStory,
    CommentStory,
    ConsultationStory,
    PollStory,
    ProposalStory,
)
from deliberation.demo.sealed_votes import sealed_steps
from deliberation.demo.state import (
    CLOSES,
    OPENS,
    SEED,
    Cast,
    Do,
    StoryStep,
    as_person,
    consultation_of,
    day_at,
    moment_at,
    nothing,
)
from deliberation.elections.ballots.commands import cast
from deliberation.elections.polls.commands import OptionDraft, PollDraft, draft_poll
from deliberation.elections.polls.queries import PollView, poll_view
from deliberation.elections.results.imports import ImportDraft, load_ballots
from deliberation.followup.answers.commands import AnswerDraft, answer
from deliberation.jobs import JOBS, PERIODIC
from deliberation.network.authorities.commands import AuthorityDraft, create_authority
from deliberation.network.people.commands import person_of
from deliberation.network.people.model import Person
from deliberation.network.people.roles import Invitation, give_role
from deliberation.operations.queue import run_all
from deliberation.process.comments.commands import CommentDraft, comment
from deliberation.process.consultations.commands import (
    ConsultationDraft,
    PhaseDraft,
    draft_consultation,
    open_consultation,
)
from deliberation.process.consultations.model import Consultation
from deliberation.process.moderation.commands import Decision, ReportDraft, decide, report
from deliberation.process.proposals.commands import propose, publish, support
from deliberation.process.proposals.model import Proposal
from deliberation.process.proposals.structs import ProposalDraft
from deliberation.process.subjects.kinds import SubjectRef

# Hundreds of scenes leave nothing to forget: once, at the end, is enough.
RARE = frozenset({"forget-old-codes", "forget-old-drafts"})


async def is_told(app: AppContext) -> bool:
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
    told = 0
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
        told += len(scene)
        if told // 1000 != (told - len(scene)) // 1000:
            progress(f"  {told} / {len(steps)}")
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
    yield opened - 4, agent, partial(_draft, stage, story)
    yield opened, agent, partial(_open, story)
    phases = {phase.kind: phase for phase in story.phase}
    for proposal in story.proposal:
        yield from _proposal_steps(stage, story, proposal)
    for number, poll in enumerate(story.poll, 1):
        vote = phases["vote"]
        yield min(vote.begin - 2, -0.5), agent, partial(_draft_poll, stage, story, poll)
        if story.sealed:
            yield from sealed_steps(stage, story, story.sealed)
        elif poll.electorate:
            yield from _vote_steps(stage, story, number, poll, vote.begin, vote.end)
    for result in story.result_answer:
        subject = SubjectRef("poll", result.poll)
        yield result.day, result.author, partial(_answer, stage, story, subject, result)


def _proposal_steps(
    stage: Cast, story: ConsultationStory, proposal: ProposalStory
) -> Iterable[tuple[float, str, Do]]:
    yield proposal.day, proposal.author, partial(_propose, stage, story, proposal)
    phases = {phase.kind: phase for phase in story.phase}
    last = min(phases.get("discussion", phases["proposals"]).end - 1, -0.1)
    span = max(last - proposal.day, 0.2)
    others = [key for key in stage_people() if key != proposal.author]
    for key in stage.chance.sample(others, min(proposal.supports, len(others))):
        # Most supports come in the first days.
        when = proposal.day + 0.3 + (span - 0.3) * stage.chance.random() ** 2
        yield when, key, partial(_support, stage, story, proposal)
    for index, one in enumerate(proposal.comment, 1):
        when = proposal.day + span * index / (len(proposal.comment) + 1)
        yield when, one.author, partial(_comment, stage, story, proposal, one)
    for given in proposal.answer:
        yield given.day, given.author, partial(_answer_proposal, stage, story, proposal, given)


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
        yield when, "", partial(_vote, stage, story, number, part, voters)
    # Scenes begin at quarters of a day: the first one after the close lets the count happen.
    yield day_at(stage, end, CLOSES) + 0.13, "", nothing


def stage_people() -> list[str]:
    """Keys of those who act as citizens."""
    return [person.key for person in reading.people() if not person.roles]


def _agent_of(authority: str) -> str:
    """Who writes an authority's consultations."""
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


async def _draft(stage: Cast, story: ConsultationStory, ctx: RequestContext) -> None:
    draft = ConsultationDraft(
        slug=story.slug,
        title=story.title,
        question=story.question,
        summary=story.summary,
        promise=story.promise,
        body=story.body.strip(),
        decided=story.decided,
        undecided=story.undecided,
        not_negotiable=story.not_negotiable,
        themes=story.themes,
        phases=[
            PhaseDraft(
                kind=phase.kind,
                opens_at=moment_at(stage, phase.begin, OPENS),
                closes_at=moment_at(stage, phase.end, CLOSES),
            )
            for phase in story.phase
        ],
    )
    await draft_consultation(ctx, stage.authorities[story.authority], draft)


async def _open(story: ConsultationStory, ctx: RequestContext) -> None:
    query = text("SELECT id FROM consultation WHERE slug = :slug")
    row = await ctx.db.get_one(Consultation, await ctx.db.scalar(query, {"slug": story.slug}))
    await open_consultation(ctx, row)


async def _propose(
    stage: Cast, story: ConsultationStory, proposal: ProposalStory, ctx: RequestContext
) -> None:
    consultation = await consultation_of(stage, ctx, story)
    draft = ProposalDraft(
        title=proposal.title,
        body=proposal.body.strip(),
        theme=proposal.theme,
        place=proposal.place,
    )
    row: Proposal = await propose(ctx, consultation, draft)
    await publish(ctx, consultation, row)
    stage.proposals[story.slug, proposal.key] = row.number


async def _support(
    stage: Cast, story: ConsultationStory, proposal: ProposalStory, ctx: RequestContext
) -> None:
    await support(
        ctx, await consultation_of(stage, ctx, story), stage.proposals[story.slug, proposal.key]
    )


async def _comment(
    stage: Cast,
    story: ConsultationStory,
    proposal: ProposalStory,
    one: CommentStory,
    ctx: RequestContext,
) -> None:
    """A comment, its replies in the same hour, and what moderation did."""
    consultation = await consultation_of(stage, ctx, story)
    about = SubjectRef("proposal", stage.proposals[story.slug, proposal.key])
    made = await comment(
        ctx, consultation, about, CommentDraft(body=one.body.strip(), stance=one.stance)
    )
    for reply in one.reply:
        draft = CommentDraft(body=reply.body.strip(), parent=made.id)
        await comment(as_person(ctx, stage.people[reply.author]), consultation, about, draft)
    if one.hidden:
        wish = ReportDraft(subject="comment", subject_id=made.id, reason=one.hidden.reason)  # type: ignore[arg-type]
        await report(as_person(ctx, stage.people[one.hidden.reported_by]), consultation, wish)
        decision = Decision(
            subject="comment",
            subject_id=made.id,
            decision="hidden",
            reason=one.hidden.reason,  # type: ignore[arg-type]
            note=one.hidden.reason_note,
        )
        moderator = as_person(ctx, stage.people[one.hidden.by])
        await decide(moderator, consultation.authority_id, decision)
    if one.report:
        wish = ReportDraft(
            subject="comment",
            subject_id=made.id,
            reason=one.report.reason,  # type: ignore[arg-type]
            note=one.report.note,
        )
        await report(as_person(ctx, stage.people[one.report.by]), consultation, wish)


async def _answer_proposal(
    stage: Cast,
    story: ConsultationStory,
    proposal: ProposalStory,
    given: AnswerStory,
    ctx: RequestContext,
) -> None:
    about = SubjectRef("proposal", stage.proposals[story.slug, proposal.key])
    await _answer(stage, story, about, given, ctx)


async def _answer(
    stage: Cast,
    story: ConsultationStory,
    about: SubjectRef,
    given: AnswerStory,
    ctx: RequestContext,
) -> None:
    draft = AnswerDraft(decision=given.decision, body=given.body.strip())
    await answer(ctx, await consultation_of(stage, ctx, story), about, draft)


async def _draft_poll(
    stage: Cast, story: ConsultationStory, poll: PollStory, ctx: RequestContext
) -> None:
    titles = {proposal.key: proposal.title for proposal in story.proposal}
    draft = PollDraft(
        question=poll.question,
        method=poll.method,
        compared=poll.compare,
        grades=poll.grades,
        whole_ballots=poll.whole_ballots,
        secrecy="sealed" if story.sealed else "plain",
        eligibility="code" if story.sealed else "email",
        options=[
            OptionDraft(
                title=option.title or titles[option.proposal],
                description=option.description,
                proposal=stage.proposals[story.slug, option.proposal] if option.proposal else None,
            )
            for option in poll.option
        ],
    )
    await draft_poll(ctx, await consultation_of(stage, ctx, story), draft)


async def _vote(
    stage: Cast,
    story: ConsultationStory,
    number: int,
    choices: Sequence[dict[int, int]],
    voters: range,
    ctx: RequestContext,
) -> None:
    consultation = await consultation_of(stage, ctx, story)
    poll: PollView = await poll_view(ctx, consultation, number)
    for index, choice in zip(voters, choices, strict=True):
        voter = as_person(ctx, stage.crowd[index])
        marks = {str(option): mark for option, mark in choice.items()}
        submission = f"story-{number}-{index}".encode()
        await cast(voter, consultation, poll, marks, submission, blank=not marks)


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
