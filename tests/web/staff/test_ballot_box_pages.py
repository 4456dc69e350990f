"""The ballot box as agents see it: roll, codes, trustees, papers, a later close, the count."""

import io
import re
import tarfile
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
import structlog
from sqlalchemy import text

from deliberation.core.context import AppContext, Viewer
from deliberation.elections.bulletin_board.entries import board_entries
from deliberation.elections.polls.queries import poll_view
from deliberation.elections.sealed_protocol.archive import open_archive
from deliberation.elections.sealed_protocol.canonical import canonical
from deliberation.elections.sealed_protocol.shares import write_shares
from deliberation.elections.sealed_protocol.signatures import sign_minutes
from deliberation.process.consultations.queries import ConsultationPage, consultation_page
from deliberation.views.ballot_boxes.queries import overview
from tests.builders import a_poll, an_authority, request_context
from tests.pdf import pages_of, says_ua, text_of
from tests.sealed import (
    TRUSTEES,
    a_sealed_ballot,
    a_sealed_vote,
    archive_of,
    close_sealed,
    counted,
    countersigned,
    two_agents,
)
from tests.site import Visitor, forms
from web.staff.consultations.fields import local

Visitors = Callable[[Viewer | None], Awaitable[Visitor]]
ROLL = "identifiant;nom;courriel\n12;Élodie #Lefèvre;elodie@example.org\n34;Jean Dubois;\n"
CODE = re.compile(r"[2-9A-HJKMNP-Z]{4}(?:-[2-9A-HJKMNP-Z]{4}){4}")


class Room:
    """A sealed vote to prepare, two agents' browsers, and the pages on its ballot box."""

    def __init__(self, page: ConsultationPage, first: Visitor, second: Visitor) -> None:
        self.page, self.first, self.second = page, first, second
        self.here = f"/fr/gestion/c/{page.card.slug}/urne"


async def a_room(app: AppContext, visitor_of: Visitors, **values: Any) -> Room:
    authority = await an_authority(app, name="Commune de Bourg", address="1 place de la Mairie")
    values = {"vote": (2, 4), "secrecy": "sealed", "eligibility": "code", **values}
    page, _ = await a_poll(app, authority=authority, **values)
    agents = await countersigned(app, page)
    first, second = [await visitor_of(agent) for agent in agents]
    return Room(page, first, second)


async def an_open_room(app: AppContext, visitor_of: Visitors, **values: Any) -> tuple[Room, Any]:
    authority = await an_authority(app)
    vote = await a_sealed_vote(app, authority=authority, **values)
    agents = await two_agents(app, vote)
    first, second = [await visitor_of(agent) for agent in agents]
    return Room(vote.page, first, second), vote


async def send_files(
    visitor: Visitor, action: str, files: dict[str, list[bytes]], **fields: str
) -> httpx.Response:
    """Send a form of the open page with files."""
    form = next(one for one in forms(visitor.page.text) if one.action.endswith(action))
    sent = [(name, ("a-file", data)) for name, all_of in files.items() for data in all_of]
    values = {name: value for name, value in form.values.items() if name not in files}
    visitor.page = await visitor.http.post(
        form.action, data={**values, **fields}, files=sent, follow_redirects=True
    )
    return visitor.page


async def load_roll(room: Room) -> None:
    await room.first.open(room.here + "/liste")
    await send_files(room.first, "/liste", {"file": [ROLL.encode()]})
    assert room.first.page.status_code == 200, room.first.text


async def test_the_checklist_says_what_is_lacking_and_where_it_is_seen_to(
    app: AppContext, visitor_of: Visitors
) -> None:
    room = await a_room(app, visitor_of)
    await room.first.open(room.here)
    for words in ("Personne n’est encore sur la liste", "Il manque des dépositaires"):
        assert words in room.first.text
    assert f'href="{room.here}/liste"' in room.first.page.text
    await load_roll(room)
    await room.first.open(room.here)
    assert "Personne n’est encore sur la liste" not in room.first.text
    assert "Des personnes de la liste n’ont pas de code : 2." in room.first.text


async def test_a_roll_with_a_fault_is_told_line_by_line_and_nothing_is_kept(
    app: AppContext, visitor_of: Visitors
) -> None:
    room = await a_room(app, visitor_of)
    await load_roll(room)
    await send_files(room.first, "/liste", {"file": [f"{ROLL}12;X;\n;Y;<b>\n".encode()]})
    assert room.first.page.status_code == 422
    assert "L’identifiant « 12 » est déjà celui de la ligne 2" in room.first.text
    assert "« <b> » n’est pas une adresse électronique :" in room.first.text
    assert "<b>" not in room.first.page.text
    await room.first.open(room.here + "/liste")
    assert "Sur la liste 2" in room.first.text
    await send_files(room.first, "/liste", {"file": [b""]})
    assert "Choisissez un fichier." in room.first.text


