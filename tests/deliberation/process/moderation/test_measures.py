"""M6: an account is suspended, its texts hidden at once; it contests, and another gives back."""

from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import text

from deliberation.core.context import AppContext, RequestContext, Viewer
from deliberation.core.database import transaction
from deliberation.core.errors import Conflict, NotAllowed, NotFound
from deliberation.elections.ballots.queries import own_ballot
from deliberation.elections.electorate.eligibility import forget_unneeded_traces
from deliberation.jobs import JOBS
from deliberation.network.authorities.model import Authority
from deliberation.network.people.commands import delete_account, person_of
from deliberation.network.people.model import Membership, Person
from deliberation.network.sessions.commands import open_session
from deliberation.operations.queue import run_all
from deliberation.process.comments.queries import thread
from deliberation.process.consultations.queries import ConsultationPage
from deliberation.process.moderation.commands import Decision, ReportDraft, decide, report
from deliberation.process.moderation.measure_queries import (
    MeasureView,
    contested_count,
    measure_view,
    measures,
    own_measure,
    own_measures,
)
from deliberation.process.moderation.measures import (
    Appeal,
    Ending,
    Suspension,
    contest,
    end,
    suspend,
)
from deliberation.process.moderation.queries import decisions
from deliberation.process.proposals.commands import (
    edit,
    proposal_row,
    propose,
    support,
    unsupport,
    withdraw,
)
from deliberation.process.proposals.queries import proposal_view
from deliberation.process.proposals.structs import ProposalDraft
from deliberation.views.identity.queries import identify
from tests.builders import (
    a_ballot,
    a_comment,
    a_consultation,
    a_member,
    a_person,
    a_poll,
    a_proposal,
    an_authority,
    request_context,
    version_of,
    viewer_of,
)

WHY = "Douze propositions identiques pour la même boutique."


class Case:
    """A commune, two of its agents, and somebody who writes there."""

    app: AppContext
    authority: Authority
    page: ConsultationPage
    first: Viewer
    second: Viewer
    puppet: Viewer
    number: int

    async def now(self) -> Viewer:
        """The puppet as a request finds them."""
        return await signed_in(self.app, self.puppet)


async def a_case(app: AppContext) -> Case:
    case = Case()
    case.app, case.authority = app, await an_authority(app)
    case.first, case.second = [await a_member(app, case.authority, "agent") for _ in range(2)]
    case.page = await a_consultation(app, case.authority, agent=case.first)
    case.puppet = await a_person(app, "Marion Nette")
    case.number = await a_proposal(app, case.page, case.puppet)
    return case


async def signed_in(app: AppContext, viewer: Viewer) -> Viewer:
    """Somebody as a request with their session finds them."""
    async with request_context(app) as ctx:
        token = await open_session(ctx, viewer)
    async with transaction(app.engine) as db:
        return (await identify(app, db, token, "fr", ("test", "test")))[0].person


async def suspended(case: Case, *, hide: bool = False) -> UUID:
    """The puppet is suspended by the first agent."""
    async with request_context(case.app, case.first) as ctx:
        subject = (await proposal_view(ctx, case.page.ref, case.number)).id
        wish = Suspension(subject_id=subject, reason="advertising", note=WHY, hide_texts=hide)
        return (await suspend(ctx, case.authority.id, wish)).id


async def settle(case: Case, who: Viewer, measure: UUID, decision: str, **values: bool) -> None:
    wish = Ending(decision=decision, reply="Après relecture, ce sont des avis.", **values)  # type: ignore[arg-type]
    async with request_context(case.app, who) as ctx:
        await end(ctx, case.authority.id, measure, wish)


async def test_m6_a_suspended_account_reads_but_writes_and_supports_nothing(
    app: AppContext,
) -> None:
    case = await a_case(app)
    other = await a_proposal(app, case.page)
    async with request_context(app, case.puppet) as ctx:
        await support(ctx, case.page.ref, other)
    await suspended(case)
    puppet = await case.now()
    draft = ProposalDraft(title="Des bancs ici", body="Au bord du canal, à l’ombre.")

    async def refused(ctx: RequestContext) -> None:
        row = await proposal_row(ctx, case.page.ref, case.number)
        for attempt in (
            propose(ctx, case.page.ref, draft),
            edit(ctx, case.page.ref, row, draft),
            support(ctx, case.page.ref, other),
        ):
            with pytest.raises(NotAllowed, match="suspended"):
                await attempt

    async with request_context(app, puppet) as ctx:
        await refused(ctx)
    with pytest.raises(NotAllowed, match="suspended"):
        await a_comment(app, case.page, other, puppet)
    async with request_context(app, puppet) as ctx:
        assert (await proposal_view(ctx, case.page.ref, case.number)).title
        assert (await unsupport(ctx, case.page.ref, other)).support_count == 0
        await withdraw(ctx, case.page.ref, await proposal_row(ctx, case.page.ref, case.number))


