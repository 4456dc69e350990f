"""Playing the story: the clock is set back, then each step is a command of somebody, day by day.

Nothing is written behind the commands' back, so what the demo shows is what the product does.
Chance comes from one fixed seed: two demos started on the same day tell the same story.
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

from deliberation.answers.commands import AnswerDraft, Subject, answer
from deliberation.authorities.commands import AuthorityDraft, create_authority
from deliberation.ballot_box.commands import cast
from deliberation.comments.commands import CommentDraft, comment
from deliberation.consultations.commands import (
    ConsultationDraft,
    PhaseDraft,
    draft_consultation,
    open_consultation,
)
from deliberation.consultations.model import Consultation
from deliberation.jobs import JOBS, PERIODIC
from deliberation.kit import clock
from deliberation.kit.act import Act, House, Viewer
from deliberation.kit.database import transaction
from deliberation.kit.queue import run_all
from deliberation.moderation.commands import Decision, ReportDraft, decide, report
from deliberation.people.commands import (
    Invitation,
    give_role,
    person_of,
)
from deliberation.people.model import Person
from deliberation.polls.commands import OptionDraft, PollDraft, draft_poll
from deliberation.polls.queries import PollView, poll_view
from deliberation.proposals.commands import ProposalDraft, propose, publish, support
from deliberation.proposals.model import Proposal
from deliberation.results.imports import ImportDraft, load_ballots
from deliberation.seeds import reading
from deliberation.seeds.electorate import draw_ballots
from deliberation.seeds.reading import (
    AnswerStory,
    CommentStory,
    ConsultationStory,
    PollStory,
    ProposalStory,
)
from deliberation.seeds.sealed_votes import sealed_steps
from deliberation.seeds.stage import (
    CLOSES,
    OPENS,
    SEED,
    Cast,
    Do,
    Step,
    as_person,
    day_at,
    moment_at,
    nothing,
    page_of,
)

# Hundreds of scenes leave nothing to forget: once, at the end, is enough.
RARE = frozenset({"forget-old-codes", "forget-old-drafts"})


async def is_told(house: House) -> bool:
    """Whether the database already holds the story."""
    async with transaction(house.engine) as db:
        return (await clock.install_kind(db)) == "demo" and bool(
            await db.scalar(text("SELECT EXISTS (SELECT FROM consultation)"))
        )


async def tell_story(house: House, progress: Callable[[str], None]) -> None:
    """Fill an empty, migrated database; the clock is back at the real time at the end."""
    async with transaction(house.engine) as db:
        await db.execute(text("UPDATE install SET kind = 'demo', clock_offset = interval '0'"))
        start = await clock.now(db)
    house = replace(house, kind="demo")
    stage = Cast(start=start, chance=random.Random(SEED))
    steps = sorted(_steps(stage))
    first = min(step.day for step in steps)
    await _set_clock(house, first - 30)
    await _gather(house, stage)
    told = 0
    for day, group in groupby(steps, key=lambda step: round(step.day * 4) / 4):
        await _set_clock(house, day)
        await _let_time_do(house)
        scene = list(group)
        async with transaction(house.engine) as db:
            now = await clock.now(db)
            for step in scene:
                viewer = stage.people.get(step.who)
                await step.do(Act(house=house, db=db, now=now, viewer=viewer, network="demo"))
        told += len(scene)
        if told // 1000 != (told - len(scene)) // 1000:
            progress(f"  {told} / {len(steps)}")
    await _set_clock(house, None)
    await _recount_real_elections(house, stage)
    await _let_time_do(house, rare=True)


def _steps(stage: Cast) -> Iterable[Step]:
    """All steps of all consultations; later ones of the same moment keep their order."""
    count = iter(range(10**9))
    for story in reading.consultations():
        for day, who, do in _consultation_steps(stage, story):
            if day <= 0:
                yield Step(day, next(count), who, do)


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
        subject = Subject("poll", result.poll)
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
    """The electorate votes on many days of the phase, in parts of at most a hundred ballots."""
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


async def _gather(house: House, stage: Cast) -> None:
    """The authorities, the people of the story, and a crowd of voters who ask for no mail."""
    async with _acting(house) as act:
        for one in reading.authorities():
            row = await create_authority(
                act,
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
            made = await person_of(act, person.email, person.name)
            roles: dict[UUID, set[str]] = {}
            for held in person.roles:
                wish = Invitation(email=person.email, name=person.name, role=held.role)
                await give_role(act, stage.authorities[held.authority], wish)
                roles.setdefault(stage.authorities[held.authority], set()).add(held.role)
            stage.people[person.key] = _viewer(made, roles)
        voters = [
            p.electorate.ballots for c in reading.consultations() for p in c.poll if p.electorate
        ]
        for index in range(max(voters)):
            email = f"electrice-electeur-{index + 1}@example.org"
            stage.crowd.append(_viewer(await person_of(act, email, notify=False), {}))


async def _recount_real_elections(house: House, stage: Cast) -> None:
    """Past votes of elsewhere, published by the association that explains methods."""
    async with _acting(house) as act:
        for slug, story in reading.elections().items():
            draft = ImportDraft(
                slug=slug,
                title=story.title,
                method=story.method,  # type: ignore[arg-type]
                compared=story.compare,  # type: ignore[arg-type]
                approved_from=story.approved_from,
                source_note=f"{story.source} {story.source_url}",
                body=story.note.strip(),
            )
            workshop = stage.authorities["atelier-du-vote"]
            await load_ballots(act, workshop, story.read(), draft, story.date)


async def _draft(stage: Cast, story: ConsultationStory, act: Act) -> None:
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
    await draft_consultation(act, stage.authorities[story.authority], draft)


async def _open(story: ConsultationStory, act: Act) -> None:
    query = text("SELECT id FROM consultation WHERE slug = :slug")
    row = await act.db.get_one(Consultation, await act.db.scalar(query, {"slug": story.slug}))
    await open_consultation(act, row)


async def _propose(
    stage: Cast, story: ConsultationStory, proposal: ProposalStory, act: Act
) -> None:
    page = await page_of(stage, act, story)
    draft = ProposalDraft(
        title=proposal.title,
        body=proposal.body.strip(),
        theme=proposal.theme,
        place=proposal.place,
    )
    row: Proposal = await propose(act, page, draft)
    await publish(act, page, row)
    stage.proposals[story.slug, proposal.key] = row.number


async def _support(
    stage: Cast, story: ConsultationStory, proposal: ProposalStory, act: Act
) -> None:
    await support(act, await page_of(stage, act, story), stage.proposals[story.slug, proposal.key])


async def _comment(
    stage: Cast,
    story: ConsultationStory,
    proposal: ProposalStory,
    one: CommentStory,
    act: Act,
) -> None:
    """A comment, its replies in the same hour, and what moderation did."""
    page = await page_of(stage, act, story)
    number = stage.proposals[story.slug, proposal.key]
    made = await comment(act, page, number, CommentDraft(body=one.body.strip(), stance=one.stance))
    for reply in one.reply:
        draft = CommentDraft(body=reply.body.strip(), parent=made.id)
        await comment(as_person(act, stage.people[reply.author]), page, number, draft)
    if one.hidden:
        wish = ReportDraft(subject="comment", subject_id=made.id, reason=one.hidden.reason)  # type: ignore[arg-type]
        await report(as_person(act, stage.people[one.hidden.reported_by]), page, wish)
        decision = Decision(
            subject="comment",
            subject_id=made.id,
            decision="hidden",
            reason=one.hidden.reason,  # type: ignore[arg-type]
            note=one.hidden.reason_note,
        )
        moderator = as_person(act, stage.people[one.hidden.by])
        await decide(moderator, page.card.authority.id, decision)
    if one.report:
        wish = ReportDraft(
            subject="comment",
            subject_id=made.id,
            reason=one.report.reason,  # type: ignore[arg-type]
            note=one.report.note,
        )
        await report(as_person(act, stage.people[one.report.by]), page, wish)


async def _answer_proposal(
    stage: Cast,
    story: ConsultationStory,
    proposal: ProposalStory,
    given: AnswerStory,
    act: Act,
) -> None:
    subject = Subject("proposal", stage.proposals[story.slug, proposal.key])
    await _answer(stage, story, subject, given, act)


async def _answer(
    stage: Cast, story: ConsultationStory, subject: Subject, given: AnswerStory, act: Act
) -> None:
    draft = AnswerDraft(decision=given.decision, body=given.body.strip())
    await answer(act, await page_of(stage, act, story), subject, draft)


async def _draft_poll(stage: Cast, story: ConsultationStory, poll: PollStory, act: Act) -> None:
    titles = {proposal.key: proposal.title for proposal in story.proposal}
    draft = PollDraft(
        question=poll.question,
        method=poll.method,
        compared=poll.compare,  # type: ignore[arg-type]
        grades=poll.grades,
        whole_ballots=poll.whole_ballots,
        profile="P1" if story.sealed else "P0",
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
    await draft_poll(act, await page_of(stage, act, story), draft)


async def _vote(
    stage: Cast,
    story: ConsultationStory,
    number: int,
    choices: Sequence[dict[int, int]],
    voters: range,
    act: Act,
) -> None:
    page = await page_of(stage, act, story)
    poll: PollView = await poll_view(act, page, number)
    for index, choice in zip(voters, choices, strict=True):
        voter = as_person(act, stage.crowd[index])
        marks = {str(option): mark for option, mark in choice.items()}
        submission = f"story-{number}-{index}".encode()
        await cast(voter, page, poll, marks, submission, blank=not marks)


@asynccontextmanager
async def _acting(house: House) -> AsyncIterator[Act]:
    async with transaction(house.engine) as db:
        yield Act(house=house, db=db, now=await clock.now(db), network="demo")


async def _set_clock(house: House, day: float | None) -> None:
    """Set the clock to `day` days from now; None: to the real time."""
    async with transaction(house.engine) as db:
        await db.execute(
            text("UPDATE install SET clock_offset = :offset"),
            {"offset": timedelta(days=day or 0)},
        )


async def _let_time_do(house: House, *, rare: bool = False) -> None:
    """What the worker does by itself: open and close what is due, then run the jobs."""
    async with _acting(house) as act:
        for name, periodic in PERIODIC.items():
            if rare or name not in RARE:
                await periodic.job(act)
    await run_all(house, JOBS)


def _viewer(person: Person, roles: dict[UUID, set[str]]) -> Viewer:
    return Viewer(
        id=person.id,
        voter_id=person.voter_id,
        name=person.name,
        email=person.email or "",
        roles={authority: frozenset(held) for authority, held in roles.items()},
    )
