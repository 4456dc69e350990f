"""Write, publish, edit, withdraw and support proposals."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import literal, select, text

from deliberation.core.context import RequestContext, permit
from deliberation.core.database import Prepared, fetch_one, one_at_a_time, prepared
from deliberation.core.errors import Invalid, NotFound, existing
from deliberation.core.ids import new_id
from deliberation.core.rate_limits import LIMITED, limit, limit_values
from deliberation.journal.commands import record, record_sql, record_values
from deliberation.process.consultations.commands import next_proposal_number
from deliberation.process.consultations.queries import ConsultationRef, place_of
from deliberation.process.proposals.events import (
    ProposalEdited,
    ProposalEvent,
    ProposalPublished,
    ProposalReinstated,
    ProposalSupported,
    ProposalWithdrawn,
    SupportWithdrawn,
)
from deliberation.process.proposals.model import Proposal, ProposalVersion
from deliberation.process.proposals.permissions import (
    may_discard,
    may_edit,
    may_propose,
    may_reinstate,
    may_support,
    may_unsupport,
    may_withdraw,
)
from deliberation.process.proposals.structs import WRITTEN, ProposalDraft, Supported
from deliberation.process.subjects.newcomers import has_link, must_wait


async def propose(
    ctx: RequestContext, consultation: ConsultationRef, draft: ProposalDraft
) -> Proposal:
    """Keep a proposal as a draft that only its author sees. Its number is given now.

    A form sent again (`submission`) changes the draft it made; once that is published, nothing.
    Raises `Invalid` for a theme that the consultation does not have.
    """
    permit(may_propose(ctx, consultation))
    _check_theme(consultation, draft)
    if (sent := await _already_sent(ctx, consultation, draft)) is not None:
        return sent
    await limit(ctx, "proposal", str(ctx.person.voter_id))
    proposal = Proposal(
        id=new_id(),
        **place_of(consultation),
        number=await next_proposal_number(ctx, consultation.id),
        author_id=ctx.person.id,
        state="draft",
        created_at=ctx.now,
        **msgspec.structs.asdict(draft),
    )
    ctx.db.add(proposal)
    await ctx.db.flush()
    return proposal


async def publish(ctx: RequestContext, consultation: ConsultationRef, proposal: Proposal) -> None:
    """Make a draft public, or have it wait for moderation (`newcomers.must_wait`).

    Publishing what is public or waits changes nothing.
    """
    permit(may_edit(ctx, proposal, consultation))
    if proposal.state != "draft":
        return
    if await must_wait(
        ctx, consultation.authority_id, proposal.title, proposal.body, proposal.place
    ):
        proposal.state = "held"
        await ctx.db.flush()
        return
    proposal.state, proposal.published_at = "published", ctx.now
    await ctx.db.flush()
    await publish_version(ctx, proposal.id)


async def publish_version(ctx: RequestContext, proposal_id: UUID) -> None:
    """Store the first public text of a proposal as a version and record that it is public."""
    proposal = await ctx.db.get_one(Proposal, proposal_id, populate_existing=True)
    _add_version(ctx, proposal)
    await record(
        ctx,
        ProposalPublished(
            proposal_id=proposal.id,
            authority_id=proposal.authority_id,
            consultation_id=proposal.consultation_id,
        ),
    )


async def edit(
    ctx: RequestContext, consultation: ConsultationRef, proposal: Proposal, draft: ProposalDraft
) -> None:
    """Change a proposal; a public one keeps its earlier versions readable.

    Raises `Invalid` when a newcomer adds a link to what is public.
    """
    permit(may_edit(ctx, proposal, consultation))
    if draft.theme != proposal.theme:  # one that the agents have since dropped may stay
        _check_theme(consultation, draft)
    before = (proposal.title, proposal.body, proposal.place)
    if proposal.state == "published" and not has_link(*before):
        said = (draft.title, draft.body, draft.place)
        if await must_wait(ctx, consultation.authority_id, *said):
            raise Invalid({"body": "link-too-early"})
    changed = (proposal.title, proposal.body) != (draft.title, draft.body)
    for name in WRITTEN:
        setattr(proposal, name, getattr(draft, name))
    if proposal.state == "published" and changed:
        await limit(ctx, "change", str(ctx.person.voter_id))
        _add_version(ctx, proposal)
        event = ProposalEdited(
            proposal_id=proposal.id, version=proposal.version, **place_of(consultation)
        )
        await record(ctx, event)
    await ctx.db.flush()


async def withdraw(ctx: RequestContext, consultation: ConsultationRef, proposal: Proposal) -> None:
    """Take one's proposal back: its page says so and keeps its comments.

    A hidden one stays hidden, and is withdrawn when it no longer is. Raises `Conflict`:
    `not-editable`, `not-published`.
    """
    permit(may_withdraw(ctx, proposal))
    if proposal.state != "hidden":
        proposal.state = "withdrawn"
    proposal.withdrawn_at = ctx.now
    await record(ctx, ProposalWithdrawn(proposal_id=proposal.id, **place_of(consultation)))


async def reinstate(ctx: RequestContext, consultation: ConsultationRef, proposal: Proposal) -> None:
    """Undo one's withdrawal, while proposals are open: supports and comments count again."""
    permit(may_reinstate(ctx, proposal, consultation))
    await limit(ctx, "change", str(ctx.person.voter_id))
    proposal.state, proposal.withdrawn_at = "published", None
    await record(ctx, ProposalReinstated(proposal_id=proposal.id, **place_of(consultation)))


