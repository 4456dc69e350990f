"""A sealed vote by forms and links alone: the letter's code, the receipt, the page that checks it.

No address of any of these pages holds a code or a hash: what is secret goes in forms.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy import text

from deliberation.core.context import AppContext, Viewer
from deliberation.core.rate_limits import LIMITS
from deliberation.elections.ballot_box.extensions import (
    ExtensionDraft,
    ask_extension,
    grant_extension,
)
from deliberation.elections.ballots.batch_publisher import seal_batch
from deliberation.elections.bulletin_board.entries import add_entry, signing_key
from deliberation.elections.paper.paper_ballots import (
    BatchDraft,
    enter_batch,
    enter_second_copy,
    mark_voters,
)
from deliberation.elections.pseudonyms.key_folder import renew_key
from deliberation.elections.pseudonyms.keys import destroy_key
from deliberation.elections.sealed_protocol.board import read_board
from deliberation.elections.sealed_protocol.receipts import SealedReceipt, new_receipt, read_receipt
from deliberation.elections.verification.claims import Published, findings
from deliberation.network.people.commands import person_of
from tests.builders import (
    a_member,
    a_poll,
    a_result,
    mailed_code,
    request_context,
    unique,
    version_of,
    viewer_of,
)
from tests.sealed import (
    SealedVote,
    a_roll,
    a_sealed_ballot,
    a_sealed_result,
    a_sealed_vote,
    close_sealed,
    two_agents,
)
from tests.site import Visitor, forms

Visitors = Callable[[Viewer | None], Awaitable[Visitor]]
# What must not be promised, and what each profile does not protect.
NOT_PROMISED = {
    "fr": [
        "Ni « vote 100 % sécurisé », ni « anonymat total », ni système « infalsifiable », ni "
        "« blockchain »",
        "d’une pression exercée sur vous, d’un achat de vote ou d’un appareil piraté",
        "représentent toute la population",
        "disponibilité du service",
        "certification de la CNIL, du RGS ou de l’ANSSI",
        "élection politique, un référendum local ou une consultation des électeurs",
        "effet juridique",
        "Belenios",
    ],
    "fr-plain": [
        "n’est pas secret pour les personnes qui administrent le serveur",
        "La preuve de l’identité des personnes",
    ],
    "fr-sealed": [
        "un programme malveillant installé sur ce serveur",
        "Rien ne prouve que le bulletin scellé contient bien ce que vous avez choisi",
    ],
    "en": [
        "No “100% secure vote”, no “total anonymity”, no “tamper-proof” system, no “blockchain”",
        "Nothing protects you from pressure, vote buying or a hacked device",
        "represent the whole population",
        "availability",
        "certification by the CNIL, the RGS or the ANSSI",
        "political election, a local referendum or a consultation of electors",
        "legal effect",
        "Belenios",
    ],
    "en-plain": [
        "is not secret from the people who run the server",
        "Proof of people’s identity",
    ],
    "en-sealed": [
        "malicious program installed on this server",
        "Nothing proves that the sealed ballot really holds what you chose",
    ],
}
CHOICE = {"g-1": "7", "g-2": "none", "g-3": "2"}


async def test_a_letters_code_casts_a_sealed_ballot_and_its_page_is_the_receipt(
    app: AppContext, visitor_of: Visitors
) -> None:
    vote = await a_sealed_vote(app)
    visitor = await visitor_of(None)
    await visitor.open(f"{_at(vote)}")
    assert "Vote scellé" in visitor.text
    assert "E2 : liste des personnes appelées à voter" in visitor.text
    assert "étape 1 sur 2" in visitor.text
    await visitor.send("/voter/1", **CHOICE)
    assert visitor.page.url.path.endswith("/verifier")
    assert "Rue de la Gare Excellent Modifier" in visitor.text
    # As typed from paper: small letters, spaces.
    typed = " ".join(re.findall("....", vote.codes[0])).lower()
    await visitor.send("/valider", code=typed)
    assert visitor.page.status_code == 200
    assert visitor.page.url.path.endswith("/valider")
    assert visitor.page.headers["cache-control"] == "no-store"
    assert "Votre vote est enregistré" in visitor.text
    assert "Gardez-le pour vous" in visitor.text
    receipt = _receipt(visitor)
    assert "version" not in msgspec.to_builtins(receipt)
    for secret in ("Rue de la Gare", "Excellent", vote.codes[0], typed):
        assert secret not in visitor.page.text


async def test_no_address_of_the_journey_holds_a_code_or_a_hash(
    app: AppContext, visitor_of: Visitors
) -> None:
    vote = await a_sealed_vote(app)
    visitor = await visitor_of(None)
    addresses: list[str] = []

    async def note(request: Any) -> None:
        addresses.append(str(request.url))

    visitor.http.event_hooks["request"].append(note)
    await visitor.open(_at(vote))
    await visitor.send("/voter/1", **CHOICE)
    await visitor.send("/valider", code="2222-2222")
    assert "nombre de signes qui manquent : 12" in visitor.text  # V4: and whom to call
    assert "mairie@example.org" in visitor.text
    await visitor.send("/valider", code=vote.codes[0])
    receipt = _receipt(visitor)
    await visitor.send("/recu")
    await visitor.open(f"{_at(vote)}/tableau")
    await visitor.send("/tableau", receipt=receipt.reference)
    assert len(addresses) >= 8
    for address in addresses:
        assert "?" not in address
        for secret in (vote.codes[0], receipt.hash[:16], receipt.reference[:19]):
            assert secret.lower() not in address.lower()


async def test_a_second_click_and_a_reload_show_the_same_receipt(
    app: AppContext, visitor_of: Visitors
) -> None:
    vote = await a_sealed_vote(app)
    visitor = await visitor_of(None)
    await _choose(visitor, vote)
    form = next(form for form in forms(visitor.page.text) if form.action.endswith("/valider"))
    data = {**form.values, "code": vote.codes[0]}
    answers = await asyncio.gather(*(visitor.http.post(form.action, data=data) for _ in range(2)))
    answers.append(await visitor.http.post(form.action, data=data))
    assert [one.status_code for one in answers] == [200, 200, 200]
    assert len({_receipt_in(one.text) for one in answers}) == 1
    assert await _ballots(app, vote) == 1


async def test_a_voter_changes_a_sealed_vote_and_gets_a_new_receipt(
    app: AppContext, visitor_of: Visitors
) -> None:
    vote = await a_sealed_vote(app)
    visitor = await visitor_of(None)
    first = await _vote(visitor, vote, vote.codes[0])
    second = await _vote(visitor, vote, vote.codes[0])
    versions = [await version_of(app, one) for one in (first, second)]
    assert versions == [1, 2]
    assert first.hash != second.hash
    assert "Votre vote est enregistré" in visitor.text


async def test_a_wrong_code_is_asked_again_with_all_that_was_typed(
    app: AppContext, visitor_of: Visitors
) -> None:
    vote = await a_sealed_vote(app)
    visitor = await visitor_of(None)
    await _choose(visitor, vote)
    for typed, said in (
        ("", "Ce vote demande le code reçu par courrier"),
        ("7K4M-2QXP", "signes qui manquent : 12"),
        ("2222-2222-2222-2222-2222", "Ce code n’est pas valable"),
    ):
        await visitor.send("/valider", code=typed)
        assert visitor.page.status_code == 422
        assert said in visitor.text
        assert "Erreur" in visitor.page.text
        assert "Rue de la Gare Excellent Modifier" in visitor.text
        held = next(form for form in forms(visitor.page.text) if form.action.endswith("/valider"))
        assert held.values["code"] == typed
        assert visitor.page.url.query == b""
    assert await _ballots(app, vote) == 0
    await visitor.send("/valider", code=vote.codes[0])
    assert "Votre vote est enregistré" in visitor.text


async def test_too_many_wrong_codes_are_told_and_nothing_typed_is_lost(
    app: AppContext, visitor_of: Visitors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(LIMITS, "voting-code", LIMITS["voting-code"]._replace(most=0))
    vote = await a_sealed_vote(app)
    visitor = await visitor_of(None)
    await _choose(visitor, vote)
    await visitor.send("/valider", code="2222-2222-2222-2222-2222")
    assert visitor.page.status_code == 429
    assert int(visitor.page.headers["retry-after"]) > 0
    assert "un code exact est accepté tout de suite" in visitor.text
    held = next(form for form in forms(visitor.page.text) if form.action.endswith("/valider"))
    assert held.values["code"] == "2222-2222-2222-2222-2222"


async def test_a_draft_changed_in_another_tab_is_not_cast_unseen(
    app: AppContext, visitor_of: Visitors
) -> None:
    vote = await a_sealed_vote(app)
    visitor = await visitor_of(None)
    await _choose(visitor, vote)
    old = next(form for form in forms(visitor.page.text) if form.action.endswith("/valider"))
    await visitor.open(_at(vote))
    await visitor.send("/voter/1", **{"g-1": "1", "g-2": "1", "g-3": "1"})
    answer = await visitor.http.post(old.action, data={**old.values, "code": vote.codes[0]})
    assert answer.status_code == 409
    assert "Votre brouillon a changé" in answer.text
    assert await _ballots(app, vote) == 0


async def test_a_roll_by_address_signs_in_before_it_checks_and_casts(
    app: AppContext, visitor_of: Visitors
) -> None:
    vote = await a_sealed_vote(app, eligibility="roll")
    address = "elector-3@example.org"
    visitor = await visitor_of(None)
    await visitor.open(_at(vote))
    assert "étape 1 sur 3" in visitor.text
    await visitor.send("/voter/1", **CHOICE)
    assert visitor.page.url.path == "/fr/identite"
    assert "pas encore enregistré étape 2 sur 3" in visitor.text
    await visitor.send("/identite", email=address)
    await visitor.send("/identite/code", code=await mailed_code(app, address))
    assert visitor.page.url.path.endswith("/voter/1/verifier")
    assert "étape 3 sur 3" in visitor.text
    assert await _ballots(app, vote) == 0
    await visitor.send("/valider")
    assert "Votre vote est enregistré" in visitor.text
    assert await _ballots(app, vote) == 1
    await visitor.open(_at(vote))
    assert "Vous avez voté" in visitor.text
    assert "cette page ne peut pas vous le montrer" in visitor.text


async def test_receipts_of_sealed_votes_are_never_mailed(
    app: AppContext, visitor_of: Visitors
) -> None:
    vote = await a_sealed_vote(app, eligibility="roll")
    viewer = await _elector(app, 1)
    async with request_context(app) as ctx:
        before = await ctx.db.scalar(text("SELECT count(*) FROM mail"))
    visitor = await visitor_of(viewer)
    await _choose(visitor, vote)
    await visitor.send("/valider")
    assert "n’est envoyé à personne" in visitor.text
    async with request_context(app) as ctx:
        assert await ctx.db.scalar(text("SELECT count(*) FROM mail")) == before


async def test_somebody_who_is_not_on_the_roll_is_told_so_and_gets_no_form(
    app: AppContext, visitor_of: Visitors
) -> None:
    vote = await a_sealed_vote(app, eligibility="roll")
    async with request_context(app) as ctx:
        person = await person_of(ctx, f"{unique('ailleurs')}@example.org", "Camille")
    visitor = await visitor_of(viewer_of(person))
    await visitor.open(_at(vote))
    assert "Vous n’êtes pas sur la liste" in visitor.text
    assert not _ballot_forms(visitor)


async def test_whoever_voted_on_paper_is_told_so_and_gets_no_form(
    app: AppContext, visitor_of: Visitors
) -> None:
    vote = await a_sealed_vote(app, eligibility="roll")
    viewer = await _elector(app, 1)
    await _marked_on_paper(app, vote, "1")
    visitor = await visitor_of(viewer)
    await visitor.open(_at(vote))
    assert "Vous avez déjà voté" in visitor.text
    assert "Ce vote compte seul" in visitor.text
    assert not _ballot_forms(visitor)


async def test_a_code_whose_voter_voted_on_paper_is_refused_with_its_reason(
    app: AppContext, visitor_of: Visitors
) -> None:
    vote = await a_sealed_vote(app)
    await _marked_on_paper(app, vote, "1")
    visitor = await visitor_of(None)
    await _choose(visitor, vote)
    await visitor.send("/valider", code=vote.codes[0])
    assert visitor.page.status_code == 403
    assert "Ce vote n’a pas été pris en compte" in visitor.text
    assert "Vous avez déjà voté sur papier ou au guichet" in visitor.text


async def test_a_ballot_box_that_is_not_open_takes_no_ballot_and_says_so(
    app: AppContext, visitor_of: Visitors
) -> None:
    vote = await a_sealed_vote(app, opened=False)
    visitor = await visitor_of(None)
    await visitor.open(_at(vote))
    assert "L’urne n’est pas encore prête" in visitor.text
    assert not _ballot_forms(visitor)
    await visitor.open(f"{_at(vote)}/tableau")
    assert "L’urne n’est pas encore ouverte" in visitor.text


async def test_the_board_shows_the_last_batches_of_papers_and_how_many_are_before_them(
    app: AppContext, visitor_of: Visitors
) -> None:
    vote = await a_sealed_vote(app)
    async with request_context(app) as ctx:
        for number in range(1, 8):
            body = {"number": number, "channel": "paper", "ballots": 3, "digest": "a" * 64}
            await add_entry(ctx, vote.poll.id, "paper", body)
    visitor = await visitor_of(None)
    await visitor.open(f"{_at(vote)}/tableau")
    assert [n for n in range(1, 9) if f"Lot {n}," in visitor.text] == [3, 4, 5, 6, 7]
    assert "en 2 lots" in visitor.text
    assert "Le fichier du tableau les montre un par un" in visitor.text


async def test_a_lost_key_of_the_slots_is_told_to_everybody_and_first_votes_go_on(
    app: AppContext, visitor_of: Visitors
) -> None:
    vote = await a_sealed_vote(app)
    visitor = await visitor_of(None)
    await _vote(visitor, vote, vote.codes[0])
    destroy_key(app, vote.poll.id)
    await _choose(visitor, vote)
    await visitor.send("/valider", code=vote.codes[1])
    assert "il manque une clé au site" in visitor.text
    async with request_context(app) as ctx:
        await renew_key(ctx, vote.page.ref, vote.poll)
    await visitor.open(_at(vote))
    assert "Un vote ne peut plus être changé" in visitor.text
    await _choose(visitor, vote)
    await visitor.send("/valider", code=vote.codes[0])
    assert visitor.page.status_code == 403
    assert "Votre premier vote est enregistré et sera compté" in visitor.text
    await _choose(visitor, vote)
    assert "Il ne pourra pas être changé" in visitor.text
    await visitor.send("/valider", code=vote.codes[1])
    assert "Votre vote est enregistré" in visitor.text
    assert "Jusque-là vous pouvez changer" not in visitor.text


async def test_a_close_meanwhile_is_told_and_nothing_is_taken(
    app: AppContext, visitor_of: Visitors
) -> None:
    vote = await a_sealed_vote(app)
    visitor = await visitor_of(None)
    await _choose(visitor, vote)
    await close_sealed(app, vote)
    await visitor.send("/valider", code=vote.codes[0])
    assert visitor.page.status_code == 403
    assert "Ce vote n’a pas été pris en compte" in visitor.text
    assert "Si vous aviez déjà voté avec ce code" in visitor.text
    assert await _ballots(app, vote) == 0


async def test_an_open_link_gives_each_browser_one_ballot(
    app: AppContext, visitor_of: Visitors
) -> None:
    page, poll = await a_poll(app, eligibility="link")
    for _ in range(2):
        visitor = await visitor_of(None)
        for grade in ("7", "1"):
            await visitor.open(f"/fr/c/{page.card.slug}/voter/1")
            assert "E0 : lien ouvert" in visitor.text
            await visitor.send("/voter/1", **{"g-1": grade})
            await visitor.send("/valider")
            assert visitor.page.url.path.startswith("/fr/recu/")
    async with request_context(app) as ctx:
        count = text("SELECT count(DISTINCT slot) FROM urn_ballot WHERE poll_id = :poll")
        assert await ctx.db.scalar(count, {"poll": poll.id}) == 2


async def test_a_plain_vote_by_code_has_a_receipt_with_an_address(
    app: AppContext, visitor_of: Visitors
) -> None:
    page, _ = await a_poll(app, eligibility="code")
    codes = await a_roll(app, page, 2)
    visitor = await visitor_of(None)
    await visitor.open(f"/fr/c/{page.card.slug}/voter/1")
    await visitor.send("/voter/1", **{"g-1": "7"})
    await visitor.send("/valider", code=codes[0])
    assert visitor.page.url.path.startswith("/fr/recu/")


@pytest.mark.parametrize("secrecy", ["plain", "sealed"])
@pytest.mark.parametrize("lang", ["fr", "en"])
async def test_what_is_not_promised_is_printed_on_the_ballot_and_the_result(
    secrecy: str, lang: str, app: AppContext, visitor_of: Visitors
) -> None:
    if secrecy == "sealed":
        vote = await a_sealed_vote(app)
        page, poll = vote.page, vote.poll
    else:
        page, poll = await a_poll(app)
    visitor = await visitor_of(None)
    await visitor.open(f"/{lang}/c/{page.card.slug}/voter/1")
    told = [visitor.text]
    if secrecy == "sealed":
        await a_sealed_result(app, vote)
    else:
        await a_result(app, page, poll)
    await visitor.open(f"/{lang}/c/{page.card.slug}/resultats/1")
    told.append(visitor.text)
    for page_told in told:
        for promise in NOT_PROMISED[lang] + NOT_PROMISED[f"{lang}-{secrecy}"]:
            assert promise in page_told, promise


async def test_the_receipts_file_is_given_back_only_as_this_site_signed_it(
    app: AppContext, visitor_of: Visitors
) -> None:
    vote = await a_sealed_vote(app)
    visitor = await visitor_of(None)
    receipt = await _vote(visitor, vote, vote.codes[0])
    page = visitor.page
    await visitor.send("/recu")
    assert "attachment" in visitor.page.headers["content-disposition"]
    assert visitor.page.headers["cache-control"] == "no-store"
    assert read_receipt(visitor.page.content) == receipt
    visitor.page = page
    other = msgspec.json.encode(msgspec.structs.replace(receipt, version=9)).decode()
    await visitor.send("/recu", receipt=other)
    assert visitor.page.status_code == 422


async def test_anybody_looks_a_receipt_up_by_reference_hash_or_file(
    app: AppContext, visitor_of: Visitors
) -> None:
    vote = await a_sealed_vote(app)
    receipts = [await a_sealed_ballot(app, vote, code, {"1": 7}) for code in vote.codes[:5]]
    await _seal(app, vote)
    waiting = await a_sealed_ballot(app, vote, vote.codes[5], {"1": 7})
    file = msgspec.json.encode(receipts[0]).decode()
    elsewhere = await a_sealed_vote(app)
    other = await a_sealed_ballot(app, elsewhere, elsewhere.codes[0], {"1": 7})
    forged = msgspec.structs.replace(receipts[0], version=3)
    lost = _signed_for_nothing(app, vote)
    visitor = await visitor_of(None)
    for typed, said in (
        (receipts[0].reference, "Ce bulletin est affiché"),
        (receipts[1].reference.upper().replace("-", " "), "Ce bulletin est affiché"),
        (receipts[2].hash, "Ce bulletin est affiché"),
        (file, "Le reçu porte la signature du site"),
        (waiting.reference, "attend d’être affiché"),
        (msgspec.json.encode(waiting).decode(), "attend d’être affiché"),
        (msgspec.json.encode(forged).decode(), "n’a pas été signé par ce site"),
        (msgspec.json.encode(lost).decode(), "Ce bulletin manque"),
        (msgspec.json.encode(other).decode(), "celui d’un autre vote"),
        (other.reference, "Aucun bulletin ne porte cette référence"),
    ):
        await visitor.open(f"{_at(vote)}/tableau")
        await visitor.send("/tableau", receipt=typed)
        assert visitor.page.status_code == 200
        assert said in visitor.text, typed
        assert visitor.page.headers["cache-control"] == "no-store"
    for typed in ("", "bonjour", "7f3a-91bc", '{"kind": 1}'):
        await visitor.send("/tableau", receipt=typed)
        assert visitor.page.status_code == 422


async def test_a_receipts_file_is_chosen_instead_of_typed(
    app: AppContext, visitor_of: Visitors
) -> None:
    vote = await a_sealed_vote(app)
    receipt = await a_sealed_ballot(app, vote, vote.codes[0], {"1": 7})
    visitor = await visitor_of(None)
    await visitor.open(f"{_at(vote)}/tableau")
    form = next(form for form in forms(visitor.page.text) if form.action.endswith("/tableau"))
    data = {name: value for name, value in form.values.items() if name != "file"}
    file = ("recu.json", msgspec.json.encode(receipt), "application/json")
    answer = await visitor.http.post(form.action, data=data, files={"file": file})
    assert answer.status_code == 200
    assert "attend d’être affiché" in answer.text


async def test_the_page_that_checks_tells_the_votes_own_numbers(
    app: AppContext, visitor_of: Visitors
) -> None:
    vote = await a_sealed_vote(app)
    for code in vote.codes:
        await a_sealed_ballot(app, vote, code, {"1": 7, "2": 3})
    await _seal(app, vote)
    visitor = await visitor_of(None)
    await visitor.open(f"{_at(vote)}/tableau")
    assert "12 bulletins scellés affichés" in visitor.text
    assert "Chaque dépositaire a une clé, gardée hors ligne : 3 clés" in visitor.text
    assert "Dépositaire 1" in visitor.text
    assert "beffroi sealed verify" in visitor.text
    await a_sealed_result(app, vote)
    await visitor.open(f"{_at(vote)}/tableau")
    assert "Personnes émargées en ligne 12" in visitor.text
    assert "Autant d’émargements que de places dans l’urne" in visitor.text
    assert "Procès-verbal signé par : Dépositaire 1 ; Dépositaire 2" in visitor.text


async def test_a_plain_vote_says_that_it_has_no_board(
    app: AppContext, visitor_of: Visitors
) -> None:
    page, _ = await a_poll(app)
    visitor = await visitor_of(None)
    await visitor.open(f"/fr/c/{page.card.slug}/voter/1/tableau")
    assert "Ce vote n’est pas scellé" in visitor.text


async def test_the_published_files_are_those_that_verify_reads(
    app: AppContext, visitor_of: Visitors
) -> None:
    vote = await a_sealed_vote(app)
    for code in vote.codes:
        await a_sealed_ballot(app, vote, code, {"1": 7, "2": 3})
    visitor = await visitor_of(None)
    files = f"/api/v1/consultations/{vote.page.card.slug}/polls/1"
    head = (await visitor.open(f"{files}/board/head")).json()
    assert head["number"] == 1
    assert (await visitor.open(f"{files}/minutes")).json()["code"] == "results-not-yet"
    await a_sealed_result(app, vote)
    board = await visitor.open(f"{files}/board")
    assert board.headers["content-type"] == "application/jsonl"
    lines = read_board(board.content)
    assert read_board((await visitor.open(f"{files}/board?after=1")).content) == lines[1:]
    published = Published(
        board=lines,
        minutes=(await visitor.open(f"{files}/minutes")).content,
        signatures=(await visitor.open(f"{files}/signatures")).json(),
        recount=(await visitor.open(f"{files}/result/recount")).content,
    )
    assert all(one.holds for one in findings(published))
    assert (await visitor.open(f"{files}/minutes.pdf")).content.startswith(b"%PDF")


async def test_a_plain_votes_board_is_not_found(app: AppContext, visitor_of: Visitors) -> None:
    page, _ = await a_poll(app)
    visitor = await visitor_of(None)
    for name in ("board", "board/head", "minutes", "minutes.pdf", "signatures"):
        answer = await visitor.open(f"/api/v1/consultations/{page.card.slug}/polls/1/{name}")
        assert (answer.status_code, answer.json()["code"]) == (404, "no-board")


async def test_a_result_tells_its_channels_its_signers_and_how_to_check_it(
    app: AppContext, visitor_of: Visitors
) -> None:
    vote = await a_sealed_vote(app)
    for place, code in enumerate(vote.codes):
        await a_sealed_ballot(app, vote, code, {"1": 7, "2": 1 + place % 7})
    await a_sealed_result(app, vote)
    visitor = await visitor_of(None)
    await visitor.open(f"/fr/c/{vote.page.card.slug}/resultats/1")
    assert "Procès-verbal signé par Dépositaire 1 ; Dépositaire 2" in visitor.text
    assert "ne signale aucune anomalie" in visitor.text
    assert "aucun bulletin entier" in visitor.text
    assert f'href="{_at(vote)}/tableau"' in visitor.page.text


async def test_papers_and_a_later_close_are_told_apart_on_the_board_and_the_result(
    app: AppContext, visitor_of: Visitors
) -> None:
    vote = await a_sealed_vote(app, electors=14)
    for code in vote.codes[:10]:
        await a_sealed_ballot(app, vote, code, {"1": 7})
    first, second = await two_agents(app, vote)
    papers = BatchDraft(channel="paper", ballots=[{"2": 7}, {"2": 6, "1": 1}, {}])
    async with request_context(app, first) as ctx:
        await mark_voters(ctx, vote.page.ref, vote.poll, "paper", ["11", "12", "13"])
        await enter_batch(ctx, vote.page.ref, vote.poll, papers)
        assert vote.poll.closes_at is not None
        later = vote.poll.closes_at + timedelta(days=1)
        wish = ExtensionDraft(closes_at=later, reason="La panne du 3 a duré six heures.")
        asked = await ask_extension(ctx, vote.page.ref, wish)
    async with request_context(app, second) as ctx:
        await enter_second_copy(ctx, vote.page.ref, vote.poll, 1, papers)
        await grant_extension(ctx, vote.page.ref, asked.id)
    await a_sealed_result(app, vote)
    visitor = await visitor_of(None)
    await visitor.open(f"{_at(vote)}/tableau")
    assert "Des bulletins hors ligne sont saisis" in visitor.text
    assert "Raison donnée : La panne du 3 a duré six heures." in visitor.text
    await visitor.open(f"/fr/c/{vote.page.card.slug}/resultats/1")
    assert "Bulletins par voie de vote" in visitor.text
    assert "En ligne 10 Sur papier 3" in visitor.text


async def test_what_the_minutes_report_is_told_plainly(
    app: AppContext, visitor_of: Visitors
) -> None:
    vote = await a_sealed_vote(app)
    for code in vote.codes:
        await a_sealed_ballot(app, vote, code, {"1": 7})
    async with request_context(app) as ctx:
        await ctx.db.execute(text("ALTER TABLE sealed_ballot DISABLE TRIGGER USER"))
        await ctx.db.execute(
            text(
                "UPDATE sealed_ballot SET sealed = set_byte(sealed, 90, get_byte(sealed, 90) # 1)"
                " WHERE hash ="
                " (SELECT hash FROM sealed_ballot WHERE poll_id = :poll ORDER BY hash LIMIT 1)"
            ),
            {"poll": vote.poll.id},
        )
        await ctx.db.execute(text("ALTER TABLE sealed_ballot ENABLE TRIGGER USER"))
    await a_sealed_result(app, vote)
    visitor = await visitor_of(None)
    await visitor.open(f"/fr/c/{vote.page.card.slug}/resultats/1")
    assert "Ce que le procès-verbal signale" in visitor.text
    assert "1 bulletin scellé n’a pas pu être lu" in visitor.text
    assert "est au tableau, mais pas dans l’urne" in visitor.text
    await visitor.open(f"{_at(vote)}/tableau")
    assert "Les nombres s’accordent, mais tout n’est pas en ordre" in visitor.text


async def test_fewer_than_ten_ballots_are_told_as_a_ranking_everywhere(
    app: AppContext, visitor_of: Visitors
) -> None:
    vote = await a_sealed_vote(app)
    for code in vote.codes[:7]:
        await a_sealed_ballot(app, vote, code, {"1": 7, "2": 3})
    await a_sealed_result(app, vote)
    slug = vote.page.card.slug
    visitor = await visitor_of(None)
    await visitor.open(f"/fr/c/{slug}/resultats/1")
    assert "« Rue de la Gare » arrive en tête au jugement majoritaire." in visitor.text
    assert "Pourquoi il n’y a que le classement" in visitor.text
    assert "7 bulletins comptés" in visitor.text
    assert "/result/recount" not in visitor.page.text
    assert "Excellent" not in visitor.page.text
    for address in (f"/embed/c/{slug}/resultats", f"/fr/c/{slug}", f"/fr/c/{slug}/suites"):
        assert (await visitor.open(address)).status_code == 200
    files = f"/api/v1/consultations/{slug}/polls/1/result"
    table = (await visitor.open(f"{files}.csv")).text.splitlines()
    assert table[:2] == ["place,option", "1,Rue de la Gare"]
    result = (await visitor.open(files)).json()
    assert (result["outcome"]["evidence"], result["outcome"]["scores"]) == ({}, {})
    assert (await visitor.open(f"{files}/recount")).json()["code"] == "no-recount-file"


async def test_vote_pages_refuse_to_be_framed_and_embeds_hold_no_form(
    app: AppContext, visitor_of: Visitors
) -> None:
    vote = await a_sealed_vote(app)
    visitor = await visitor_of(None)
    await visitor.open(f"/embed/c/{vote.page.card.slug}")
    assert forms(visitor.page.text) == []
    await _choose(visitor, vote)
    pages = [visitor.page]
    await visitor.send("/valider", code=vote.codes[0])
    pages.append(visitor.page)
    for step in ("", "/verifier", "/tableau"):
        pages.append(await visitor.open(f"{_at(vote)}{step}"))
    for page in pages:
        assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
        assert page.headers["x-frame-options"] == "DENY"
        policy = page.headers["content-security-policy"]
        assert not re.search(r"https?:", policy)


async def test_todays_sealed_votes_are_counted_tomorrow(
    app: AppContext, visitor_of: Visitors
) -> None:
    vote = await a_sealed_vote(app)
    for code in vote.codes:
        await a_sealed_ballot(app, vote, code, {"1": 7})
    slug = vote.page.card.slug
    visitor = await visitor_of(None)
    assert (await visitor.open(f"/api/v1/consultations/{slug}/figures")).json()["voters"] == 0
    await a_sealed_result(app, vote)
    assert (await visitor.open(f"/api/v1/consultations/{slug}/figures")).json()["voters"] == 12


def _at(vote: SealedVote) -> str:
    return f"/fr/c/{vote.page.card.slug}/voter/1"


async def _choose(visitor: Visitor, vote: SealedVote) -> None:
    await visitor.open(_at(vote))
    await visitor.send("/voter/1", **CHOICE)
    assert visitor.page.url.path.endswith("/verifier")


async def _vote(visitor: Visitor, vote: SealedVote, code: str) -> SealedReceipt:
    await _choose(visitor, vote)
    await visitor.send("/valider", code=code)
    return _receipt(visitor)


def _receipt(visitor: Visitor) -> SealedReceipt:
    """The receipt that the open page holds."""
    return read_receipt(_receipt_in(visitor.page.text).encode())


def _receipt_in(page: str) -> str:
    form = next(form for form in forms(page) if form.action.endswith("/recu"))
    return str(form.values["receipt"])


def _ballot_forms(visitor: Visitor) -> list[Any]:
    return [form for form in forms(visitor.page.text) if form.action.endswith("/voter/1")]


async def _ballots(app: AppContext, vote: SealedVote) -> int:
    async with request_context(app) as ctx:
        count = text("SELECT count(*) FROM sealed_ballot WHERE poll_id = :poll")
        return await ctx.db.scalar(count, {"poll": vote.poll.id}) or 0


async def _seal(app: AppContext, vote: SealedVote) -> None:
    async with request_context(app) as ctx:
        await seal_batch(ctx, vote.poll.id)


def _signed_for_nothing(app: AppContext, vote: SealedVote) -> SealedReceipt:
    """A receipt that the site signed for a ballot which is nowhere."""
    assert vote.poll.closes_at is not None
    deadline = vote.poll.closes_at.isoformat()
    return new_receipt(str(vote.poll.id), "ab" * 32, deadline, signing_key(app, vote.poll.id))


async def _elector(app: AppContext, number: int) -> Viewer:
    """Somebody signed in with the address of an elector of every roll."""
    async with request_context(app) as ctx:
        return viewer_of(await person_of(ctx, f"elector-{number}@example.org", "Électrice"))


async def _agent(app: AppContext, vote: SealedVote) -> Viewer:
    return await a_member(app, vote.page.card.authority, "agent")


async def _marked_on_paper(app: AppContext, vote: SealedVote, number: str) -> None:
    agent = await _agent(app, vote)
    async with request_context(app, agent) as ctx:
        await mark_voters(ctx, vote.page.ref, vote.poll, "paper", [number])
