"""The agents' space: one form for a consultation, its whole life, and everybody else kept out."""

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text, update

from deliberation.core import clock
from deliberation.core.context import AppContext, Viewer
from deliberation.elections.polls.queries import poll_views
from deliberation.network.sessions.model import Session
from deliberation.process.consultations import commands
from deliberation.process.consultations.queries import ConsultationPage, consultation_page
from tests.builders import (
    a_consultation,
    a_member,
    a_person,
    a_proposal,
    an_authority,
    request_context,
    supports,
    unique,
)
from tests.site import Visitor, VisitorOf
from web.staff.consultations.fields import local, slug_from

TEXTS = {
    "title": "La place du marché",
    "question": "Quel projet pour la place du marché ?",
    "summary": "La place sera refaite en 2028, après les travaux de réseaux.",
    "promise": "Le conseil municipal suivra le résultat du vote, ou dira pourquoi il s’en écarte.",
}
VOTE = {
    "polls.0.question": "Quel projet préférez-vous ?",
    "polls.0.method": "majority_judgment",
    "polls.0.options": "Une halle | Bois et zinc\r\nUn jardin\r\nUn parking",
}


async def dates(app: AppContext, **days: tuple[float, float]) -> dict[str, str]:
    """The fields of phases, in days from now."""
    async with request_context(app) as ctx:
        now = ctx.now
    return {
        f"phases.{kind}.{bound}": local(now + timedelta(days=day))
        for kind, pair in days.items()
        for bound, day in zip(("opens_at", "closes_at"), pair, strict=True)
    }


async def stored(app: AppContext, slug: str, viewer: Viewer | None = None) -> ConsultationPage:
    """The consultation as it is kept."""
    async with request_context(app, viewer) as ctx:
        return await consultation_page(ctx, slug)


async def an_agent(app: AppContext) -> tuple[Any, Viewer]:
    """An authority and its agent."""
    authority = await an_authority(app)
    return authority, await a_member(app, authority, "agent")


