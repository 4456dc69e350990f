"""Pages of changed announcements: changed with a reason, ended earlier by two, public."""

from deliberation.core.context import AppContext
from tests.builders import a_consultation, a_member, a_poll, an_authority, an_older_member
from tests.site import Visitor, VisitorOf

REASON = "Le conseil municipal est reporté."


async def test_prof_4_a_changed_promise_is_read_with_its_old_text_by_everybody(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    authority = await an_authority(app)
    agent = await a_member(app, authority, "agent")
    page = await a_consultation(
        app, authority, agent=agent, promise="Nous répondrons avant l’été.", proposals=(-1, 9)
    )
    slug = page.card.slug
    room: Visitor = await visitor_of(agent)
    await room.open(f"/fr/gestion/c/{slug}")
    assert "Se corrigent librement : le titre" in room.text
    changed = "La mairie fera ce qu’elle voudra, et ne répondra pas."
    await room.send(f"/{slug}", promise=changed)
    assert "Raison du changement, publiée : Ce qui change était annoncé" in room.text
    assert changed in room.page.text, "nothing typed is lost"
    await room.send(f"/{slug}", reason=REASON)
    assert "Vos changements sont enregistrés" in room.text
    visitor: Visitor = await visitor_of(None)
    for path in ("/versions", "/journal"):
        await visitor.open(f"/fr/c/{slug}{path}")
        for words in ("Nous répondrons avant l’été.", changed, REASON):
            assert words in visitor.text, path
    for path in ("", "/reglement"):
        await visitor.open(f"/fr/c/{slug}{path}")
        assert f'href="/fr/c/{slug}/versions"' in visitor.page.text, path


async def test_prof_11_two_agents_cancel_and_every_page_says_so(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    authority = await an_authority(app)
    page, _ = await a_poll(app, authority=authority)
    slug = page.card.slug
    first, second = [
        await visitor_of(await an_older_member(app, authority, "agent")) for _ in range(2)
    ]
    await first.open(f"/fr/gestion/c/{slug}/fins")
    await first.send("/fins", ending="cancel", reason="court")
    assert first.page.status_code == 422
    await first.send("/fins", ending="cancel", reason=REASON)
    assert "Une autre personne de l’équipe doit maintenant décider" in first.text
    assert "Une autre personne de l’équipe doit décider" in first.text
    await second.open(f"/fr/gestion/c/{slug}/fins")
    await second.send("/accorder")
    assert "C’est fait et publié" in second.text
    visitor: Visitor = await visitor_of(None)
    for path in ("", "/voter/1", "/resultats"):
        await visitor.open(f"/fr/c/{slug}{path}")
        assert visitor.page.status_code == 200
        assert "annulé" in visitor.text, path
        assert REASON in visitor.text, path
        assert "Les bulletins sont comptés" not in visitor.text
    await visitor.open(f"/fr/a/{authority.slug}")
    assert "Annulée" in visitor.text
    await visitor.open(f"/embed/c/{slug}")
    assert "Cette consultation a été annulée." in visitor.text
    await first.open(f"/fr/gestion/c/{slug}")
    assert "Cette consultation a été annulée" in first.text
    await first.open("/fr/gestion")
    assert "Annulée" in first.text


async def test_prof_11_the_page_that_opens_promises_only_what_can_be_done(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    authority = await an_authority(app)
    agent = await a_member(app, authority, "agent")
    room: Visitor = await visitor_of(agent)
    for days, can in (((-1, 9), False), ((1, 9), True)):
        page = await a_consultation(app, authority, agent=agent, opened=False, proposals=days)
        await room.open(f"/fr/gestion/c/{page.card.slug}/ouvrir")
        assert ("Vous pourrez encore la retirer" in room.text) is can
        await room.send("/ouvrir")
        await room.open(f"/fr/gestion/c/{page.card.slug}/retirer")
        assert ("Cette consultation ne se retire plus" not in room.text) is can
        if can:
            await room.send("/retirer")
            assert "La consultation est retirée." in room.text


async def test_prof_24_the_same_advice_stands_on_the_form_after_opening(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    authority = await an_authority(app)
    agent = await a_member(app, authority, "agent")
    page = await a_consultation(app, authority, agent=agent, proposals=(-1, 9), vote=(3, 20))
    room: Visitor = await visitor_of(agent)
    await room.open(f"/fr/gestion/c/{page.card.slug}")
    assert "Le vote commence avant la fin des propositions." in room.text
    assert "Le vote est daté, mais aucune question n’est écrite." in room.text


async def test_a_stage_that_is_over_leaves_the_others_to_be_ended(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    agent = await an_older_member(app, authority := await an_authority(app), "agent")
    page = await a_consultation(
        app, authority, agent=agent, information=(-5, -2), proposals=(-1, 3)
    )
    visitor: Visitor = await visitor_of(agent)
    answer = await visitor.open(f"/fr/gestion/c/{page.card.slug}/fins")
    assert answer.status_code == 200
    over, current = page.card.phases
    assert f'value="{current.id}"' in answer.text
    assert f'value="{over.id}"' not in answer.text
