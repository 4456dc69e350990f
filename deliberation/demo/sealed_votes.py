"""Play the sealed votes: roll, letters, trustees, ballots, paper, close, count; by commands only.

Codes and keys are drawn afresh in each demo; who votes what, when and how often is of the story.
"""

import random
from collections.abc import Iterable, Sequence
from functools import partial

import msgspec

from deliberation.core.context import RequestContext
from deliberation.core.database import driver_connection
from deliberation.demo import reading
from deliberation.demo.electorate import draw_ballots
from deliberation.demo.reading import (
    ConsultationStory,
    ExtensionStory,
    LostCodeStory,
    PaperStory,
    SealedStory,
)
from deliberation.demo.rolls import roll_csv
from deliberation.demo.state import (
    CLOSES,
    OPENS,
    SEED,
    Cast,
    Choice,
    Do,
    StoryVote,
    consultation_of,
    day_at,
    moment_at,
    nothing,
)
from deliberation.demo.trustees import count as count_votes
from deliberation.demo.trustees import register, rehearse
from deliberation.elections.ballot_box.extensions import (
    ExtensionDraft,
    ask_extension,
    grant_extension,
)
from deliberation.elections.ballots.choices import packed
from deliberation.elections.ballots.sealed_casting import record_sealed
from deliberation.elections.electorate.countersigners import CountersignerDraft, name_countersigner
from deliberation.elections.electorate.eligibility import VoterCredentials, known_voter
from deliberation.elections.electorate.roll import ask_code, grant_code, import_roll, issue_codes
from deliberation.elections.electorate.roll_file import read_roll
from deliberation.elections.paper.paper_ballots import (
    BatchDraft,
    enter_batch,
    enter_second_copy,
    mark_voters,
)
from deliberation.elections.polls.queries import poll_view

SCENES = 9  # of a vote: each shows some voters at once


def sealed_steps(
    stage: Cast, story: ConsultationStory, sealed: SealedStory
) -> Iterable[tuple[float, str, Do]]:
    """Steps of a sealed vote, from the roll to the published count, as far as the story goes."""
    chance = random.Random(f"{SEED}/{story.slug}")
    roll = roll_csv(sealed, chance)
    vote = _vote(stage, story, sealed, chance, roll)
    first, second = sealed.agents
    phase = next(phase for phase in story.phase if phase.kind == "vote")
    end = sealed.extension.until if sealed.extension else phase.end
    yield phase.begin - 8, first, partial(_send_letters, vote, roll)
    yield phase.begin - 7, first, partial(_name_signers, vote)
    yield phase.begin - 6, first, partial(register, vote)
    yield phase.begin - 4, first, partial(rehearse, vote)
    yield day_at(stage, phase.begin, OPENS) + 0.13, "", nothing  # the ballot box opens
    yield from _casts(vote, phase.begin, min(end, -0.1), chance)
    if lost := sealed.lost:
        yield lost.day, first, partial(_ask_code, vote, lost)
        if lost.granted:
            yield lost.day + 0.25, second, partial(_grant_code, vote)
    if paper := sealed.paper:
        yield paper.day, first, partial(_type, vote, paper)
        yield paper.day + 0.25, second, partial(_enter_second_copy, vote, paper)
    if longer := sealed.extension:
        yield longer.day, first, partial(_ask_extension, vote, longer)
        yield longer.day + 0.25, second, partial(_grant_extension, vote)
    yield day_at(stage, end, CLOSES) + 0.13, "", nothing  # the ballot box closes
    if count := sealed.count:
        yield count.day, first, partial(count_votes, vote, count)


def _vote(
    stage: Cast,
    story: ConsultationStory,
    sealed: SealedStory,
    chance: random.Random,
    roll: bytes,
) -> StoryVote:
    """Draw the ballots of the story's voters; demo people whom a visitor can be do not vote."""
    (poll,) = story.poll
    assert poll.electorate is not None
    voters, papers = poll.electorate.ballots, sealed.paper.ballots if sealed.paper else 0
    drawn = voters + papers + round(voters * sealed.again)
    electorate = msgspec.structs.replace(poll.electorate, ballots=drawn)
    ballots = draw_ballots(msgspec.structs.replace(poll, electorate=electorate), chance)
    names = {line.number: line.name for line in read_roll(roll).lines}
    visitors = {person.name for person in reading.demo_people()}
    others = [number for number, name in names.items() if name not in visitors]
    chance.shuffle(others)
    online = others[:voters]
    granted = sealed.lost is not None and sealed.lost.granted
    return StoryVote(
        stage=stage,
        story=story,
        sealed=sealed,
        online=online,
        papers=others[voters : voters + papers],
        lost=online[-1] if granted else others[-1],
        ballots=[{str(option): mark for option, mark in one.items()} for one in ballots],
        names=names,
    )


