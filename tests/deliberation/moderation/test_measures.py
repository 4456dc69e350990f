"""M6: an account is suspended, its texts hidden at once; it contests, and another gives back."""

from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import text

from deliberation.authorities.model import Authority
from deliberation.ballot_box.queries import own_ballot
from deliberation.ballot_box.voters import forget_traces
from deliberation.comments.queries import thread
from deliberation.consultations.queries import ConsultationPage
from deliberation.jobs import JOBS
from deliberation.kit.act import Act, House, Viewer
from deliberation.kit.database import transaction
from deliberation.kit.errors import Conflict, NotAllowed, NotFound
from deliberation.kit.queue import run_all
from deliberation.moderation.commands import Decision, ReportDraft, decide, report
from deliberation.moderation.measures import (
    Appeal,
    Ending,
    MeasureView,
    Suspension,
    contest,
    contested_count,
    end,
    measure_view,
    measures,
    own_measure,
    own_measures,
    suspend,
)
from deliberation.moderation.queries import decisions
from deliberation.people.commands import delete_account, open_session, person_of
from deliberation.people.identity import identify
from deliberation.people.model import Membership, Person
from deliberation.proposals.commands import (
    ProposalDraft,
    edit,
    proposal_row,
    propose,
    support,
    unsupport,
    withdraw,
)
from deliberation.proposals.queries import proposal_view
from tests.builders import (
    a_ballot,
    a_comment,
    a_consultation,
    a_member,
    a_person,
    a_poll,
    a_proposal,
    acting,
    an_authority,
    version_of,
    viewer_of,
)

WHY = "Douze propositions identiques pour la même boutique."


class Case:
    """A commune, two of its agents, and somebody who writes there."""

    house: House
    authority: Authority
    page: ConsultationPage
    first: Viewer
    second: Viewer
    puppet: Viewer
    number: int

    async def now(self) -> Viewer:
        """The puppet as a request finds them."""
        return await signed_in(self.house, self.puppet)


async def a_case(house: House) -> Case:
    case = Case()
    case.house, case.authority = house, await an_authority(house)
    case.first, case.second = [await a_member(house, case.authority, "agent") for _ in range(2)]
    case.page = await a_consultation(house, case.authority, agent=case.first)
    case.puppet = await a_person(house, "Marion Nette")
    case.number = await a_proposal(house, case.page, case.puppet)
    return case


async def signed_in(house: House, viewer: Viewer) -> Viewer:
    """Somebody as a request with their session finds them."""
    async with acting(house) as act:
        token = await open_session(act, viewer)
    async with transaction(house.engine) as db:
        return (await identify(house, db, token, "fr", ("test", "test"))).person


async def suspended(case: Case, *, hide: bool = False) -> UUID:
    """The puppet is suspended by the first agent."""
    async with acting(case.house, case.first) as act:
        subject = (await proposal_view(act, case.page, case.number)).id
        wish = Suspension(subject_id=subject, reason="advertising", note=WHY, hide_texts=hide)
        return (await suspend(act, case.authority.id, wish)).id


async def settle(case: Case, who: Viewer, measure: UUID, decision: str, **values: bool) -> None:
    wish = Ending(decision=decision, reply="Après relecture, ce sont des avis.", **values)  # type: ignore[arg-type]
    async with acting(case.house, who) as act:
        await end(act, case.authority.id, measure, wish)


async def test_m6_a_suspended_account_reads_but_writes_and_supports_nothing(house: House) -> None:
    case = await a_case(house)
    other = await a_proposal(house, case.page)
    async with acting(house, case.puppet) as act:
        await support(act, case.page, other)
    await suspended(case)
    puppet = await case.now()
    draft = ProposalDraft(title="Des bancs ici", body="Au bord du canal, à l’ombre.")

    async def refused(act: Act) -> None:
        row = await proposal_row(act, case.page, case.number)
        for attempt in (
            propose(act, case.page, draft),
            edit(act, case.page, row, draft),
            support(act, case.page, other),
        ):
            with pytest.raises(NotAllowed, match="suspended"):
                await attempt

    async with acting(house, puppet) as act:
        await refused(act)
    with pytest.raises(NotAllowed, match="suspended"):
        await a_comment(house, case.page, other, puppet)
    async with acting(house, puppet) as act:
        assert (await proposal_view(act, case.page, case.number)).title
        assert (await unsupport(act, case.page, other)).support_count == 0
        await withdraw(act, case.page, await proposal_row(act, case.page, case.number))


