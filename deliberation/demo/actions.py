"""Steps of the demo's story; each calls a command as somebody."""

from collections.abc import Sequence

from sqlalchemy import text

from deliberation.core.context import RequestContext
from deliberation.core.database import driver_connection
from deliberation.demo.reading import (
    AnswerStory,
    CommentStory,
    ConsultationStory,
    PollStory,
    ProposalStory,
)
from deliberation.demo.state import (
    CLOSES,
    OPENS,
    Cast,
    as_person,
    consultation_of,
    moment_at,
)
from deliberation.elections.ballots.choices import packed
from deliberation.elections.ballots.commands import record
from deliberation.elections.polls.commands import OptionDraft, PollDraft, draft_poll
from deliberation.elections.polls.queries import PollView, poll_view
from deliberation.followup.answers.commands import AnswerDraft, answer
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


async def play_draft(stage: Cast, story: ConsultationStory, ctx: RequestContext) -> None:
    """An agent drafts the consultation with its phases."""
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


async def play_opening(story: ConsultationStory, ctx: RequestContext) -> None:
    """An agent opens the consultation."""
    query = text("SELECT id FROM consultation WHERE slug = :slug")
    row = await ctx.db.get_one(Consultation, await ctx.db.scalar(query, {"slug": story.slug}))
    await open_consultation(ctx, row)


async def play_proposal(
    stage: Cast, story: ConsultationStory, proposal: ProposalStory, ctx: RequestContext
) -> None:
    """A citizen writes a proposal and publishes it."""
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


async def play_support(
    stage: Cast, story: ConsultationStory, proposal: ProposalStory, ctx: RequestContext
) -> None:
    """A citizen supports a proposal."""
    await support(
        ctx, await consultation_of(stage, ctx, story), stage.proposals[story.slug, proposal.key]
    )


async def play_comment(
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


async def play_proposal_answer(
    stage: Cast,
    story: ConsultationStory,
    proposal: ProposalStory,
    given: AnswerStory,
    ctx: RequestContext,
) -> None:
    """An authority answers a proposal."""
    about = SubjectRef("proposal", stage.proposals[story.slug, proposal.key])
    await play_answer(stage, story, about, given, ctx)


async def play_answer(
    stage: Cast,
    story: ConsultationStory,
    about: SubjectRef,
    given: AnswerStory,
    ctx: RequestContext,
) -> None:
    """An authority answers a proposal or a result."""
    draft = AnswerDraft(decision=given.decision, body=given.body.strip())
    await answer(ctx, await consultation_of(stage, ctx, story), about, draft)


async def play_poll(
    stage: Cast, story: ConsultationStory, poll: PollStory, ctx: RequestContext
) -> None:
    """An agent drafts a question of the vote."""
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


async def play_votes(
    stage: Cast,
    story: ConsultationStory,
    number: int,
    choices: Sequence[dict[int, int]],
    voters: range,
    ctx: RequestContext,
) -> None:
    """Some voters of the crowd cast their ballots."""
    poll: PollView = await poll_view(ctx, await consultation_of(stage, ctx, story), number)
    for index, choice in zip(voters, choices, strict=True):
        marks = {str(option): mark for option, mark in choice.items()}
        submission = f"story-{number}-{index}".encode()
        row, person = packed(poll, marks, blank=not marks), stage.crowd[index].voter_id
        await record(ctx.app, driver_connection(ctx.db), story.slug, poll, person, row, submission)
