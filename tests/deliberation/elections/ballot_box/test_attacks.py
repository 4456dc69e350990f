"""Known ways to attack a vote, each tried: replays, guesses, aliases, races, other authorities."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import msgspec
import pytest
from litestar import Litestar
from sqlalchemy import func, select, text, update

from deliberation.core.context import AppContext, RequestContext, Viewer
from deliberation.core.errors import Conflict, Invalid, NotAllowed, NotFound, SignInNeeded, TooMany
from deliberation.core.ids import new_id
from deliberation.core.rate_limits import LIMITS
from deliberation.elections.ballot_box.extensions import (
    ExtensionDraft,
    ask_extension,
    grant_extension,
)
from deliberation.elections.ballot_box.lifecycle import close_due_ballot_boxes
from deliberation.elections.ballots.casting import BallotRequest, cast_from_api
from deliberation.elections.ballots.drafts import save_draft
from deliberation.elections.ballots.model import SealedBallot
from deliberation.elections.ballots.queries import own_ballot
from deliberation.elections.bulletin_board.entries import signing_key
from deliberation.elections.electorate.model import Elector
from deliberation.elections.electorate.roll import (
    ask_code,
    code_requests,
    grant_code,
    import_roll,
    issue_codes,
    refuse_code,
)
from deliberation.elections.electorate.roll_file import RollLine, read_roll
from deliberation.elections.paper.paper_ballots import BatchDraft, enter_batch, mark_voters
from deliberation.elections.pseudonyms.keys import kept_keys
from deliberation.elections.results.sealed_count import CountDraft, publish_count
from deliberation.elections.sealed_protocol.canonical import canonical
from deliberation.elections.sealed_protocol.keys import public_text, sign
from deliberation.elections.sealed_protocol.receipts import SealedReceipt, is_genuine, read_receipt
from deliberation.elections.trustees.commands import (
    begin_rehearsal,
    hand_in_shares,
    register_trustee,
)
from deliberation.network.people.model import Person
from deliberation.views.bulletin_board.queries import look_up
from tests.builders import (
    a_member,
    a_person,
    a_poll,
    a_session,
    an_authority,
    request_context,
    version_of,
)
from tests.sealed import (
    TRUSTEES,
    SealedVote,
    a_sealed_ballot,
    a_sealed_vote,
    archive_of,
    close_sealed,
    counted,
    two_agents,
)
from tests.site import Visitor, forms, words

pytestmark = pytest.mark.slow

Command = Callable[[RequestContext, SealedVote], Awaitable[Any]]


async def test_v1_fifty_identical_sealed_votes_at_once_are_one(app: AppContext) -> None:
    vote = await a_sealed_vote(app)
    receipts = await asyncio.gather(
        *(a_sealed_ballot(app, vote, vote.codes[0], {"1": 7}, b"one form") for _ in range(50))
    )
    assert {await version_of(app, one) for one in receipts} == {1}
    assert len({one.signature for one in receipts}) == 1
    assert await _versions(app, vote) == 1


async def test_f20_a_captured_vote_sent_again_changes_nothing(app: AppContext) -> None:
    """At once, the next day, after a change of vote, after the close; in another vote."""
    vote, other = await a_sealed_vote(app), await a_sealed_vote(app)
    code = vote.codes[0]
    captured = BallotRequest(vote.page.card.slug, 1, {"1": 7}, b"captured", code=code)
    first = await cast_from_api(app, captured)
    changed = await cast_from_api(app, replace(captured, choice={"2": 7}, submission=b"changed"))
    await _a_day_passes(app, vote)
    assert await cast_from_api(app, captured) == first
    assert await _versions(app, vote) == 2
    assert isinstance(changed, SealedReceipt)
    assert await version_of(app, changed) == 2
    # Another authority's vote says the same to a code of elsewhere as to one that nobody has.
    said = set()
    for tried in (code, "2" * 20):
        with pytest.raises(NotAllowed) as refusal:
            await cast_from_api(app, replace(captured, slug=other.page.card.slug, code=tried))
        said.add((refusal.value.code, tuple(refusal.value.values)))
    assert said == {("code-wrong", ())}
    assert await _versions(app, other) == 0
    await close_sealed(app, vote)
    with pytest.raises(NotAllowed, match="voting-closed"):
        await cast_from_api(app, captured)
    minutes = msgspec.json.decode(counted(await archive_of(app, vote.poll.id)).minutes)
    assert (minutes["counts"]["slots"], minutes["counts"]["versions"]) == (1, 2)


async def test_wrong_codes_are_counted_and_right_ones_never_shut_out(
    app: AppContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By network: nobody there can shut out whoever holds a code, nor go on guessing unseen."""
    monkeypatch.setitem(LIMITS, "voting-code", LIMITS["voting-code"]._replace(most=3))
    vote = await a_sealed_vote(app)
    network = str(new_id())

    async def tried(code: str) -> Any:
        slug, networks = vote.page.card.slug, (network, "")
        sent = BallotRequest(slug, 1, {"1": 7}, b"guessing", code=code, networks=networks)
        return await cast_from_api(app, sent)

    for _ in range(3):
        with pytest.raises(NotAllowed, match="code-wrong"):
            await tried("2" * 20)
    for code in ("3" * 20, "';DROP/TABLE/roll;#+", "\u0000" * 20):
        with pytest.raises(TooMany, match="too-many-wrong-codes"):
            await tried(code)
    for code, slip in (("not a code", "code-short"), (vote.codes[0] + "A", "code-long")):
        with pytest.raises(NotAllowed, match=slip):  # nobody guesses so: it is not counted
            await tried(code)
    with pytest.raises(NotAllowed, match="code-needed"):
        await tried(" ")
    assert isinstance(await tried(vote.codes[0]), SealedReceipt)