async def test_a_consultation_is_written_corrected_opened_and_read_by_everybody(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    authority, agent = await an_agent(app)
    visitor: Visitor = await visitor_of(agent)
    slug = unique("place")
    await visitor.open("/fr/gestion")
    assert "Vous n’avez encore écrit aucune consultation" in visitor.text
    await visitor.open(f"/fr/gestion/a/{authority.slug}/nouvelle")
    await visitor.send("/nouvelle", **TEXTS, slug=slug)
    assert visitor.page.status_code == 422  # no phase yet
    phases = await dates(app, proposals=(1, 20), vote=(25, 40), decision=(40, 70))
    await visitor.send("/nouvelle", **phases)
    assert "Elle n’est visible que de votre équipe" in visitor.text
    await visitor.send(f"/{slug}", faire="ajouter")
    await visitor.send(f"/{slug}", **VOTE, faire="verifier")
    assert visitor.page.url.path.endswith("/ouvrir"), visitor.text

    stranger: Visitor = await visitor_of(None)
    assert (await stranger.open(f"/fr/c/{slug}")).status_code == 404
    checked = visitor.page
    assert (await visitor.open(f"/fr/c/{slug}")).status_code == 200  # the preview
    visitor.page = checked
    await visitor.send("/ouvrir")
    assert "Votre consultation est publique" in visitor.text
    assert (await stranger.open(f"/fr/c/{slug}")).status_code == 200
    page = await stored(app, slug)
    assert [phase.kind for phase in page.card.phases] == ["proposals", "vote", "decision"]
    async with request_context(app, agent) as ctx:
        (poll,) = await poll_views(ctx, page.ref)
    assert [option.title for option in poll.options] == ["Une halle", "Un jardin", "Un parking"]
    assert poll.options[0].description == "Bois et zinc"


async def test_every_error_is_told_at_once_with_its_field_and_nothing_typed_is_lost(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    authority, agent = await an_agent(app)
    visitor: Visitor = await visitor_of(agent)
    await visitor.open(f"/fr/gestion/a/{authority.slug}/nouvelle")
    await visitor.send("/nouvelle", faire="ajouter")
    late = await dates(app, vote=(9, 4))
    await visitor.send(
        "/nouvelle",
        title="Non",
        body="Une présentation que l’on ne veut pas retaper.",
        decided="Un point\nUn autre " + "long " * 60,
        frame_ancestors="https://www.ville.fr/page",
        **late,
        **{
            "phases.proposals.opens_at": "demain",
            "polls.0.question": "",
            "polls.0.options": "Une seule",
        },
    )
    assert visitor.page.status_code == 422
    for told in (
        "Titre : Ce texte est trop court",
        "Question posée : Ce champ est nécessaire",
        "Ce qui est déjà décidé : Ligne 2 : Ce texte est trop long",
        "Sites autorisés : Ligne 1 : Écrivez une adresse de site",
        "Proposer, début : Écrivez une date",
        "Proposer, fin : Ce champ est nécessaire",
        "Vote 1, question du vote : Ce champ est nécessaire",
        "Vote 1, options : Il en faut au moins 2",
    ):
        assert told in visitor.text, told
    for typed in (
        "retaper",
        "https://www.ville.fr/page",
        "Une seule",
        late["phases.vote.opens_at"],
    ):
        assert typed in visitor.page.text
    assert 'href="#f-phases.proposals.opens_at"' in visitor.page.text
    assert 'id="f-phases.proposals.opens_at"' in visitor.page.text


async def test_an_end_before_its_start_is_told_even_when_a_text_is_missing(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    authority, agent = await an_agent(app)
    visitor: Visitor = await visitor_of(agent)
    await visitor.open(f"/fr/gestion/a/{authority.slug}/nouvelle")
    await visitor.send("/nouvelle", **await dates(app, vote=(9, 4)))
    assert "Voter, fin : La fin doit venir après le début" in visitor.text
    assert "Titre : Ce champ est nécessaire" in visitor.text


async def test_a_wrong_vote_keeps_the_whole_consultation_unwritten(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    authority, agent = await an_agent(app)
    visitor: Visitor = await visitor_of(agent)
    slug = unique("place")
    await visitor.open(f"/fr/gestion/a/{authority.slug}/nouvelle")
    await visitor.send("/nouvelle", faire="ajouter")
    wrong = {**VOTE, "polls.0.options": "Un jardin\nUn jardin", "polls.0.method": "approval"}
    phases = await dates(app, vote=(1, 20))
    await visitor.send("/nouvelle", **TEXTS, slug=slug, **phases, **wrong)
    assert "Vote 1, options : Ligne 2 : Ce texte figure déjà plus haut" in visitor.text
    assert (await visitor.open(f"/fr/gestion/c/{slug}")).status_code == 404


async def test_the_group_of_the_chosen_method_is_open_and_the_first_when_none_is_known(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    authority, agent = await an_agent(app)
    visitor: Visitor = await visitor_of(agent)
    await visitor.open(f"/fr/gestion/a/{authority.slug}/nouvelle")
    await visitor.send("/nouvelle", faire="ajouter")
    for method, group in (
        ("approval", "Cocher les options qui conviennent"),
        ("instant_runoff", "Classer les options"),
        ("unheard-of", "Donner une mention à chaque option"),
    ):
        await visitor.send("/nouvelle", **{"polls.0.method": method})
        assert re.findall(
            r'<details class="method-group" open>\s*<summary>([^<]+?) <', visitor.page.text
        ) == [group]
        assert 'id="f-polls.0.method"' in visitor.page.text  # where an error's link leads


async def test_votes_are_added_and_removed_without_script_and_without_loss(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    authority, agent = await an_agent(app)
    page = await a_consultation(app, authority, agent=agent, opened=False, vote=(5, 25))
    visitor: Visitor = await visitor_of(agent)
    here = f"/{page.card.slug}"
    await visitor.open(f"/fr/gestion/c{here}")
    await visitor.send(here, title="Un titre changé", faire="ajouter")
    await visitor.send(here, **VOTE, faire="ajouter")
    assert "Un titre changé" in visitor.page.text
    assert "Une halle | Bois et zinc" in visitor.page.text
    second = {
        "polls.1.question": "Faut-il des arbres ?",
        "polls.1.method": "approval",
        "polls.1.options": "Oui\nNon\nQuelques-uns",
    }
    await visitor.send(here, **second)
    async with request_context(app, agent) as ctx:
        before = await poll_views(ctx, page.ref)
    assert [poll.number for poll in before] == [1, 2]
    await visitor.send(here, faire="enlever-0")
    assert "Faut-il des arbres" in visitor.page.text
    await visitor.send(here)
    async with request_context(app, agent) as ctx:
        after = await poll_views(ctx, page.ref)
    assert after == [before[1]]  # untouched: same number, same row


async def test_a_forged_form_is_refused_in_words_never_by_a_failure(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    authority, agent = await an_agent(app)
    page = await a_consultation(app, authority, agent=agent, opened=False, vote=(5, 25))
    visitor: Visitor = await visitor_of(agent)
    await visitor.open(f"/fr/gestion/c/{page.card.slug}")
    for forged in (
        {"polls": "9" * 5000},
        {"polls": ["1", "2"], "polls.0.options": ["a", "b"], "polls.0.grades": ["x", "x", "y"]},
        {"polls": "1", "polls.0.proposals": ["9" * 30, "7"], "polls.0.number": ["1", "2"]},
        {"title": ["un", "deux"], "phases.vote.opens_at": ["a", "b"], "polls": "3"},
        {"slug": ["a", "b"], "polls": "-1", "faire": ["ajouter", "x"], "decided": ["a", "b"]},
    ):
        await visitor.send(f"/{page.card.slug}", **forged)
        assert visitor.page.status_code in (200, 422), forged


async def test_published_proposals_become_options_of_a_vote(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    authority, agent = await an_agent(app)
    page = await a_consultation(app, authority, agent=agent, proposals=(-5, 5), vote=(6, 25))
    for title in ("Planter une haie", "Ouvrir le chemin"):
        await a_proposal(app, page, title=title)
    visitor: Visitor = await visitor_of(agent)
    here = f"/{page.card.slug}"
    await visitor.open(f"/fr/gestion/c{here}")
    await visitor.send(here, faire="ajouter")
    wish = {**VOTE, "polls.0.options": "Ne rien faire", "polls.0.proposals": ["1", "2"]}
    await visitor.send(here, **wish)
    assert "Vos changements sont enregistrés" in visitor.text, visitor.text[:900]
    async with request_context(app, agent) as ctx:
        (poll,) = await poll_views(ctx, page.ref)
    assert [(one.title, one.proposal) for one in poll.options] == [
        ("Ne rien faire", None),
        ("Planter une haie", 1),
        ("Ouvrir le chemin", 2),
    ]


async def test_once_open_the_past_keeps_its_dates_to_the_second(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    authority, agent = await an_agent(app)
    page = await a_consultation(app, authority, agent=agent, proposals=(-5.3, 5), vote=(6, 25))
    visitor: Visitor = await visitor_of(agent)
    here = f"/{page.card.slug}"
    await visitor.open(f"/fr/gestion/c{here}")
    assert 'name="phases.proposals.opens_at"' not in visitor.page.text
    assert "C’est passé : cette date ne change plus" in visitor.text
    later = await dates(app, proposals=(-9, 7))
    await visitor.send(
        here,
        title="Le réseau cyclable et piéton",
        **{"phases.proposals.closes_at": later["phases.proposals.closes_at"]},
    )
    assert "Raison du changement, publiée : Ce qui change était annoncé" in visitor.text
    await visitor.send(here, reason="Il reste des places au dernier atelier.")
    assert "Vos changements sont enregistrés" in visitor.text
    changed = await stored(app, page.card.slug)
    assert changed.card.title == "Le réseau cyclable et piéton"
    assert changed.card.phases[0].opens_at == page.card.phases[0].opens_at
    assert changed.card.phases[0].closes_at > page.card.phases[0].closes_at
    assert changed.card.phases[1] == page.card.phases[1]

    await visitor.send(here, **{"phases.proposals.opens_at": local(page.card.phases[1].opens_at)})
    assert "Proposer, début : Cette phase a commencé" in visitor.text


async def test_the_address_of_an_open_consultation_does_not_change(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    authority, agent = await an_agent(app)
    page = await a_consultation(app, authority, agent=agent)
    visitor: Visitor = await visitor_of(agent)
    await visitor.open(f"/fr/gestion/c/{page.card.slug}")
    await visitor.send(f"/{page.card.slug}", slug="une-autre-adresse")
    assert (await visitor.open("/fr/c/une-autre-adresse")).status_code == 404
    assert (await visitor.open(f"/fr/c/{page.card.slug}")).status_code == 200


async def test_votes_do_not_change_once_the_vote_has_begun(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    authority, agent = await an_agent(app)
    page = await a_consultation(app, authority, agent=agent, opened=False, vote=(1, 9))
    visitor: Visitor = await visitor_of(agent)
    here = f"/{page.card.slug}"
    await visitor.open(f"/fr/gestion/c{here}")
    await visitor.send(here, faire="ajouter")
    await visitor.send(here, **VOTE, faire="verifier")
    await visitor.send("/ouvrir")
    stale = visitor.page.text
    async with request_context(app) as ctx:
        await clock.advance(ctx.db, timedelta(days=2))
        await ctx.db.execute(update(Session).values(seen_at=await clock.now(ctx.db)))
    await visitor.open(f"/fr/gestion/c{here}")
    assert "Le vote a commencé" in visitor.text
    assert 'name="polls"' not in visitor.page.text
    await visitor.send(here, title="Un titre corrigé")
    assert "Vos changements sont enregistrés" in visitor.text
    assert 'name="polls.0.question"' in stale
    # A form opened before the vote and sent after it is refused whole, and shown again.
    late = {**VOTE, "polls": "1", "polls.0.question": "Une autre question ?"}
    await visitor.send(here, **late)
    assert "les options ne changent plus" in visitor.text
    async with request_context(app, agent) as ctx:
        (poll,) = await poll_views(ctx, page.ref)
    assert poll.question == VOTE["polls.0.question"]


async def test_a_draft_is_withdrawn_after_a_question_and_what_has_begun_is_not(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    authority, agent = await an_agent(app)
    draft = await a_consultation(app, authority, agent=agent, opened=False, proposals=(1, 9))
    begun = await a_consultation(app, authority, agent=agent, proposals=(-1, 9))
    visitor: Visitor = await visitor_of(agent)
    await visitor.open(f"/fr/gestion/c/{draft.card.slug}/retirer")
    await visitor.send("/retirer", reason="Reportée après l’été.")
    assert "La consultation est retirée" in visitor.text
    await visitor.open(f"/fr/gestion/c/{draft.card.slug}")
    assert "retirée avant son ouverture" in visitor.text
    await visitor.open(f"/fr/gestion/c/{draft.card.slug}/ouvrir")
    assert "n’est plus un brouillon" in visitor.text
    await visitor.open(f"/fr/gestion/c/{begun.card.slug}/retirer")
    assert "Cette consultation ne se retire plus" in visitor.text
    assert (await visitor.send_unoffered(visitor.page.url.path)).status_code == 409
    assert (await visitor.open(f"/fr/c/{begun.card.slug}")).status_code == 200


async def test_the_check_before_opening_names_what_is_missing(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    authority, agent = await an_agent(app)
    page = await a_consultation(app, authority, agent=agent, opened=False, vote=(1, 4))
    visitor: Visitor = await visitor_of(agent)
    await visitor.open(f"/fr/gestion/c/{page.card.slug}/ouvrir")
    for told in (
        "La présentation est vide",
        "ce qui est déjà décidé",
        "dure moins de quinze jours",
        "Aucune phase de décision",
        "aucune question n’est écrite",
    ):
        assert told in visitor.text, told
    assert f'href="/fr/c/{page.card.slug}"' in visitor.page.text
    ready = await a_consultation(
        app,
        authority,
        agent=agent,
        opened=False,
        body="Un texte.",
        decided=["Un budget"],
        proposals=(1, 20),
        decision=(20, 40),
        follow_up=(40, 90),
    )
    await visitor.open(f"/fr/gestion/c/{ready.card.slug}/ouvrir")
    assert "Rien à signaler" in visitor.text


async def test_a_vote_on_late_copies_opens_for_who_accepts_it_in_the_journal(
    app: AppContext, visitor_of: VisitorOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def late(_: Any) -> str:
        return "asynchronous"

    monkeypatch.setattr(commands, "copies", late)
    authority, agent = await an_agent(app)
    vote = await a_consultation(app, authority, agent=agent, opened=False, vote=(1, 4))
    other = await a_consultation(app, authority, agent=agent, opened=False, proposals=(1, 20))
    visitor: Visitor = await visitor_of(agent)
    await visitor.open(f"/fr/gestion/c/{other.card.slug}/ouvrir")
    assert "J’accepte" not in visitor.text
    await visitor.send("/ouvrir")
    await visitor.open(f"/fr/gestion/c/{vote.card.slug}/ouvrir")
    assert (await visitor.send("/ouvrir")).status_code == 409
    assert "un vote n’ouvre que si vous cochez" in visitor.text
    await visitor.open(f"/fr/gestion/c/{vote.card.slug}/ouvrir")
    await visitor.send("/ouvrir", accepte="1")
    query = "SELECT data, actor_id FROM event WHERE kind = 'ConsultationOpened'"
    async with request_context(app) as ctx:
        for page, accepted in ((vote, True), (other, False)):
            where = text(f"{query} AND consultation_id = :id")
            (row,) = await ctx.db.execute(where, {"id": page.card.id})
            assert (row.data, row.actor_id) == ({"late_copies": accepted}, agent.id)


async def test_only_agents_and_administrators_of_the_authority_enter(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    authority, agent = await an_agent(app)
    _other, foreign = await an_agent(app)
    page = await a_consultation(app, authority, agent=agent, opened=False)
    here = f"/fr/gestion/c/{page.card.slug}"
    paths = [here, here + "/ouvrir", here + "/retirer", here + "/integrer"]
    paths.append(f"/fr/gestion/a/{authority.slug}/nouvelle")
    moderator = await a_member(app, authority, "moderator")
    official = await a_member(app, authority, "official")
    for viewer in (foreign, moderator, official, await a_person(app)):
        visitor: Visitor = await visitor_of(viewer)
        await visitor.open("/fr/compte")
        for path in paths:
            assert (await visitor.open(path)).status_code == 404, (viewer.name, path)
    administrator = await a_member(app, authority, "administrator")
    for viewer in (agent, administrator):
        visitor = await visitor_of(viewer)
        for path in paths:
            assert (await visitor.open(path)).status_code == 200, (viewer.name, path)
    nobody: Visitor = await visitor_of(None)
    for path in paths:
        answer = await nobody.http.get(path)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/fr/identite?suite=/gestion")


async def test_moderators_and_officials_cannot_open_even_with_the_form_of_an_agent(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    authority, agent = await an_agent(app)
    page = await a_consultation(app, authority, agent=agent, opened=False)
    for role in ("moderator", "official"):
        visitor: Visitor = await visitor_of(await a_member(app, authority, role))
        for path, fields in (("/ouvrir", {}), ("/retirer", {}), ("", TEXTS), ("/integrer", {})):
            answer = await visitor.http.post(f"/fr/gestion/c/{page.card.slug}{path}", data=fields)
            assert answer.status_code == 404, (role, path)
    assert (await stored(app, page.card.slug, agent)).card.state == "draft"


async def test_what_is_owed_leads_to_where_one_answers(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    authority, agent = await an_agent(app)
    page = await a_consultation(app, authority, agent=agent)
    number = await a_proposal(app, page, title="Planter une haie")
    await supports(app, page, number, 3)
    official: Visitor = await visitor_of(await a_member(app, authority, "official"))
    await official.open("/fr/gestion")
    assert "Planter une haie Réponse attendue" in official.text
    link = f"/fr/elus/c/{page.card.slug}/p/{number}/repondre"
    assert f'href="{link}"' in official.page.text
    assert (await official.open(link)).status_code == 200


async def test_the_home_shows_each_role_its_own_part(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    authority, agent = await an_agent(app)
    await a_consultation(app, authority, agent=agent, opened=False, title="Un brouillon caché")
    await a_consultation(app, authority, agent=agent, title="Une consultation publique")
    await a_consultation(app, title="Celle des voisins")
    sees: Visitor = await visitor_of(agent)
    await sees.open("/fr/gestion")
    assert "Un brouillon caché" in sees.text
    assert "Une consultation publique" in sees.text
    assert "Celle des voisins" not in sees.text
    assert "Aucun texte n’est à relire" in sees.text
    assert "L’équipe" not in sees.text
    moderator: Visitor = await visitor_of(await a_member(app, authority, "moderator"))
    await moderator.open("/fr/gestion")
    assert "Aucun texte n’est à relire" in moderator.text
    assert "Un brouillon caché" not in moderator.text
    assert "Écrire une consultation" not in moderator.text
    citizen: Visitor = await visitor_of(await a_person(app))
    assert (await citizen.open("/fr/gestion")).status_code == 404


async def test_administrators_add_and_withdraw_roles_and_one_always_remains(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    authority = await an_authority(app)
    boss = await a_member(app, authority, "administrator")
    visitor: Visitor = await visitor_of(boss)
    team = f"/fr/gestion/a/{authority.slug}/equipe"
    await visitor.open(team)
    await visitor.send("/equipe", name="Al", email="pas une adresse")
    assert visitor.page.status_code == 422
    assert "Choisissez une des réponses" in visitor.text or "nécessaire" in visitor.text
    alix = await a_person(app, "Alix V.")
    address = alix.email
    await visitor.send("/equipe", name="Alix Vermeersch", email=address, role="official")
    assert "Alix Vermeersch – Élue ou élu En attente" in visitor.text
    assert "Alix V." not in visitor.text  # the account's own name
    assert address in visitor.text
    invitee: Visitor = await visitor_of(alix)
    assert (await invitee.open("/fr/gestion")).status_code == 404
    await invitee.open("/fr/compte")
    await invitee.follow("Voir l’invitation")
    await invitee.send("/accepter")
    assert "Vous avez ce rôle" in invitee.text
    await visitor.open(team)
    assert "En attente" not in visitor.text
    link = visitor.page.text.split('/official/retirer"')[0].rsplit('href="', 1)[1]
    await visitor.open(link + "/official/retirer")
    await visitor.send("/retirer")
    assert "Le rôle a été retiré" in visitor.text
    assert address not in visitor.text

    await visitor.open(f"{team}/{boss.id}/administrator/retirer")
    assert "dernière personne" in visitor.text
    assert (await visitor.send_unoffered(visitor.page.url.path)).status_code == 409
    agent: Visitor = await visitor_of(await a_member(app, authority, "agent"))
    assert (await agent.open(team)).status_code == 404
    assert (await agent.open(f"/fr/gestion/a/{authority.slug}/identite")).status_code == 404


async def test_the_identity_page_tells_what_becomes_of_a_pale_colour(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    authority = await an_authority(app)
    visitor: Visitor = await visitor_of(await a_member(app, authority, "administrator"))
    here = f"/fr/gestion/a/{authority.slug}/identite"
    await visitor.open(here)
    await visitor.send("/identite", accent="#ffd700", name="", faire="essayer")
    assert "Votre couleur a été assombrie pour rester lisible" in visitor.text
    assert "rien n’est encore enregistré" in visitor.text
    assert "/theme/ffd700.css" in visitor.page.text
    await visitor.send("/identite", name="Ville d’essai", population="6 754", logo="<b>non</b>")
    assert "dessin SVG simple" in visitor.text
    await visitor.send("/identite", logo="")
    assert "Vos changements sont enregistrés" in visitor.text
    assert "Ville d’essai" in visitor.text
    await visitor.open(here)
    assert 'value="#ffd700"' in visitor.page.text
    assert 'value="6754"' in visitor.page.text


async def test_the_line_to_paste_and_the_sites_that_may_show_it(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    authority, agent = await an_agent(app)
    page = await a_consultation(app, authority, agent=agent, title='Le "quai" & la place')
    visitor: Visitor = await visitor_of(agent)
    await visitor.open(f"/fr/gestion/c/{page.card.slug}/integrer")
    line = html.unescape(visitor.page.text.split('id="embed-line" tabindex="0">')[1])
    assert line.startswith(f'<iframe src="http://localhost:8000/embed/c/{page.card.slug}" title="')
    assert "Le &#34;quai&#34; &amp; la place" in line.split("</pre>")[0]
    assert "frame-src http://localhost:8000" in visitor.text
    await visitor.send("/integrer", frame_ancestors="https://www.ville.fr\nville.fr")
    assert "Ligne 2 : Écrivez une adresse de site" in visitor.text
    await visitor.send("/integrer", frame_ancestors="https://www.ville.fr\nhttps://intra.ville.fr")
    framed = await visitor.open(f"/embed/c/{page.card.slug}")
    policy = framed.headers["content-security-policy"]
    assert policy.endswith("'self' https://www.ville.fr https://intra.ville.fr")
    assert (await stored(app, page.card.slug)).card.phases == page.card.phases


def test_an_address_is_proposed_from_the_title() -> None:
    assert slug_from("Où passer à vélo ?") == "ou-passer-a-velo"
    assert slug_from("L’œuvre n° 3, côté Sud") == "l-oeuvre-n-3-cote-sud"
    assert len(slug_from("Une très longue question " * 8)) <= 60


async def test_a_title_without_an_address_gets_one(app: AppContext, visitor_of: VisitorOf) -> None:
    authority, agent = await an_agent(app)
    visitor: Visitor = await visitor_of(agent)
    title = f"Le quai à rénover {unique('x')[-10:]}"
    await visitor.open(f"/fr/gestion/a/{authority.slug}/nouvelle")
    phases = await dates(app, proposals=(1, 20))
    await visitor.send("/nouvelle", **{**TEXTS, "title": title}, **phases)
    assert visitor.page.url.path == f"/fr/gestion/c/{slug_from(title)}"
    await visitor.open(f"/fr/gestion/a/{authority.slug}/nouvelle")
    await visitor.send("/nouvelle", **{**TEXTS, "title": title}, **phases)
    assert "Adresse de la page : Ce nom est déjà pris" in visitor.text
    assert f'value="{slug_from(title)}"' in visitor.page.text


async def test_a_votes_secrecy_and_electorate_are_chosen_and_wrong_pairs_told_in_place(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    authority, agent = await an_agent(app)
    visitor: Visitor = await visitor_of(agent)
    slug = unique("scelle")
    await visitor.open(f"/fr/gestion/a/{authority.slug}/nouvelle")
    phases = await dates(app, vote=(25, 40))
    await visitor.send("/nouvelle", **TEXTS, **phases, slug=slug)
    await visitor.send(f"/{slug}", faire="ajouter")
    for code in ("E0", "E1", "E2", "E3"):
        assert f"– {code}" in visitor.text
    assert "Cela ne protège pas d’un serveur malveillant" in visitor.text
    await visitor.send(f"/{slug}", **VOTE, **{"polls.0.secrecy": "sealed"})
    assert "Un vote scellé demande une liste" in visitor.text
    assert 'id="f-polls.0.eligibility-error"' in visitor.page.text
    sealed = {"polls.0.eligibility": "code", "polls.0.method": "instant_runoff"}
    await visitor.send(f"/{slug}", **sealed)
    assert 'id="f-polls.0.whole_ballots-error"' in visitor.page.text
    await visitor.send(f"/{slug}", **{"polls.0.whole_ballots": "1"})
    assert visitor.page.status_code == 200, visitor.text
    page = await stored(app, slug, agent)
    async with request_context(app, agent) as ctx:
        (poll,) = await poll_views(ctx, page.ref)
    assert (poll.secrecy, poll.eligibility, poll.whole_ballots) == ("sealed", "code", True)

    await visitor.open(f"/fr/gestion/c/{slug}")
    await visitor.send(f"/{slug}", **{"polls.0.question": "Quel projet choisir ?"})
    async with request_context(app, agent) as ctx:
        (poll,) = await poll_views(ctx, page.ref)
    assert (poll.question, poll.secrecy, poll.eligibility, poll.whole_ballots) == (
        "Quel projet choisir ?",
        "sealed",
        "code",
        True,
    )


async def test_two_votes_are_written_at_two_dates_and_their_phases_keep_their_ids(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    authority, agent = await an_agent(app)
    visitor = await visitor_of(agent)
    slug = unique("place")
    await visitor.open(f"/fr/gestion/a/{authority.slug}/nouvelle")
    await visitor.send("/nouvelle", de_plus="vote", faire="phase")
    assert 'name="phases.vote-2.opens_at"' in visitor.page.text
    votes = await dates(app, vote=(25, 40), **{"vote-2": (50, 60)})
    await visitor.send("/nouvelle", **TEXTS, **votes, slug=slug)
    for index, question in enumerate(("Quel projet ?", "Quelle couleur ?")):
        await visitor.send(f"/{slug}", faire="ajouter")
        vote = {f"polls.{index}.{name.split('.')[-1]}": value for name, value in VOTE.items()}
        row = ("vote", "vote-2")[index]
        vote |= {f"polls.{index}.question": question, f"polls.{index}.phase": row}
        await visitor.send(f"/{slug}", **vote)
    page = await stored(app, slug, agent)
    ids = [phase.id for phase in page.card.phases]
    async with request_context(app, agent) as ctx:
        polls = await poll_views(ctx, page.ref)
    assert [(one.question, one.phase) for one in polls] == [
        ("Quel projet ?", ids[0]),
        ("Quelle couleur ?", ids[1]),
    ]
    later = await dates(app, **{"vote-2": (52, 70)})
    await visitor.send(f"/{slug}", **later, **{"polls.0.phase": "vote-2"})
    page = await stored(app, slug, agent)
    assert [phase.id for phase in page.card.phases] == ids
    assert local(page.card.phases[1].closes_at) == later["phases.vote-2.closes_at"]
    async with request_context(app, agent) as ctx:
        assert [one.phase for one in await poll_views(ctx, page.ref)] == [ids[1], ids[1]]
    await visitor.send(f"/{slug}", **{"polls.0.phase": "vote"})
    await visitor.send(f"/{slug}", faire="oter-vote-2")
    assert 'name="phases.vote-2.opens_at"' not in visitor.page.text
    await visitor.send(f"/{slug}")
    page = await stored(app, slug, agent)
    assert [phase.id for phase in page.card.phases] == ids[:1]
    async with request_context(app, agent) as ctx:
        assert [one.phase for one in await poll_views(ctx, page.ref)] == [ids[0], None]