async def test_m6_a_suspension_holds_in_one_authority(app: AppContext) -> None:
    case = await a_case(app)
    await suspended(case)
    elsewhere = await a_consultation(app)
    assert await a_proposal(app, elsewhere, await case.now())


async def test_m6_a_suspended_account_votes_and_its_ballot_stays(app: AppContext) -> None:
    case = await a_case(app)
    page, poll = await a_poll(app, authority=case.authority)
    await a_ballot(app, page, poll, {"1": 7}, case.puppet)
    await suspended(case)
    again = await a_ballot(app, page, poll, {"1": 3}, await case.now())
    assert await version_of(app, again) == 2
    async with request_context(app, case.puppet) as ctx:
        assert (await own_ballot(ctx, poll)).choice == {"1": 3}


async def test_m6_deleting_the_account_ends_no_suspension(app: AppContext) -> None:
    case = await a_case(app)
    await suspended(case)
    async with request_context(app, case.puppet) as ctx:
        await delete_account(ctx)
    async with request_context(app) as ctx:
        await forget_unneeded_traces(ctx)
        again = viewer_of(await person_of(ctx, case.puppet.email, "Marion Nette"))
    with pytest.raises(NotAllowed, match="suspended"):
        await a_proposal(app, case.page, await signed_in(app, again))


async def test_m6_all_texts_are_hidden_in_one_act_and_come_back(app: AppContext) -> None:
    case = await a_case(app)
    other = await a_proposal(app, case.page)
    spoken = await a_comment(app, case.page, other, case.puppet)
    elsewhere = await a_consultation(app)
    kept = await a_proposal(app, elsewhere, case.puppet)
    measure = await suspended(case, hide=True)
    async with request_context(app) as ctx:
        assert (await proposal_view(ctx, case.page.ref, case.number)).title == ""
        view = await proposal_view(ctx, case.page.ref, other)
        assert view.comment_count == 0
        (comment,) = (await thread(ctx, case.page.ref, view)).in_favour.items
        assert (comment.id, comment.state, comment.body) == (spoken.id, "hidden", "")
        assert (await proposal_view(ctx, elsewhere.ref, kept)).title
    await settle(case, case.second, measure, "lifted", with_texts=True)
    async with request_context(app) as ctx:
        assert (await proposal_view(ctx, case.page.ref, case.number)).title
        assert (await proposal_view(ctx, case.page.ref, other)).comment_count == 1
    assert await a_proposal(app, case.page, await case.now())


async def test_m6_nobody_lifts_what_they_decided_nor_what_is_theirs(app: AppContext) -> None:
    case = await a_case(app)
    measure = await suspended(case)
    same = replace(case.second, voter_id=case.first.voter_id)  # another account of that mailbox
    for who in (case.first, same):
        with pytest.raises(NotAllowed, match="needs-another-person"):
            await settle(case, who, measure, "lifted")
    theirs = replace(await case.now(), roles=case.second.roles)
    with pytest.raises(NotAllowed, match="own-text"):
        await settle(case, theirs, measure, "lifted")
    await settle(case, case.second, measure, "lifted")
    with pytest.raises(Conflict, match="measure-over"):
        await settle(case, case.second, measure, "lifted")


async def test_m6_nobody_suspends_themselves_their_team_or_twice(app: AppContext) -> None:
    case = await a_case(app)
    async with request_context(app, case.puppet) as ctx:
        ctx.db.add(
            Membership(
                person_id=case.puppet.id,
                authority_id=case.authority.id,
                role="official",
                created_at=ctx.now,
            )
        )
    with pytest.raises(Conflict, match="team-member"):
        await suspended(case)
    async with request_context(app) as ctx:
        await ctx.db.delete(
            await ctx.db.get_one(Membership, (case.puppet.id, case.authority.id, "official"))
        )
    own, case.puppet = case.puppet, case.first
    case.number = await a_proposal(app, case.page, case.first)
    with pytest.raises(NotAllowed, match="own-text"):
        await suspended(case)
    case.puppet, case.number = own, await a_proposal(app, case.page, own)
    await suspended(case)
    with pytest.raises(Conflict, match="already-suspended"):
        await suspended(case)


@pytest.mark.parametrize("role", ["moderator", "official", None])
async def test_m6_only_agents_suspend(app: AppContext, role: str | None) -> None:
    case = await a_case(app)
    case.first = await a_member(app, case.authority, role) if role else await a_person(app)
    with pytest.raises((NotAllowed, NotFound)):
        await suspended(case)


async def test_m6_another_authority_neither_suspends_nor_reads_nor_lifts(app: AppContext) -> None:
    case = await a_case(app)
    measure = await suspended(case)
    other = await an_authority(app)
    stranger = await a_member(app, other, "administrator")
    async with request_context(app, stranger) as ctx:
        subject = (await proposal_view(ctx, case.page.ref, case.number)).id
        wish = Suspension(subject_id=subject, reason="advertising", note=WHY)
        with pytest.raises(NotFound):
            await suspend(ctx, other.id, wish)
        with pytest.raises(NotFound):
            await measure_view(ctx, other.id, measure)
        with pytest.raises(NotFound):
            await end(ctx, other.id, measure, Ending(decision="lifted", reply="Non, non."))
        assert await measures(ctx, other.id) == []