async def test_v21_a_forged_forwarding_header_does_not_escape_the_limit(
    app: AppContext, site: Litestar, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(LIMITS, "voting-code", LIMITS["voting-code"]._replace(most=3))
    vote = await a_sealed_vote(app)
    visitor = Visitor(site, address="198.51.100.77")
    answers = []
    for turn in range(12):
        visitor.http.headers["x-forwarded-for"] = f"203.0.113.{turn}"
        visitor.http.headers["forwarded"] = f"for=203.0.113.{turn}"
        await visitor.open(f"/c/{vote.page.card.slug}/voter/1")
        await visitor.send("/voter/1", **{"g-1": "7", "g-2": "1", "g-3": "1"})
        await visitor.send("/valider", code="2" * 20)
        answers.append(visitor.page.status_code)
    await visitor.http.aclose()
    assert answers == [422] * 3 + [429] * 9


async def test_v20_a_code_opens_no_session_and_a_session_is_no_code(
    app: AppContext, site: Litestar
) -> None:
    vote = await a_sealed_vote(app)
    visitor = Visitor(site)
    bearer = {"authorization": f"Bearer {vote.codes[0]}"}
    answer = await visitor.http.get("/api/v1/me/data", headers=bearer)
    assert answer.status_code in (401, 404)
    visitor.http.cookies.set("session", vote.codes[0])
    await visitor.open("/fr/compte/contributions")
    assert visitor.page.url.path == "/fr/identite"
    await visitor.http.aclose()
    sent = BallotRequest(vote.page.card.slug, 1, {"1": 7}, b"session", code="s" * 43)
    with pytest.raises(NotAllowed, match="code-long"):
        await cast_from_api(app, sent)


async def test_aliases_of_an_address_on_the_roll_are_nobody(app: AppContext) -> None:
    vote = await a_sealed_vote(app, eligibility="roll")
    listed = f"{new_id().hex}.lea@example.org"
    async with request_context(app) as ctx:
        await ctx.db.execute(text("ALTER TABLE elector DISABLE TRIGGER roll_is_frozen"))
        await ctx.db.execute(
            update(Elector)
            .where(Elector.consultation_id == vote.page.card.id, Elector.number == "1")
            .values(email=listed)
        )
        await ctx.db.execute(text("ALTER TABLE elector ENABLE TRIGGER roll_is_frozen"))
    local, _, domain = listed.partition("@")
    for alias in (
        f"{local}+2@{domain}",
        f"{local.replace('.', '')}@{domain}",
        f"{local}@googlemail.example",
        f"{local.replace('a', 'а')}@{domain}",
        "",
    ):
        viewer = await _at(app, await a_person(app), alias)
        with pytest.raises(NotAllowed, match="not-on-the-roll"):
            await _cast_as(app, vote, viewer)
    first = await _at(app, await a_person(app), listed)
    cast = await _cast_as(app, vote, first)
    assert await version_of(app, cast) == 1
    await _at(app, first, f"old.{listed}")
    # Another account that has the same address later is the same voter.
    again = await _cast_as(app, vote, await _at(app, await a_person(app), listed))
    assert await version_of(app, again) == 2


async def _at(app: AppContext, viewer: Viewer, email: str) -> Viewer:
    """Give an account an address, as no page can."""
    async with request_context(app) as ctx:
        await ctx.db.execute(update(Person).where(Person.id == viewer.id).values(email=email))
    return viewer


async def test_a_visitor_is_never_taken_for_somebody_without_address(app: AppContext) -> None:
    vote = await a_sealed_vote(app, eligibility="roll", opened=False)
    async with request_context(app) as ctx:
        await ctx.db.execute(
            update(Elector)
            .where(Elector.consultation_id == vote.page.card.id)
            .where(Elector.number.in_(["1", "2"]))
            .values(email=None)
        )
    for viewer in (None, replace(await a_person(app), email="")):
        async with request_context(app, viewer) as ctx:
            own = await own_ballot(ctx, vote.poll)
        assert not own.voted
        assert not own.listed


async def test_a_new_code_and_a_vote_with_the_old_one_at_once_leave_one_ballot(
    app: AppContext,
) -> None:
    """Either the old code was first and its ballot stays, or it is refused; never both."""
    vote = await a_sealed_vote(app, electors=8)
    first, (second, third) = await _agent(app, vote), await two_agents(app, vote)
    for number, code in enumerate(vote.codes, start=1):
        async with request_context(app, first) as ctx:
            request = await ask_code(ctx, vote.page.ref, str(number), "Lettre perdue")
        sent = BallotRequest(vote.page.card.slug, 1, {"1": 7}, f"old {number}".encode(), code=code)
        answers: Any = await asyncio.gather(
            cast_from_api(app, sent),
            _grant(app, vote, second, request.id),
            _grant(app, vote, third, request.id),
            return_exceptions=True,
        )
        cast, one, other = answers
        granted = [letter for letter in (one, other) if not isinstance(letter, BaseException)]
        refused = [letter for letter in (one, other) if isinstance(letter, BaseException)]
        assert (len(granted), len(refused)) == (1, 1)
        assert isinstance(refused[0], Conflict)
        was_cast = isinstance(cast, SealedReceipt)
        assert was_cast or str(cast) == "code-wrong"
        with pytest.raises(NotAllowed, match="code-wrong"):
            await cast_from_api(app, replace(sent, submission=b"old code again"))
        new = replace(sent, code=granted[0].code, submission=b"new code")
        receipt = await cast_from_api(app, new)
        assert isinstance(receipt, SealedReceipt)
        assert await version_of(app, receipt) == 1 + was_cast
    async with request_context(app, first) as ctx:
        requests = await code_requests(ctx, vote.page.ref)
        assert {one.state for one in requests} == {"granted"}
        with pytest.raises(NotAllowed, match="needs-another-person"):
            await grant_code(
                ctx, vote.page.ref, (await ask_code(ctx, vote.page.ref, "1", "Encore")).id
            )


COMMANDS: dict[str, Command] = {
    "import_roll": lambda ctx, vote: import_roll(ctx, vote.page.ref, [RollLine("1")]),
    "issue_codes": lambda ctx, vote: issue_codes(ctx, vote.page.ref),
    "ask_code": lambda ctx, vote: ask_code(ctx, vote.page.ref, "1", "Perdue"),
    "grant_code": lambda ctx, vote: grant_code(ctx, vote.page.ref, new_id()),
    "refuse_code": lambda ctx, vote: refuse_code(ctx, vote.page.ref, new_id()),
    "code_requests": lambda ctx, vote: code_requests(ctx, vote.page.ref),
    "register_trustee": lambda ctx, vote: register_trustee(ctx, vote.page.ref, b"{}"),
    "begin_rehearsal": lambda ctx, vote: begin_rehearsal(ctx, vote.page.ref),
    "hand_in_shares": lambda ctx, vote: hand_in_shares(ctx, vote.page.ref, b"{}"),
    "mark_voters": lambda ctx, vote: mark_voters(ctx, vote.page.ref, vote.poll, "paper", ["1"]),
    "type_batch": lambda ctx, vote: enter_batch(
        ctx, vote.page.ref, vote.poll, BatchDraft(channel="paper", ballots=[{"1": 1}])
    ),
    "ask_extension": lambda ctx, vote: ask_extension(
        ctx, vote.page.ref, ExtensionDraft(closes_at=ctx.now + timedelta(days=9), reason="x" * 20)
    ),
    "grant_extension": lambda ctx, vote: grant_extension(ctx, vote.page.ref, new_id()),
    "publish_count": lambda ctx, vote: publish_count(
        ctx,
        vote.page.ref,
        vote.poll,
        CountDraft(minutes=b"{}", signatures={}, recount=None, pdf=b""),
    ),
}


@pytest.mark.parametrize("command", COMMANDS)
async def test_v11_v14_only_agents_of_the_authority_run_its_ballot_box(
    app: AppContext, command: str
) -> None:
    vote = await a_sealed_vote(app, electors=1)
    own = vote.page.card.authority
    elsewhere = await an_authority(app)
    people = [None, await a_person(app), await a_member(app, elsewhere, "administrator")]
    people += [await a_member(app, own, role) for role in ("moderator", "official")]
    for viewer in people:
        with pytest.raises((NotAllowed, NotFound, SignInNeeded)) as refusal:
            async with request_context(app, viewer) as ctx:
                await COMMANDS[command](ctx, vote)
        assert refusal.value.code not in ("needs-another-person", "urn-open")


async def test_v14_a_request_of_another_consultation_is_nothing_here(app: AppContext) -> None:
    vote, other = await a_sealed_vote(app), await a_sealed_vote(app)
    async with request_context(app, await _agent(app, other)) as ctx:
        request = await ask_code(ctx, other.page.ref, "1", "Lettre perdue")
        later = ExtensionDraft(closes_at=ctx.now + timedelta(days=9), reason="Une panne longue")
        extension = await ask_extension(ctx, other.page.ref, later)
    async with request_context(app, await _agent(app, vote)) as ctx:
        for decide in (grant_code, refuse_code):
            with pytest.raises(NotFound):
                await decide(ctx, vote.page.ref, request.id)
        with pytest.raises(NotFound):
            await grant_extension(ctx, vote.page.ref, extension.id)


async def test_v15_an_archive_is_given_to_agents_signed_in_and_by_no_link(
    app: AppContext, site: Litestar, visitor_of: Callable[[Viewer | None], Awaitable[Visitor]]
) -> None:
    vote = await a_sealed_vote(app, electors=1)
    await close_sealed(app, vote)
    paths = [
        re.sub(r"\{number:int\}", "1", route.path).replace("{slug:str}", vote.page.card.slug)
        for route in site.routes
        if re.search(r"urne|archive|rehearsal|repetition|codes", route.path)
        and "GET" in getattr(route, "methods", ())
        and "{slug:str}" in route.path
        and "embed" not in route.path
    ]
    assert any("urne" in path for path in paths)
    agent = await visitor_of(await _agent(app, vote))
    stranger = await visitor_of(await a_member(app, await an_authority(app), "agent"))
    visitor = await visitor_of(None)
    files = 0
    for path in paths:
        answer = await agent.http.get(path)
        if answer.headers.get("content-disposition", "").startswith("attachment"):
            files += 1
            assert "no-store" in answer.headers["cache-control"]
        for other in (stranger, visitor):
            kept_out = await other.http.get(path)
            assert kept_out.status_code in (302, 303, 401, 403, 404), path
            assert b"sealed" not in kept_out.content
    assert files


async def test_v9_a_receipt_is_not_searched_for_by_its_beginning(app: AppContext) -> None:
    vote = await a_sealed_vote(app)
    receipt = await a_sealed_ballot(app, vote, vote.codes[0], {"1": 7})
    async with request_context(app) as ctx:
        assert (await look_up(ctx, vote.poll, receipt.reference)).state == "waiting"
        for typed in (receipt.hash[:8], receipt.hash[:31], "%", "_" * 32, receipt.hash + "0"):
            with pytest.raises(Invalid):
                await look_up(ctx, vote.poll, typed)


async def test_v27_the_address_of_a_vote_defines_nothing_of_it(
    app: AppContext, site: Litestar
) -> None:
    vote = await a_sealed_vote(app)
    visitor = Visitor(site)
    at = f"/fr/c/{vote.page.card.slug}/voter/1"
    hostile = (
        "question=PIRATE&options=PIRATE&election=https://evil.example/PIRATE&g-1=7&code=PIRATE"
    )
    plain = (await visitor.http.get(at)).text
    changed = (await visitor.http.get(f"{at}?{hostile}")).text
    await visitor.http.aclose()
    assert words(changed) == words(plain)  # what may differ: the link to the other language
    assert [one.action for one in forms(changed)] == [one.action for one in forms(plain)]
    assert plain.count("checked") == changed.count("checked")
    assert not re.search(r"(?:src|action|href)=\"[^\"?]*(?:PIRATE|evil)", changed)


@pytest.mark.parametrize("odd", ["-1", str(2**31), str(2**70), "\x00", "{" * 3000, "é" * 32])
async def test_odd_numbers_and_letters_are_refused_and_break_nothing(
    app: AppContext, site: Litestar, odd: str
) -> None:
    """In the addresses of a vote, in its ballot, as a code and as a receipt."""
    vote = await a_sealed_vote(app, electors=1)
    visitor = Visitor(site)
    at = f"/fr/c/{vote.page.card.slug}/voter"
    answers = [await visitor.http.get(f"{at}/{quote(odd)}")]
    answers.append(await visitor.http.get(f"/fr/c/{quote(odd)}/voter/1"))
    answers.append(await visitor.http.get(f"/fr/recu/{quote(odd)}"))
    await visitor.open(f"{at}/1")
    answers.append(await visitor.send("/voter/1", **{"g-1": odd, "g-2": "1", "g-3": "1"}))
    assert {one.status_code for one in answers} <= {302, 404, 422}
    await visitor.open(f"{at}/1")
    await visitor.send("/voter/1", **{"g-1": "7", "g-2": "1", "g-3": "1"})
    assert (await visitor.send("/valider", code=odd)).status_code == 422
    await visitor.open(f"{at}/1/tableau")
    assert (await visitor.send("/tableau", receipt=odd)).status_code == 422
    await visitor.http.aclose()
    assert await _versions(app, vote) == 0


@pytest.mark.parametrize("email", ["Lea@Example.ORG", " lea@example.org", "LEA@EXAMPLE.ORG "])
def test_v26_an_address_is_the_same_however_it_is_typed(email: str) -> None:
    found = read_roll(f"identifiant;courriel\n1;{email}\n".encode())
    assert [line.email for line in found.lines] == ["lea@example.org"]
    twice = read_roll(f"identifiant;courriel\n1;{email}\n2;lea@example.org\n".encode())
    assert [(one.line, one.code) for one in twice.faults] == [(3, "roll-email-twice")]


def test_v28_identifiers_that_collide_or_cannot_be_seen_are_refused() -> None:
    for second in ("A1", "a1", "А1", " ", "A1\u200b", "A1\u0000", "\u202e1A"):
        found = read_roll(f"identifiant\nA1\n{second}\nB2\n".encode())
        empty = not second.strip()
        assert bool(found.faults) is not empty, ascii(second)
    assert read_roll(b"identifiant\n" + b"1" * 200_000).faults


async def test_a_stray_file_among_the_keys_keeps_no_ballot_box_open(app: AppContext) -> None:
    vote = await a_sealed_vote(app)
    folder = app.settings.data_folder / "slot-keys"
    (folder / ".DS_Store").write_bytes(b"")
    (folder / "lost+found").mkdir(exist_ok=True)
    (folder / f".{vote.poll.id}.0123456789abcdef").write_bytes(bytes(32))
    await close_sealed(app, vote)
    async with request_context(app) as ctx:
        await close_due_ballot_boxes(ctx)
    assert vote.poll.id not in kept_keys(app)
    assert not list(folder.glob(f"*{vote.poll.id}*"))
    (folder / ".DS_Store").unlink()
    (folder / "lost+found").rmdir()


async def test_all_drafts_of_a_vote_have_one_size(app: AppContext) -> None:
    """A draft in the database must not show how many options somebody marked."""
    page, poll = await a_poll(app, ("Oui", "Non", "Peut-être"), method="approval")
    async with request_context(app) as ctx:
        choices: list[dict[str, int]] = [{}, {"1": 1}, {"1": 1, "2": 1, "3": 1}]
        for number, choice in enumerate(choices):
            await save_draft(ctx, page.ref, poll, f"browser {number}", choice, blank=not choice)
        query = text("SELECT DISTINCT octet_length(choice) FROM ballot_draft WHERE poll_id = :poll")
        assert len((await ctx.db.scalars(query, {"poll": poll.id})).all()) == 1


async def test_keys_that_cannot_be_sealed_to_are_refused(app: AppContext) -> None:
    vote = await a_sealed_vote(app, opened=False)
    public = msgspec.to_builtins(TRUSTEES[4].public)
    small = "A" * 43 + "="  # thirty-two zero bytes: a point of small order
    async with request_context(app, await _agent(app, vote)) as ctx:
        for wrong in (
            {"sealing": small},
            {"sealing": "AAAA"},
            {"name": "\u202eeulb"},
            {"name": ""},
        ):
            with pytest.raises(Invalid):
                await register_trustee(ctx, vote.page.ref, msgspec.json.encode(public | wrong))
        for text_ in (b"[" * 200_000, b"", b"\xff\xfe"):
            with pytest.raises(Invalid):
                await register_trustee(ctx, vote.page.ref, text_)


async def test_minutes_that_cannot_be_read_are_refused_as_such(app: AppContext) -> None:
    vote = await a_sealed_vote(app)
    await a_sealed_ballot(app, vote, vote.codes[0], {"1": 7})
    await close_sealed(app, vote)
    good = counted(await archive_of(app, vote.poll.id)).minutes
    agent = await _agent(app, vote)
    hostile = (b"", b"{}", b"[" * 200_000, b'{"outcome":' + b"[" * 200_000, good[:-1], good + b"{}")
    for minutes in hostile:
        draft = CountDraft(minutes=minutes, signatures={}, recount=None, pdf=b"%PDF-")
        with pytest.raises(Invalid) as refusal:
            async with request_context(app, agent) as ctx:
                await publish_count(ctx, vote.page.ref, vote.poll, draft)
        assert set(refusal.value.errors) == {"minutes"}
    draft = CountDraft(minutes=good, signatures={"1": "x", "9": "y"}, recount=b"{", pdf=b"%PDF-")
    with pytest.raises(Invalid) as refusal:
        async with request_context(app, agent) as ctx:
            await publish_count(ctx, vote.page.ref, vote.poll, draft)
    assert set(refusal.value.errors) == {"signatures"}


async def _agent(app: AppContext, vote: SealedVote) -> Viewer:
    return await a_member(app, vote.page.card.authority, "agent")


async def _grant(app: AppContext, vote: SealedVote, agent: Viewer, request: Any) -> Any:
    async with request_context(app, agent) as ctx:
        return await grant_code(ctx, vote.page.ref, request)


async def _cast_as(app: AppContext, vote: SealedVote, viewer: Viewer) -> SealedReceipt:
    token, form = await a_session(app, viewer), str(new_id()).encode()
    sent = BallotRequest(vote.page.card.slug, 1, {"1": 7}, form, token=token)
    receipt = await cast_from_api(app, sent)
    assert isinstance(receipt, SealedReceipt)
    return receipt


async def _versions(app: AppContext, vote: SealedVote) -> int:
    async with request_context(app) as ctx:
        query = select(func.count()).where(SealedBallot.poll_id == vote.poll.id)
        return (await ctx.db.scalars(query)).one()


async def _a_day_passes(app: AppContext, vote: SealedVote) -> None:
    """Yesterday's marks, as a request captured yesterday finds them."""
    async with request_context(app) as ctx:
        await ctx.db.execute(
            text("UPDATE roll_mark SET marked_on = marked_on - 1 WHERE poll_id = :poll"),
            {"poll": vote.poll.id},
        )


@pytest.mark.parametrize("secrecy", ["plain", "sealed"])
async def test_l10_an_answer_does_not_tell_whether_the_vote_was_changed(
    app: AppContext, secrecy: str
) -> None:
    """An attacker with a copy of the code gets the same answer to a first ballot and to a
    change.
    """
    vote = await a_sealed_vote(app, secrecy=secrecy, opened=secrecy == "sealed")
    told = []
    for place, form in ((0, b"owner's"), (0, b"copy's"), (1, b"another's")):
        sent = BallotRequest(vote.page.card.slug, 1, {"1": 7}, form, code=vote.codes[place])
        told.append(msgspec.to_builtins(await cast_from_api(app, sent)))
    random = {"hash", "signature", "reference"}
    first, changed, other = ({k: v for k, v in one.items() if k not in random} for one in told)
    assert first == changed == other


async def test_an_older_receipt_with_its_version_is_still_believed(app: AppContext) -> None:
    vote = await a_sealed_vote(app)
    key = signing_key(app, vote.poll.id)
    bare = SealedReceipt(str(vote.poll.id), "a" * 64, "2026-12-01", public_text(key), version=2)
    old = msgspec.structs.replace(bare, signature=sign(key, "receipt", canonical(bare)))
    assert is_genuine(read_receipt(msgspec.json.encode(old)), public_text(key))
    assert not is_genuine(msgspec.structs.replace(old, version=1), public_text(key))
