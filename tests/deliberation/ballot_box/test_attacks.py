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

from deliberation.ballot_box.board import signing_key
from deliberation.ballot_box.casting import cast_choice
from deliberation.ballot_box.drafts import save_draft
from deliberation.ballot_box.extensions import ExtensionDraft, ask_extension, grant_extension
from deliberation.ballot_box.intake import Sent, take_in
from deliberation.ballot_box.model import Elector, SealedBallot
from deliberation.ballot_box.papers import BatchDraft, mark_voters, type_batch
from deliberation.ballot_box.public_board import look_up
from deliberation.ballot_box.queries import own_ballot
from deliberation.ballot_box.roll import (
    ask_code,
    code_requests,
    grant_code,
    import_roll,
    issue_codes,
    refuse_code,
)
from deliberation.ballot_box.roll_file import RollLine, read_roll
from deliberation.ballot_box.sealed.canonical import canonical
from deliberation.ballot_box.sealed.keys import public_text, sign
from deliberation.ballot_box.sealed.receipts import SealedReceipt, is_genuine, read_receipt
from deliberation.ballot_box.slot_keys import kept_keys
from deliberation.ballot_box.trustees import begin_rehearsal, hand_in_shares, register_trustee
from deliberation.ballot_box.urns import close_due_urns
from deliberation.kit.act import Act, House, Viewer
from deliberation.kit.errors import Conflict, Invalid, NotAllowed, NotFound, SignInNeeded, TooMany
from deliberation.kit.ids import new_id
from deliberation.kit.limits import LIMITS
from deliberation.results.sealed import CountDraft, publish_count
from tests.builders import a_member, a_person, a_poll, acting, an_authority, version_of
from tests.sealed import (
    TRUSTEES,
    SealedVote,
    a_sealed_ballot,
    a_sealed_vote,
    bundle_of,
    close_sealed,
    counted,
    two_agents,
)
from tests.site import Visitor, forms, words

Command = Callable[[Act, SealedVote], Awaitable[Any]]


async def test_v1_fifty_identical_sealed_votes_at_once_are_one(house: House) -> None:
    vote = await a_sealed_vote(house)
    receipts = await asyncio.gather(
        *(a_sealed_ballot(house, vote, vote.codes[0], {"1": 7}, b"one form") for _ in range(50))
    )
    assert {await version_of(house, one) for one in receipts} == {1}
    assert len({one.signature for one in receipts}) == 1
    assert await _versions(house, vote) == 1


async def test_f20_a_captured_vote_sent_again_changes_nothing(house: House) -> None:
    """At once, the next day, after a change of vote, after the close; in another vote."""
    vote, other = await a_sealed_vote(house), await a_sealed_vote(house)
    code = vote.codes[0]
    captured = Sent(vote.page.card.slug, 1, {"1": 7}, b"captured", code=code)
    first = await take_in(house, captured)
    changed = await take_in(house, replace(captured, choice={"2": 7}, submission=b"changed"))
    await _a_day_passes(house, vote)
    assert await take_in(house, captured) == first
    assert await _versions(house, vote) == 2
    assert isinstance(changed, SealedReceipt)
    assert await version_of(house, changed) == 2
    # Another authority's vote says the same to a code of elsewhere as to one that nobody has.
    said = set()
    for tried in (code, "2" * 20):
        with pytest.raises(NotAllowed) as refusal:
            await take_in(house, replace(captured, slug=other.page.card.slug, code=tried))
        said.add((refusal.value.code, tuple(refusal.value.values)))
    assert said == {("code-wrong", ())}
    assert await _versions(house, other) == 0
    await close_sealed(house, vote)
    with pytest.raises(NotAllowed, match="voting-closed"):
        await take_in(house, captured)
    minutes = msgspec.json.decode(counted(await bundle_of(house, vote.poll.id)).minutes)
    assert (minutes["counts"]["slots"], minutes["counts"]["versions"]) == (1, 2)