async def mark_reminded(ctx: RequestContext, proposals: Sequence[UUID]) -> set[UUID]:
    """Note that the authors of these drafts get their one reminder now; which had had none."""
    values = {"proposals": proposals, "now": ctx.now}
    return set((await ctx.db.scalars(_REMIND, values)).all())


async def discard(ctx: RequestContext, proposal: Proposal) -> None:
    """Delete one's draft for good; nobody else has seen it."""
    permit(may_discard(ctx, proposal))
    await ctx.db.delete(proposal)
    await ctx.db.flush()


async def support(ctx: RequestContext, consultation: ConsultationRef, number: int) -> Supported:
    """Support a published proposal, once. Supporting again changes nothing."""
    permit(may_support(ctx, consultation))
    return await _count_support(ctx, consultation, number, _SUPPORT, ProposalSupported)


async def unsupport(ctx: RequestContext, consultation: ConsultationRef, number: int) -> Supported:
    """Take one's support back; without one nothing changes."""
    permit(may_unsupport(ctx, consultation))
    limited = ctx, "change", str(ctx.person.voter_id)
    try:
        return await _count_support(
            ctx, consultation, number, _UNSUPPORT, SupportWithdrawn, **limit_values(*limited)
        )
    except NotFound:  # or too often
        await limit(*limited)
        raise


async def proposal_row(
    ctx: RequestContext, consultation: ConsultationRef, number: int, *, hold: bool = True
) -> Proposal:
    """The row of a number, for a command, held until the transaction ends. Raises `NotFound`."""
    query = select(Proposal).where(
        Proposal.consultation_id == consultation.id,
        Proposal.kind == "proposal",
        # Hidden from the planner, which takes a low number for one that many proposals have.
        Proposal.number == select(literal(number)).scalar_subquery(),
    )
    return existing(
        (await ctx.db.scalars(query.with_for_update() if hold else query)).one_or_none()
    )


def written(proposal: Proposal) -> dict[str, Any]:
    """Current text of a proposal, by field of its draft."""
    return {name: getattr(proposal, name) for name in WRITTEN}


_REMIND = text(
    "UPDATE proposal SET reminded_at = :now"
    " WHERE id = ANY(:proposals) AND reminded_at IS NULL RETURNING id"
)


def _counting(sign: str, change: str, recorded: str, limited: str = "") -> Prepared:
    """One statement: the row, the count it changes and the event it records stay true together
    under any concurrency, and a second click finds nothing to do. `limited`: how often it may be.
    """
    return prepared(
        f"""
        WITH {limited and f"{limited},"} target AS (
            SELECT id FROM subject
            WHERE consultation_id = :consultation AND kind = 'proposal' AND number = :number
              AND state = 'published' {limited and "AND (SELECT within FROM counted)"}
        ), changed AS (
            {change} RETURNING proposal_id
        ), {recorded}
        UPDATE proposal SET support_count = support_count {sign} (SELECT count(*) FROM changed)
        WHERE id = (SELECT id FROM target) RETURNING support_count
        """  # noqa: S608 - fixed text
    )


_SUPPORT = _counting(
    "+",
    "INSERT INTO support (proposal_id, voter_id, created_at)"
    " SELECT id, :voter, :now FROM target ON CONFLICT DO NOTHING",
    record_sql(ProposalSupported, "changed", proposal_id="proposal_id"),
)
_UNSUPPORT = _counting(
    "-",
    "DELETE FROM support WHERE proposal_id = (SELECT id FROM target) AND voter_id = :voter",
    record_sql(SupportWithdrawn, "changed", proposal_id="proposal_id"),
    LIMITED,
)


async def _count_support(
    ctx: RequestContext,
    consultation: ConsultationRef,
    number: int,
    statement: Prepared,
    event: type[ProposalEvent],
    **limited: Any,
) -> Supported:
    row = await fetch_one(
        ctx.db,
        statement,
        consultation=consultation.id,
        number=number,
        voter=ctx.person.voter_id,
        now=ctx.now,
        **record_values(ctx, event, **place_of(consultation)),
        **limited,
    )
    return Supported(supported=event is ProposalSupported, support_count=row["support_count"])


async def _already_sent(
    ctx: RequestContext, consultation: ConsultationRef, draft: ProposalDraft
) -> Proposal | None:
    """The proposal that an earlier sending of the same form made, updated to this draft; None if
    none.
    """
    if draft.submission is None:
        return None
    await one_at_a_time(ctx.db, f"proposal:{ctx.person.id}")
    query = select(Proposal).where(
        Proposal.author_id == ctx.person.id,
        Proposal.submission == draft.submission,
        Proposal.consultation_id == consultation.id,
    )
    sent = (await ctx.db.scalars(query)).one_or_none()
    if sent is not None and sent.state == "draft":
        await edit(ctx, consultation, sent, draft)
    return sent


def _check_theme(consultation: ConsultationRef, draft: ProposalDraft) -> None:
    if draft.theme and draft.theme not in consultation.themes:
        raise Invalid({"theme": "not-a-choice"})


def _add_version(ctx: RequestContext, proposal: Proposal) -> None:
    proposal.version += 1
    ctx.db.add(
        ProposalVersion(
            proposal_id=proposal.id,
            version=proposal.version,
            title=proposal.title,
            body=proposal.body,
            published_at=ctx.now,
        )
    )