async def test_m6_a_suspension_holds_in_one_authority(house: House) -> None:
    case = await a_case(house)
    await suspended(case)
    elsewhere = await a_consultation(house)
    assert await a_proposal(house, elsewhere, await case.now())


async def test_m6_a_suspended_account_votes_and_its_ballot_stays(house: House) -> None:
    case = await a_case(house)
    page, poll = await a_poll(house, authority=case.authority)
    await a_ballot(house, page, poll, {"1": 7}, case.puppet)
    await suspended(case)
    again = await a_ballot(house, page, poll, {"1": 3}, await case.now())
    assert await version_of(house, again) == 2
    async with acting(house, case.puppet) as act:
        assert (await own_ballot(act, poll)).choice == {"1": 3}


async def test_m6_deleting_the_account_ends_no_suspension(house: House) -> None:
    case = await a_case(house)
    await suspended(case)
    async with acting(house, case.puppet) as act:
        await delete_account(act)
    async with acting(house) as act:
        await forget_traces(act)
        again = viewer_of(await person_of(act, case.puppet.email, "Marion Nette"))
    with pytest.raises(NotAllowed, match="suspended"):
        await a_proposal(house, case.page, await signed_in(house, again))


async def test_m6_all_texts_are_hidden_in_one_act_and_come_back(house: House) -> None:
    case = await a_case(house)
    other = await a_proposal(house, case.page)
    spoken = await a_comment(house, case.page, other, case.puppet)
    elsewhere = await a_consultation(house)
    kept = await a_proposal(house, elsewhere, case.puppet)
    measure = await suspended(case, hide=True)
    async with acting(house) as act:
        assert (await proposal_view(act, case.page, case.number)).title == ""
        view = await proposal_view(act, case.page, other)
        assert view.comment_count == 0
        (comment,) = (await thread(act, case.page, view)).in_favour.items
        assert (comment.id, comment.state, comment.body) == (spoken.id, "hidden", "")
        assert (await proposal_view(act, elsewhere, kept)).title
    await settle(case, case.second, measure, "lifted", with_texts=True)
    async with acting(house) as act:
        assert (await proposal_view(act, case.page, case.number)).title
        assert (await proposal_view(act, case.page, other)).comment_count == 1
    assert await a_proposal(house, case.page, await case.now())


async def test_m6_nobody_lifts_what_they_decided_nor_what_is_theirs(house: House) -> None:
    case = await a_case(house)
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


async def test_m6_nobody_suspends_themselves_their_team_or_twice(house: House) -> None:
    case = await a_case(house)
    async with acting(house, case.puppet) as act:
        act.db.add(
            Membership(
                person_id=case.puppet.id,
                authority_id=case.authority.id,
                role="official",
                created_at=act.now,
            )
        )
    with pytest.raises(Conflict, match="team-member"):
        await suspended(case)
    async with acting(house) as act:
        await act.db.delete(
            await act.db.get_one(Membership, (case.puppet.id, case.authority.id, "official"))
        )
    own, case.puppet = case.puppet, case.first
    case.number = await a_proposal(house, case.page, case.first)
    with pytest.raises(NotAllowed, match="own-text"):
        await suspended(case)
    case.puppet, case.number = own, await a_proposal(house, case.page, own)
    await suspended(case)
    with pytest.raises(Conflict, match="already-suspended"):
        await suspended(case)


@pytest.mark.parametrize("role", ["moderator", "official", None])
async def test_m6_only_agents_suspend(house: House, role: str | None) -> None:
    case = await a_case(house)
    case.first = await a_member(house, case.authority, role) if role else await a_person(house)
    with pytest.raises((NotAllowed, NotFound)):
        await suspended(case)


async def test_m6_another_authority_neither_suspends_nor_reads_nor_lifts(house: House) -> None:
    case = await a_case(house)
    measure = await suspended(case)
    other = await an_authority(house)
    stranger = await a_member(house, other, "administrator")
    async with acting(house, stranger) as act:
        subject = (await proposal_view(act, case.page, case.number)).id
        wish = Suspension(subject_id=subject, reason="advertising", note=WHY)
        with pytest.raises(NotFound):
            await suspend(act, other.id, wish)
        with pytest.raises(NotFound):
            await measure_view(act, other.id, measure)
        with pytest.raises(NotFound):
            await end(act, other.id, measure, Ending(decision="lifted", reply="Non, non."))
        assert await measures(act, other.id) == []