async def test_wrong_codes_are_counted_and_right_ones_never_shut_out(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By network: nobody there can shut out whoever holds a code, nor go on guessing unseen."""
    monkeypatch.setitem(LIMITS, "voting-code", LIMITS["voting-code"]._replace(most=3))
    vote = await a_sealed_vote(house)
    network = str(new_id())

    async def tried(code: str) -> Any:
        async with acting(house) as act:
            pass  # a cast opens its own transactions
        there = replace(act, network=network)
        return await cast_choice(there, vote.page, vote.poll, {"1": 7}, b"guessing", code=code)

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
    house: House, site: Litestar, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(LIMITS, "voting-code", LIMITS["voting-code"]._replace(most=3))
    vote = await a_sealed_vote(house)
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
    house: House, site: Litestar
) -> None:
    vote = await a_sealed_vote(house)
    visitor = Visitor(site)
    bearer = {"authorization": f"Bearer {vote.codes[0]}"}
    answer = await visitor.http.get("/api/v1/me/data", headers=bearer)
    assert answer.status_code in (401, 404)
    visitor.http.cookies.set("session", vote.codes[0])
    await visitor.open("/fr/compte/contributions")
    assert visitor.page.url.path == "/fr/identite"
    await visitor.http.aclose()
    with pytest.raises(NotAllowed, match="code-long"):
        await take_in(house, Sent(vote.page.card.slug, 1, {"1": 7}, b"session", code="s" * 43))


async def test_aliases_of_an_address_on_the_roll_are_nobody(house: House) -> None:
    vote = await a_sealed_vote(house, eligibility="roll")
    listed = f"{new_id().hex}.lea@example.org"
    async with acting(house) as act:
        await act.db.execute(text("ALTER TABLE elector DISABLE TRIGGER roll_is_frozen"))
        await act.db.execute(
            update(Elector)
            .where(Elector.consultation_id == vote.page.card.id, Elector.number == "1")
            .values(email=listed)
        )
        await act.db.execute(text("ALTER TABLE elector ENABLE TRIGGER roll_is_frozen"))
    local, _, domain = listed.partition("@")
    for alias in (
        f"{local}+2@{domain}",
        f"{local.replace('.', '')}@{domain}",
        f"{local}@googlemail.example",
        f"{local.replace('a', 'а')}@{domain}",
        "",
    ):
        viewer = replace(await a_person(house), email=alias)
        with pytest.raises(NotAllowed, match="not-on-the-roll"):
            await _cast_as(house, vote, viewer)
    cast = await _cast_as(house, vote, replace(await a_person(house), email=listed))
    assert await version_of(house, cast) == 1
    # Another account with the same address, were there one, is the same voter.
    again = await _cast_as(house, vote, replace(await a_person(house), email=listed))
    assert await version_of(house, again) == 2


async def test_a_visitor_is_never_taken_for_somebody_without_address(house: House) -> None:
    vote = await a_sealed_vote(house, eligibility="roll", opened=False)
    async with acting(house) as act:
        await act.db.execute(
            update(Elector)
            .where(Elector.consultation_id == vote.page.card.id)
            .where(Elector.number.in_(["1", "2"]))
            .values(email=None)
        )
    for viewer in (None, replace(await a_person(house), email="")):
        async with acting(house, viewer) as act:
            own = await own_ballot(act, vote.poll)
        assert not own.voted
        assert not own.listed


async def test_a_new_code_and_a_vote_with_the_old_one_at_once_leave_one_ballot(
    house: House,
) -> None:
    """Either the old code was first and its ballot stays, or it is refused; never both."""
    vote = await a_sealed_vote(house, electors=8)
    first, (second, third) = await _agent(house, vote), await two_agents(house, vote)
    for number, code in enumerate(vote.codes, start=1):
        async with acting(house, first) as act:
            request = await ask_code(act, vote.page, str(number), "Lettre perdue")
        sent = Sent(vote.page.card.slug, 1, {"1": 7}, f"old {number}".encode(), code=code)
        answers: Any = await asyncio.gather(
            take_in(house, sent),
            _grant(house, vote, second, request.id),
            _grant(house, vote, third, request.id),
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
            await take_in(house, replace(sent, submission=b"old code again"))
        new = replace(sent, code=granted[0].code, submission=b"new code")
        receipt = await take_in(house, new)
        assert isinstance(receipt, SealedReceipt)
        assert await version_of(house, receipt) == 1 + was_cast
    async with acting(house, first) as act:
        requests = await code_requests(act, vote.page)
        assert {one.state for one in requests} == {"granted"}
        with pytest.raises(NotAllowed, match="needs-another-person"):
            await grant_code(act, vote.page, (await ask_code(act, vote.page, "1", "Encore")).id)


COMMANDS: dict[str, Command] = {
    "import_roll": lambda act, vote: import_roll(act, vote.page, [RollLine("1")]),
    "issue_codes": lambda act, vote: issue_codes(act, vote.page),
    "ask_code": lambda act, vote: ask_code(act, vote.page, "1", "Perdue"),
    "grant_code": lambda act, vote: grant_code(act, vote.page, new_id()),
    "refuse_code": lambda act, vote: refuse_code(act, vote.page, new_id()),
    "code_requests": lambda act, vote: code_requests(act, vote.page),
    "register_trustee": lambda act, vote: register_trustee(act, vote.page, b"{}"),
    "begin_rehearsal": lambda act, vote: begin_rehearsal(act, vote.page),
    "hand_in_shares": lambda act, vote: hand_in_shares(act, vote.page, b"{}"),
    "mark_voters": lambda act, vote: mark_voters(act, vote.page, vote.poll, "paper", ["1"]),
    "type_batch": lambda act, vote: type_batch(
        act, vote.page, vote.poll, BatchDraft(channel="paper", ballots=[{"1": 1}])
    ),
    "ask_extension": lambda act, vote: ask_extension(
        act, vote.page, ExtensionDraft(closes_at=act.now + timedelta(days=9), reason="x" * 20)
    ),
    "grant_extension": lambda act, vote: grant_extension(act, vote.page, new_id()),
    "publish_count": lambda act, vote: publish_count(
        act,
        vote.page,
        vote.poll,
        CountDraft(minutes=b"{}", signatures={}, recount=None, pdf=b""),
    ),
}


@pytest.mark.parametrize("command", COMMANDS)
async def test_v11_v14_only_agents_of_the_authority_run_its_ballot_box(
    house: House, command: str
) -> None:
    vote = await a_sealed_vote(house, electors=1)
    own = vote.page.card.authority
    elsewhere = await an_authority(house)
    people = [None, await a_person(house), await a_member(house, elsewhere, "administrator")]
    people += [await a_member(house, own, role) for role in ("moderator", "official")]  # type: ignore[arg-type]
    for viewer in people:
        with pytest.raises((NotAllowed, NotFound, SignInNeeded)) as refusal:
            async with acting(house, viewer) as act:
                await COMMANDS[command](act, vote)
        assert refusal.value.code not in ("needs-another-person", "urn-open")


async def test_v14_a_request_of_another_consultation_is_nothing_here(house: House) -> None:
    vote, other = await a_sealed_vote(house), await a_sealed_vote(house)
    async with acting(house, await _agent(house, other)) as act:
        request = await ask_code(act, other.page, "1", "Lettre perdue")
        later = ExtensionDraft(closes_at=act.now + timedelta(days=9), reason="Une panne longue")
        extension = await ask_extension(act, other.page, later)
    async with acting(house, await _agent(house, vote)) as act:
        for decide in (grant_code, refuse_code):
            with pytest.raises(NotFound):
                await decide(act, vote.page, request.id)
        with pytest.raises(NotFound):
            await grant_extension(act, vote.page, extension.id)


async def test_v15_a_bundle_is_given_to_agents_signed_in_and_by_no_link(
    house: House, site: Litestar, visitor_of: Callable[[Viewer | None], Awaitable[Visitor]]
) -> None:
    vote = await a_sealed_vote(house, electors=1)
    await close_sealed(house, vote)
    paths = [
        re.sub(r"\{number:int\}", "1", route.path).replace("{slug:str}", vote.page.card.slug)
        for route in site.routes
        if re.search(r"urne|bundle|rehearsal|repetition|codes", route.path)
        and "GET" in getattr(route, "methods", ())
        and "{slug:str}" in route.path
        and "embed" not in route.path
    ]
    assert any("urne" in path for path in paths)
    agent = await visitor_of(await _agent(house, vote))
    stranger = await visitor_of(await a_member(house, await an_authority(house), "agent"))
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


async def test_v9_a_receipt_is_not_searched_for_by_its_beginning(house: House) -> None:
    vote = await a_sealed_vote(house)
    receipt = await a_sealed_ballot(house, vote, vote.codes[0], {"1": 7})
    async with acting(house) as act:
        assert (await look_up(act, vote.poll, receipt.reference)).state == "waiting"
        for typed in (receipt.hash[:8], receipt.hash[:31], "%", "_" * 32, receipt.hash + "0"):
            with pytest.raises(Invalid):
                await look_up(act, vote.poll, typed)


async def test_v27_the_address_of_a_vote_defines_nothing_of_it(
    house: House, site: Litestar
) -> None:
    vote = await a_sealed_vote(house)
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
    house: House, site: Litestar, odd: str
) -> None:
    """In the addresses of a vote, in its ballot, as a code and as a receipt."""
    vote = await a_sealed_vote(house, electors=1)
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
    assert await _versions(house, vote) == 0


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


async def test_a_stray_file_among_the_keys_keeps_no_urn_open(house: House) -> None:
    vote = await a_sealed_vote(house)
    folder = house.settings.data_folder / "slot-keys"
    (folder / ".DS_Store").write_bytes(b"")
    (folder / "lost+found").mkdir(exist_ok=True)
    (folder / f".{vote.poll.id}.0123456789abcdef").write_bytes(bytes(32))
    await close_sealed(house, vote)
    async with acting(house) as act:
        await close_due_urns(act)
    assert vote.poll.id not in kept_keys(house)
    assert not list(folder.glob(f"*{vote.poll.id}*"))
    (folder / ".DS_Store").unlink()
    (folder / "lost+found").rmdir()


async def test_all_drafts_of_a_vote_have_one_size(house: House) -> None:
    """What is waiting in the database must not tell how many options somebody marked."""
    page, poll = await a_poll(house, ("Oui", "Non", "Peut-être"), method="approval")
    async with acting(house) as act:
        choices: list[dict[str, int]] = [{}, {"1": 1}, {"1": 1, "2": 1, "3": 1}]
        for number, choice in enumerate(choices):
            await save_draft(act, page, poll, f"browser {number}", choice, blank=not choice)
        query = text("SELECT DISTINCT octet_length(choice) FROM ballot_draft WHERE poll_id = :poll")
        assert len((await act.db.scalars(query, {"poll": poll.id})).all()) == 1


async def test_keys_that_cannot_be_sealed_to_are_refused(house: House) -> None:
    vote = await a_sealed_vote(house, opened=False)
    public = msgspec.to_builtins(TRUSTEES[4].public)
    small = "A" * 43 + "="  # thirty-two zero bytes: a point of small order
    async with acting(house, await _agent(house, vote)) as act:
        for wrong in (
            {"sealing": small},
            {"sealing": "AAAA"},
            {"name": "\u202eeulb"},
            {"name": ""},
        ):
            with pytest.raises(Invalid):
                await register_trustee(act, vote.page, msgspec.json.encode(public | wrong))
        for text_ in (b"[" * 200_000, b"", b"\xff\xfe"):
            with pytest.raises(Invalid):
                await register_trustee(act, vote.page, text_)


async def test_minutes_that_cannot_be_read_are_refused_as_such(house: House) -> None:
    vote = await a_sealed_vote(house)
    await a_sealed_ballot(house, vote, vote.codes[0], {"1": 7})
    await close_sealed(house, vote)
    good = counted(await bundle_of(house, vote.poll.id)).minutes
    agent = await _agent(house, vote)
    hostile = (b"", b"{}", b"[" * 200_000, b'{"outcome":' + b"[" * 200_000, good[:-1], good + b"{}")
    for minutes in hostile:
        draft = CountDraft(minutes=minutes, signatures={}, recount=None, pdf=b"%PDF-")
        with pytest.raises(Invalid) as refusal:
            async with acting(house, agent) as act:
                await publish_count(act, vote.page, vote.poll, draft)
        assert set(refusal.value.errors) == {"minutes"}
    draft = CountDraft(minutes=good, signatures={"1": "x", "9": "y"}, recount=b"{", pdf=b"%PDF-")
    with pytest.raises(Invalid) as refusal:
        async with acting(house, agent) as act:
            await publish_count(act, vote.page, vote.poll, draft)
    assert set(refusal.value.errors) == {"signatures"}


async def _agent(house: House, vote: SealedVote) -> Viewer:
    return await a_member(house, vote.page.card.authority, "agent")  # type: ignore[arg-type]


async def _grant(house: House, vote: SealedVote, agent: Viewer, request: Any) -> Any:
    async with acting(house, agent) as act:
        return await grant_code(act, vote.page, request)


async def _cast_as(house: House, vote: SealedVote, viewer: Viewer) -> SealedReceipt:
    async with acting(house, viewer) as act:
        pass  # a cast opens its own transactions
    receipt = await cast_choice(act, vote.page, vote.poll, {"1": 7}, str(new_id()).encode())
    assert isinstance(receipt, SealedReceipt)
    return receipt


async def _versions(house: House, vote: SealedVote) -> int:
    async with acting(house) as act:
        query = select(func.count()).where(SealedBallot.poll_id == vote.poll.id)
        return (await act.db.scalars(query)).one()


async def _a_day_passes(house: House, vote: SealedVote) -> None:
    """Yesterday's marks, as a request captured yesterday finds them."""
    async with acting(house) as act:
        await act.db.execute(
            text("UPDATE roll_mark SET marked_on = marked_on - 1 WHERE poll_id = :poll"),
            {"poll": vote.poll.id},
        )


@pytest.mark.parametrize("profile", ["P0", "P1"])
async def test_l10_an_answer_does_not_tell_whether_the_vote_was_changed(
    house: House, profile: str
) -> None:
    """Whoever kept a copy of the code reads the same after a first ballot and after a change."""
    vote = await a_sealed_vote(house, profile=profile, opened=profile == "P1")
    told = []
    for place, form in ((0, b"owner's"), (0, b"copy's"), (1, b"another's")):
        sent = Sent(vote.page.card.slug, 1, {"1": 7}, form, code=vote.codes[place])
        told.append(msgspec.to_builtins(await take_in(house, sent)))
    random = {"hash", "signature", "reference"}
    first, changed, other = ({k: v for k, v in one.items() if k not in random} for one in told)
    assert first == changed == other


async def test_an_older_receipt_with_its_version_is_still_believed(house: House) -> None:
    vote = await a_sealed_vote(house)
    key = signing_key(house, vote.poll.id)
    bare = SealedReceipt(str(vote.poll.id), "a" * 64, "2026-12-01", public_text(key), version=2)
    old = msgspec.structs.replace(bare, signature=sign(key, "receipt", canonical(bare)))
    assert is_genuine(read_receipt(msgspec.json.encode(old)), public_text(key))
    assert not is_genuine(msgspec.structs.replace(old, version=1), public_text(key))