async def test_letters_are_one_pdf_handed_out_once_and_no_code_stays_anywhere(
    app: AppContext, visitor_of: Visitors
) -> None:
    room = await a_room(app, visitor_of)
    await load_roll(room)
    await room.first.open(room.here + "/codes")
    with structlog.testing.capture_logs() as logs:
        answer = await room.first.send("/codes")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["cache-control"] == "no-store"
    words = text_of(answer.content)
    codes = CODE.findall(words)
    assert (pages_of(answer.content), says_ua(answer.content), len(codes)) == (2, True, 2)
    for said in ("Commune de Bourg", "Élodie #Lefèvre", "1 place de la Mairie", "trois étapes"):
        assert said in words
    assert f"/fr/c/{room.page.card.slug}/voter" in words
    assert "Votre bulletin est scellé dès que le serveur le reçoit" in words
    assert not CODE.search(str(answer.url))
    async with request_context(app) as ctx:
        tables = await ctx.db.scalars(
            text("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        )
        held = [str(logs)]
        for table in tables.all():
            rows = await ctx.db.scalars(text(f'SELECT t::text FROM "{table}" t'))  # noqa: S608
            held += rows.all()
    everything = "\n".join(held)
    for code in codes:
        assert code not in everything
        assert code.replace("-", "") not in everything
    vote = await room.first.open(room.here + "/codes")
    assert not CODE.search(vote.text)


async def test_drawing_again_needs_a_word_since_it_revokes_what_was_sent(
    app: AppContext, visitor_of: Visitors
) -> None:
    room = await a_room(app, visitor_of)
    await load_roll(room)
    await room.first.open(room.here + "/codes")
    first = CODE.findall(text_of((await room.first.send("/codes")).content))
    await room.first.open(room.here + "/codes")
    await room.first.send("/codes", form="cards")
    assert room.first.page.status_code == 422
    assert "Confirmez que les codes déjà remis ne vaudront plus rien." in room.first.text
    cards = await room.first.send("/codes", form="cards", confirm="1")
    second = CODE.findall(text_of(cards.content))
    assert (pages_of(cards.content), says_ua(cards.content)) == (1, True)
    assert len(second) == 2
    assert not set(first) & set(second)


async def test_a_lost_code_is_asked_by_one_and_granted_by_another(
    app: AppContext, visitor_of: Visitors
) -> None:
    room, vote = await an_open_room(app, visitor_of)
    await room.first.open(room.here + "/codes")
    await room.first.send("/demandes", number="inconnu", reason="Courrier jamais reçu.")
    assert "Personne ne porte cet identifiant" in room.first.text
    await room.first.send("/demandes", number="3", reason="Courrier jamais reçu.")
    assert "Une autre personne de l’équipe doit décider" in room.first.text
    assert "/accorder" not in room.first.page.text
    await room.second.open(room.here + "/codes")
    letter = await room.second.send("/accorder")
    (code,) = CODE.findall(text_of(letter.content))
    await a_sealed_ballot(app, vote, code, {"1": 4})
    await room.second.open(room.here + "/codes")
    assert "Accordée" in room.second.text
    assert code not in room.second.page.text


def shares_of(archive: bytes, place: int, folder: Path) -> bytes:
    path = folder / "bundle.tar"
    path.write_bytes(archive)
    out = io.BytesIO()
    with open_archive(path) as opened:
        write_shares(out, opened, TRUSTEES[place])
    return out.getvalue()


async def test_trustees_are_registered_compared_and_rehearsed_until_the_ballot_box_can_open(
    app: AppContext, visitor_of: Visitors, tmp_path: Path
) -> None:
    room = await a_room(app, visitor_of)
    await load_roll(room)
    await room.first.open(room.here + "/codes")
    await room.first.send("/codes")
    await room.first.open(room.here + "/depositaires")
    await send_files(room.first, "/depositaires", {"key": [b"{}"]})
    assert "Ce fichier n’est pas une clé publique de dépositaire." in room.first.text
    keys = [canonical(one.public) for one in TRUSTEES[:4]]
    await send_files(room.first, "/depositaires", {"key": keys})
    for one in TRUSTEES[:4]:
        assert one.public.fingerprint in room.first.text
    await room.first.send("/depositaires/4/retirer")
    assert TRUSTEES[3].public.fingerprint not in room.first.text
    await room.first.send("/repetition")
    archive = (await room.first.http.get(room.here + "/repetition/urne-essai.tar")).content
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        assert "manifest.json" in tar.getnames()
    await send_files(room.first, "/parts", {"shares": [b"rien"]})
    assert "Ce fichier n’est pas celui des parts" in room.first.text
    some = [shares_of(archive, place, tmp_path) for place in range(3)]
    await send_files(room.first, "/parts", {"shares": [some[0]]})
    assert "Ont répété 0 sur 3" in room.first.text
    await send_files(room.first, "/parts", {"shares": some[1:]})
    assert "La répétition est faite" in room.first.text
    await room.first.open(room.here)
    assert "Tout est prêt" in room.first.text


async def test_a_later_close_is_decided_by_two_and_told_on_the_board(
    app: AppContext, visitor_of: Visitors
) -> None:
    room, vote = await an_open_room(app, visitor_of)
    before = vote.poll.closes_at
    await room.first.open(room.here + "/prolongation")
    await room.first.send("/prolongation", closes_at=local(before), reason="Le site est en panne.")
    assert "La nouvelle clôture doit venir après" in room.first.text
    later = local(before + timedelta(days=1))
    await room.first.send("/prolongation", closes_at=later, reason="Le site est en panne.")
    assert "Une autre personne de l’équipe doit décider" in room.first.text
    await room.second.open(room.here + "/prolongation")
    await room.second.send("/accorder")
    async with request_context(app) as ctx:
        page = await consultation_page(ctx, room.page.card.slug)
        assert (await poll_view(ctx, page.ref, 1)).closes_at > before
        assert [one.entry.kind for one in await board_entries(ctx, vote.poll.id)][-1] == "extend"


async def test_people_are_marked_and_papers_typed_twice_without_script(
    app: AppContext, visitor_of: Visitors
) -> None:
    room, _ = await an_open_room(app, visitor_of)
    at = room.here + "/1/papier"
    await room.first.open(at)
    await room.first.send("/papier", channel="paper", voters="1\nnobody\n")
    assert "Ligne 2 (nobody) : Personne ne porte cet identifiant" in room.first.text
    await room.first.send("/papier", voters="1\n2\n")
    assert "elles ne peuvent plus voter en ligne" in room.first.text
    await room.first.send("/papier", channel="paper", voters="2")
    assert "Cette personne a déjà voté." in room.first.text  # the wrong line alone was undone

    await room.first.open(at + "/lot?channel=paper&bulletins=2")
    await room.first.send("/lot", **{"b0-1": "1", "b0-2": "x"})
    assert "Bulletin 1 : Écrivez un nombre." in room.first.text
    await room.first.send("/lot", **{"b0-1": "1", "b0-2": "7", "b1-1": "3"})
    assert "La première saisie est enregistrée" in room.first.text
    await room.first.open(at + "/1")
    assert not [one for one in forms(room.first.page.text) if one.action.endswith("/papier/1")]
    assert "Une autre personne de l’équipe doit décider" in room.first.text

    second = await room.second.open(at + "/1")
    assert all(not value for name, value in forms(second.text)[-1].values.items() if "-" in name)
    await room.second.send("/papier/1", **{"b0-1": "1", "b0-2": "7", "b1-1": "4"})
    assert "Les deux saisies diffèrent" in room.second.text
    assert 'id="f-ballots.1-error"' in room.second.page.text
    assert 'id="f-ballots.0-error"' not in room.second.page.text
    await room.second.send("/papier/1", **{"b1-1": "3"})
    assert "ce lot compte" in room.second.text
    await room.first.open(room.here)
    assert "dont 2 sur papier, 0 au guichet" in room.first.text


@pytest.mark.parametrize(
    ("values", "given", "wrong", "told"),
    [
        ({"method": "score"}, {"b0-1": "0", "b0-2": "5"}, {"b0-1": "6"}, "un 0 est une note"),
        ({"method": "cumulative"}, {"b0-1": "7", "b0-3": "3"}, {"b0-2": "4"}, "au plus 10"),
        ({"method": "plurality"}, {"b0-2": "1"}, {"b0-1": "1"}, "l’option choisie, une seule"),
    ],
)
async def test_papers_of_other_ballots_are_typed_twice_too(
    app: AppContext,
    visitor_of: Visitors,
    values: dict[str, str],
    given: dict[str, str],
    wrong: dict[str, str],
    told: str,
) -> None:
    room, _ = await an_open_room(app, visitor_of, whole_ballots=True, **values)
    at = room.here + "/1/papier"
    await room.first.open(at)
    await room.first.send("/papier", channel="paper", voters="1\n")
    await room.first.open(at + "/lot?channel=paper&bulletins=1")
    assert told in room.first.text
    await room.first.send("/lot", **{**given, **wrong})
    assert room.first.page.status_code == 422
    await room.first.open(at + "/lot?channel=paper&bulletins=1")
    await room.first.send("/lot", **given)
    assert "La première saisie est enregistrée" in room.first.text
    await room.second.open(at + "/1")
    await room.second.send("/papier/1", **given)
    assert "ce lot compte" in room.second.text


async def test_more_papers_than_people_marked_do_not_count(
    app: AppContext, visitor_of: Visitors
) -> None:
    room, _ = await an_open_room(app, visitor_of)
    at = room.here + "/1/papier"
    await room.first.open(at + "/lot?channel=counter&bulletins=1")
    await room.first.send("/lot", **{"b0-1": "1"})
    await room.second.open(at + "/1")
    await room.second.send("/papier/1", **{"b0-1": "1"})
    assert "Il y a plus de bulletins saisis que de personnes émargées" in room.second.text


async def test_after_the_close_the_ballot_box_leaves_and_a_signed_count_comes_back(
    app: AppContext, visitor_of: Visitors
) -> None:
    room, vote = await an_open_room(app, visitor_of)
    for place, code in enumerate(vote.codes):
        await a_sealed_ballot(app, vote, code, {"1": 1 + place % 7, "2": 3})
    await room.first.open(room.here + "/1/compte")
    assert "L’urne n’est pas close" in room.first.text
    assert (await room.first.http.get(room.here + "/1/urne.tar")).status_code == 403
    await close_sealed(app, vote)
    ballot_box = (await room.first.http.get(room.here + "/1/urne.tar")).content
    assert ballot_box == await archive_of(app, vote.poll.id)
    count = counted(ballot_box)
    signatures = [
        msgspec.json.encode(sign_minutes(TRUSTEES[place], count.minutes)) for place in (0, 1)
    ]
    files = {
        "minutes": [count.minutes],
        "signatures": signatures,
        "recount": [count.recount or b""],
        "pdf": [b"%PDF-1.7 "],
    }
    await room.first.open(room.here + "/1/compte")
    await send_files(room.first, "/compte", {**files, "signatures": signatures[:1]})
    assert room.first.page.status_code == 422
    await send_files(room.first, "/compte", {**files, "pdf": [b"GIF89a"]})
    assert "Ce fichier n’est pas un PDF." in room.first.text
    async with request_context(app) as ctx:
        kinds = [one.entry.kind for one in await board_entries(ctx, vote.poll.id)]
    assert kinds[-1] == "close"  # what was refused left no line on the board
    await send_files(room.first, "/compte", files)
    assert "Le résultat est publié." in room.first.text, room.first.text
    stranger = await visitor_of(None)
    assert (await stranger.open(f"/fr/c/{room.page.card.slug}/resultats/1")).status_code == 200


async def test_once_the_ballot_box_is_open_nothing_of_it_is_prepared_any_more(
    app: AppContext, visitor_of: Visitors
) -> None:
    room, _ = await an_open_room(app, visitor_of)
    for path in ("/liste", "/codes", "/depositaires"):
        await room.first.open(room.here + path)
        assert "L’urne est ouverte" in room.first.text
        actions = [form.action for form in forms(room.first.page.text)]
        assert not [one for one in actions if one.endswith(path)]


@pytest.mark.parametrize("path", ["", "/liste", "/codes", "/depositaires", "/1/papier"])
async def test_the_pages_speak_english_too(
    app: AppContext, visitor_of: Visitors, path: str
) -> None:
    room = await a_room(app, visitor_of)
    await room.first.open(room.here.replace("/fr/", "/en/") + path)
    french = re.search(r"\b(le|la|les|une|vous|personne)\b", room.first.text)
    assert french is None, room.first.text[french.start() - 60 : french.end() + 60]


async def test_the_state_holds_figures_and_no_content(
    app: AppContext, visitor_of: Visitors
) -> None:
    room, vote = await an_open_room(app, visitor_of)
    await a_sealed_ballot(app, vote, vote.codes[0], {"1": 7, "2": 1})
    await room.first.open(room.here)
    assert "Émargements en ligne 0" in room.first.text  # as far as the days before tell
    assert "attend son lot" not in room.first.text
    agent = Viewer(
        id=vote.page.card.authority.id,
        voter_id=vote.page.card.authority.id,
        name="",
        email="",
        roles={vote.page.card.authority.id: frozenset({"agent"})},
    )
    async with request_context(app, agent) as ctx:
        seen = msgspec.json.encode(await overview(ctx, vote.page.ref))
        rows = await ctx.db.execute(text("SELECT encode(hash, 'hex'), slot FROM sealed_ballot"))
    for digest, pseudonym in rows:
        assert digest.encode() not in seen
        assert pseudonym.hex().encode() not in seen