async def test_a_hidden_text_is_shown_again_by_another_person_with_a_public_reason(
    house: House,
) -> None:
    case = await a_case(house)
    moderator = await a_member(house, case.authority, "moderator")
    measure = await hidden(case, moderator)
    with pytest.raises(NotAllowed, match="needs-another-person"):
        await settle(case, moderator, measure.id, "lifted")
    await settle(case, case.second, measure.id, "lifted")
    async with acting(house) as act:
        view = await proposal_view(act, case.page, case.number)
        assert (view.state, view.version, view.hidden_reason) == ("published", 1, "")
        log = await decisions(act, case.page)
    assert [(one.decision, one.reply) for one in log.decisions] == [
        ("lifted", "Après relecture, ce sont des avis."),
        ("hidden", ""),
    ]
    again = await hidden(case, moderator)
    assert again.id != measure.id


async def test_a_decision_is_contested_once_and_upheld_by_another_person(house: House) -> None:
    case = await a_case(house)
    measure = await hidden(case, case.first)
    with pytest.raises(Conflict, match="not-contested"):
        await settle(case, case.second, measure.id, "upheld")
    stranger = await a_person(house)
    async with acting(house, stranger) as act:
        assert await own_measures(act) == []
        with pytest.raises(NotFound):
            await own_measure(act, measure.id)
        with pytest.raises(NotFound):
            await contest(act, measure.id, Appeal(appeal="Je ne suis pas d’accord."))
    async with acting(house, case.puppet) as act:
        await contest(act, measure.id, Appeal(appeal="Ce n’est pas une publicité."))
        with pytest.raises(Conflict, match="already-contested"):
            await contest(act, measure.id, Appeal(appeal="Encore une fois, non."))
    async with acting(house, case.second) as act:
        assert await contested_count(act, case.authority.id) == 1
        assert (await measures(act, case.authority.id))[0].appeal == "Ce n’est pas une publicité."
    await settle(case, case.second, measure.id, "upheld")
    async with acting(house, case.puppet) as act:
        assert (await own_measure(act, measure.id)).upheld_at
    async with acting(house, case.second) as act:
        assert await contested_count(act, case.authority.id) == 0
    await settle(case, case.second, measure.id, "lifted")  # somebody may still think better of it


async def test_m6_the_log_tells_a_suspension_and_names_nobody(house: House) -> None:
    case = await a_case(house)
    await suspended(case)
    async with acting(house) as act:
        (line,) = (await decisions(act, case.page)).decisions
        kept = text("SELECT data::text FROM event WHERE kind = 'AccountSuspended' ORDER BY id DESC")
        data = (await act.db.scalars(kept)).first() or ""
    assert (line.subject, line.decision, line.reason) == ("account", "suspended", "advertising")
    assert str(case.puppet.id) not in data
    assert str(case.puppet.voter_id) not in data


async def test_decisions_against_somebody_are_mailed_whatever_mails_they_want(
    house: House,
) -> None:
    case = await a_case(house)
    async with acting(house) as act:
        (await act.db.get_one(Person, case.puppet.id)).notify = False
    measure = await suspended(case, hide=True)
    await run_all(house, JOBS)
    await settle(case, case.second, measure, "lifted")
    await run_all(house, JOBS)
    async with acting(house) as act:
        mails = text("SELECT subject, body FROM mail WHERE recipient = :to ORDER BY created_at")
        first, last = (await act.db.execute(mails, {"to": case.puppet.email})).all()
    assert "Votre compte est suspendu" in first.subject
    assert f"/contester/{measure}" in first.body
    assert "1 texte que vous aviez publié est masqué" in first.body
    assert WHY in first.body
    assert "n’est plus suspendu" in last.body
    assert "1 texte masqué avec lui le reste" in last.body
    assert "vous pouvez le contester depuis votre compte." in last.body


async def hidden(case: Case, who: Viewer) -> MeasureView:
    """The puppet's proposal is reported and hidden; the measure."""
    async with acting(case.house) as act:
        subject = (await proposal_view(act, case.page, case.number)).id
    async with acting(case.house, await a_person(case.house)) as act:
        wish = ReportDraft(subject="proposal", subject_id=subject, reason="advertising")
        await report(act, case.page, wish)
    async with acting(case.house, who) as act:
        decision = Decision(
            subject="proposal", subject_id=subject, decision="hidden", reason="advertising"
        )
        await decide(act, case.authority.id, decision)
        return (await measures(act, case.authority.id))[0]