async def test_a_hidden_text_is_shown_again_by_another_person_with_a_public_reason(
    app: AppContext,
) -> None:
    case = await a_case(app)
    moderator = await a_member(app, case.authority, "moderator")
    measure = await hidden(case, moderator)
    with pytest.raises(NotAllowed, match="needs-another-person"):
        await settle(case, moderator, measure.id, "lifted")
    await settle(case, case.second, measure.id, "lifted")
    async with request_context(app) as ctx:
        view = await proposal_view(ctx, case.page.ref, case.number)
        assert (view.state, view.version, view.hidden_reason) == ("published", 1, "")
        log = await decisions(ctx, case.page.ref)
    assert [(one.decision, one.reply) for one in log.decisions] == [
        ("lifted", "Après relecture, ce sont des avis."),
        ("hidden", ""),
    ]
    again = await hidden(case, moderator)
    assert again.id != measure.id


async def test_a_decision_is_contested_once_and_upheld_by_another_person(app: AppContext) -> None:
    case = await a_case(app)
    measure = await hidden(case, case.first)
    with pytest.raises(Conflict, match="not-contested"):
        await settle(case, case.second, measure.id, "upheld")
    stranger = await a_person(app)
    async with request_context(app, stranger) as ctx:
        assert await own_measures(ctx) == []
        with pytest.raises(NotFound):
            await own_measure(ctx, measure.id)
        with pytest.raises(NotFound):
            await contest(ctx, measure.id, Appeal(appeal="Je ne suis pas d’accord."))
    async with request_context(app, case.puppet) as ctx:
        await contest(ctx, measure.id, Appeal(appeal="Ce n’est pas une publicité."))
        with pytest.raises(Conflict, match="already-contested"):
            await contest(ctx, measure.id, Appeal(appeal="Encore une fois, non."))
    async with request_context(app, case.second) as ctx:
        assert await contested_count(ctx, case.authority.id) == 1
        assert (await measures(ctx, case.authority.id))[0].appeal == "Ce n’est pas une publicité."
    await settle(case, case.second, measure.id, "upheld")
    async with request_context(app, case.puppet) as ctx:
        assert (await own_measure(ctx, measure.id)).upheld_at
    async with request_context(app, case.second) as ctx:
        assert await contested_count(ctx, case.authority.id) == 0
    await settle(case, case.second, measure.id, "lifted")  # somebody may still think better of it


async def test_m6_the_log_tells_a_suspension_and_names_nobody(app: AppContext) -> None:
    case = await a_case(app)
    await suspended(case)
    async with request_context(app) as ctx:
        (line,) = (await decisions(ctx, case.page.ref)).decisions
        kept = text("SELECT data::text FROM event WHERE kind = 'AccountSuspended' ORDER BY id DESC")
        data = (await ctx.db.scalars(kept)).first() or ""
    assert (line.subject, line.decision, line.reason) == ("account", "suspended", "advertising")
    assert str(case.puppet.id) not in data
    assert str(case.puppet.voter_id) not in data


async def test_decisions_against_somebody_are_mailed_whatever_mails_they_want(
    app: AppContext,
) -> None:
    case = await a_case(app)
    async with request_context(app) as ctx:
        (await ctx.db.get_one(Person, case.puppet.id)).notify = False
    measure = await suspended(case, hide=True)
    await run_all(app, JOBS)
    await settle(case, case.second, measure, "lifted")
    await run_all(app, JOBS)
    async with request_context(app) as ctx:
        mails = text("SELECT subject, body FROM mail WHERE recipient = :to ORDER BY created_at")
        first, last = (await ctx.db.execute(mails, {"to": case.puppet.email})).all()
    assert "Votre compte est suspendu" in first.subject
    assert f"/contester/{measure}" in first.body
    assert "1 texte que vous aviez publié est masqué" in first.body
    assert WHY in first.body
    assert "n’est plus suspendu" in last.body
    assert "1 texte masqué avec lui le reste" in last.body
    assert "vous pouvez le contester depuis votre compte." in last.body


async def hidden(case: Case, who: Viewer) -> MeasureView:
    """The puppet's proposal is reported and hidden; the measure."""
    async with request_context(case.app) as ctx:
        subject = (await proposal_view(ctx, case.page.ref, case.number)).id
    async with request_context(case.app, await a_person(case.app)) as ctx:
        wish = ReportDraft(subject="proposal", subject_id=subject, reason="advertising")
        await report(ctx, case.page.ref, wish)
    async with request_context(case.app, who) as ctx:
        decision = Decision(
            subject="proposal", subject_id=subject, decision="hidden", reason="advertising"
        )
        await decide(ctx, case.authority.id, decision)
        return (await measures(ctx, case.authority.id))[0]