def _casts(
    vote: StoryVote, begin: float, until: float, chance: random.Random
) -> Iterable[tuple[float, str, Do]]:
    """Everybody votes once; those who change their mind come back in the second half."""
    turns = list(vote.online)
    for number in chance.sample(turns[: len(turns) // 2], round(len(turns) * vote.sealed.again)):
        turns.insert(chance.randrange(len(turns) // 2, len(turns)), number)
    ballots = vote.ballots[len(vote.papers) :]
    size = -(-len(turns) // SCENES)
    for scene in range(SCENES):
        part = range(scene * size, min((scene + 1) * size, len(turns)))
        when = begin + 1 + (until - begin - 1.5) * scene / (SCENES - 1)
        yield when, "", partial(_cast, vote, [(turns[turn], ballots[turn]) for turn in part])


async def _send_letters(vote: StoryVote, roll: bytes, ctx: RequestContext) -> None:
    consultation = await consultation_of(vote.stage, ctx, vote.story)
    read = read_roll(roll)
    assert not read.faults
    await import_roll(ctx, consultation, read.lines)
    vote.codes = {letter.number: letter.code for letter in await issue_codes(ctx, consultation)}


async def _name_signers(vote: StoryVote, ctx: RequestContext) -> None:
    """The two agents may each decide second."""
    consultation = await consultation_of(vote.stage, ctx, vote.story)
    for key, function in zip(vote.sealed.agents, vote.sealed.functions, strict=True):
        draft = CountersignerDraft(person=vote.stage.people[key].id, function=function)
        await name_countersigner(ctx, consultation, draft)


async def _cast(vote: StoryVote, turns: Sequence[tuple[str, Choice]], ctx: RequestContext) -> None:
    poll = await poll_view(ctx, await consultation_of(vote.stage, ctx, vote.story), 1)
    for number, choice in turns:
        voter = await known_voter(ctx, poll, VoterCredentials(code=vote.codes[number]))
        assert voter is not None
        submission = f"story/{number}/{ctx.now}".encode()
        row = packed(poll, choice, blank=not any(choice.values()))
        await record_sealed(ctx.app, driver_connection(ctx.db), poll, voter, row, submission)


async def _ask_code(vote: StoryVote, lost: LostCodeStory, ctx: RequestContext) -> None:
    consultation = await consultation_of(vote.stage, ctx, vote.story)
    vote.request = (await ask_code(ctx, consultation, vote.lost, lost.reason)).id


async def _grant_code(vote: StoryVote, ctx: RequestContext) -> None:
    assert vote.request is not None
    letter = await grant_code(ctx, await consultation_of(vote.stage, ctx, vote.story), vote.request)
    vote.codes[letter.number] = letter.code


async def _type(vote: StoryVote, paper: PaperStory, ctx: RequestContext) -> None:
    consultation = await consultation_of(vote.stage, ctx, vote.story)
    poll = await poll_view(ctx, consultation, 1)
    await mark_voters(ctx, consultation, poll, "paper", vote.papers)
    draft = BatchDraft(channel="paper", ballots=vote.ballots[: paper.ballots])
    await enter_batch(ctx, consultation, poll, draft)


async def _enter_second_copy(vote: StoryVote, paper: PaperStory, ctx: RequestContext) -> None:
    """The second agent, who mistypes a paper, reads it again and corrects."""
    consultation = await consultation_of(vote.stage, ctx, vote.story)
    poll = await poll_view(ctx, consultation, 1)
    papers = vote.ballots[: paper.ballots]
    if place := paper.differs:
        wrong = [*papers[: place - 1], {}, *papers[place:]]
        await enter_second_copy(
            ctx, consultation, poll, 1, BatchDraft(channel="paper", ballots=wrong)
        )
    await enter_second_copy(ctx, consultation, poll, 1, BatchDraft(channel="paper", ballots=papers))


async def _ask_extension(vote: StoryVote, longer: ExtensionStory, ctx: RequestContext) -> None:
    consultation = await consultation_of(vote.stage, ctx, vote.story)
    closes_at = moment_at(vote.stage, longer.until, CLOSES)
    draft = ExtensionDraft(closes_at=closes_at, reason=longer.reason)
    vote.extension = (await ask_extension(ctx, consultation, draft)).id


async def _grant_extension(vote: StoryVote, ctx: RequestContext) -> None:
    assert vote.extension is not None
    await grant_extension(ctx, await consultation_of(vote.stage, ctx, vote.story), vote.extension)
