"""From a text that waits to a suspended account, its contestation, and another person's answer."""

from typing import Any

from sqlalchemy import text

from deliberation.core.context import AppContext
from deliberation.jobs import JOBS
from deliberation.operations.queue import run_all
from deliberation.process.moderation.measure_queries import measures
from deliberation.process.moderation.measures import Ending, Suspension, end, hide, suspend, text_of
from deliberation.process.proposals.queries import proposal_view
from tests.builders import (
    a_consultation,
    a_member,
    a_person,
    a_proposal,
    an_authority,
    mailed_code,
    request_context,
    supports,
)

LINKED = "Les plus beaux arceaux sont ici : https://boutique.example/arceaux"


async def test_m6_a_newcomers_link_is_read_then_published(app: AppContext, visitor_of: Any) -> None:
    authority = await an_authority(app)
    page = await a_consultation(app, authority)
    author = await a_person(app)
    number = await a_proposal(app, page, author, body=LINKED)
    here = f"/fr/c/{page.card.slug}/p/{number}"
    own, public = await visitor_of(author), await visitor_of(None)
    await own.open(here)
    assert "Votre proposition attend d’être relue" in own.text
    await own.open("/fr/compte/contributions")
    assert "En attente de relecture" in own.text
    await public.open(here)
    assert public.page.status_code == 404
    agent = await visitor_of(await a_member(app, authority, "moderator"))
    await agent.open("/fr/gestion")
    assert "1 texte à relire" in agent.text
    inbox = f"/fr/gestion/a/{authority.slug}/signalements"
    await agent.open(inbox)
    assert "Compte nouveau, texte avec un lien" in agent.text
    async with request_context(app, author) as ctx:
        subject = (await proposal_view(ctx, page.ref, number)).id
    await agent.open(f"{inbox}/{subject}")
    assert "Ce texte peut-il être publié ?" in agent.text
    assert "Suspendre le compte" not in agent.text  # a moderator decides about texts
    await agent.send(f"/signalements/{subject}")
    assert "Le texte est publié." in agent.text
    await public.open(here)
    assert "boutique.example" in public.text
    await public.open(f"/fr/c/{page.card.slug}/moderation")
    assert "Publié après relecture" in public.text


async def test_m6_what_waits_is_never_said_to_be_published(
    app: AppContext, visitor_of: Any
) -> None:
    page = await a_consultation(app, await an_authority(app))
    author = await a_person(app)
    number = await a_proposal(app, page, author, body=LINKED)
    other = await a_proposal(app, page, await a_person(app))
    home = f"/fr/c/{page.card.slug}/p"
    own = await visitor_of(author)
    await own.open(f"{home}/{number}?publie=oui")
    assert "attend d’être relue" in own.text
    assert "Votre proposition est publiée" not in own.text
    await own.open(f"{home}/{number}/supprimer")
    assert "Supprimer ce texte ?" in own.text
    assert "Personne d’autre ne l’a vu" not in own.text
    await own.open(f"{home}/{other}")
    await own.send("/arguments", stance="for", body=LINKED)
    assert "il attend d’être relu" in own.text
    assert "Votre message est publié" not in own.text
    await own.send("/arguments", stance="for", body="Un argument sans lien, donc public.")
    assert "Votre message est publié" in own.text


async def test_m6_suspended_contested_and_given_back_by_another(
    app: AppContext, visitor_of: Any
) -> None:
    authority = await an_authority(app)
    first, second = [await a_member(app, authority, "agent") for _ in range(2)]
    page = await a_consultation(app, authority, agent=first)
    puppet = await a_person(app, "Marion Nette")
    number = await a_proposal(app, page, puppet)
    async with request_context(app) as ctx:
        subject = (await proposal_view(ctx, page.ref, number)).id
    agent = await visitor_of(first)
    suspend = f"/signalements/{subject}/suspendre"
    await agent.open(f"/fr/gestion/a/{authority.slug}{suspend}")
    await agent.send(suspend, reason="advertising", note="")
    assert agent.page.status_code == 422
    await agent.send(suspend, reason="advertising", note="Douze fois.", hide_texts="1")
    assert "Le compte est suspendu." in agent.text
    assert "Une autre personne décide" in agent.text
    measure = agent.page.url.path.rpartition("/")[2]
    await run_all(app, JOBS)

    own = await visitor_of(puppet)
    other_text = await a_proposal(app, page)
    await own.open(f"/fr/c/{page.card.slug}/p/{other_text}")
    assert "Lire pourquoi, et contester" in own.text
    assert "Publier mon message" not in own.text  # nothing is typed in vain
    assert "Soutenir cette proposition" not in own.text
    await own.open(f"/fr/c/{page.card.slug}/proposer")
    assert own.page.status_code == 403
    assert "Votre compte est suspendu" in own.text
    await own.open("/fr/compte")
    assert f"Compte suspendu par {authority.name}" in own.text
    await own.open(f"/fr/contester/{measure}")
    assert "Votre compte est suspendu" in own.text
    assert "Douze fois." in own.text
    await own.send(f"/contester/{measure}", appeal="non")
    assert own.page.status_code == 422
    await own.send(f"/contester/{measure}", appeal="Ce sont douze idées différentes.")
    assert "Votre contestation est transmise." in own.text
    assert "Contester cette décision" not in own.text

    other = await visitor_of(second)
    await other.open("/fr/gestion")
    assert "1 décision contestée attend une réponse" in other.text
    here = f"/fr/gestion/a/{authority.slug}/mesures"
    await other.open(here)
    assert "Compte de Marion Nette" in other.text
    await other.open(f"{here}/{measure}")
    assert "Ce sont douze idées différentes." in other.text
    ending = {"decision": "lifted", "reply": "Relu : ce sont des avis.", "with_texts": "1"}
    answer = await other.http.post(f"{here}/{measure}", data=ending)
    assert answer.headers["location"].endswith("?fait=leve")
    public = await visitor_of(None)
    await public.open(f"/fr/c/{page.card.slug}/moderation")
    for told in ("Suspendu", "Décision levée", "Relu : ce sont des avis."):
        assert told in public.text
    assert "Marion" not in public.text
    await public.open(f"/fr/c/{page.card.slug}/p/{number}")
    assert "Marion Nette" in public.text


async def test_a_hidden_proposal_is_taken_back_by_its_author_and_stays_so(
    app: AppContext, visitor_of: Any
) -> None:
    authority = await an_authority(app)
    first, second = [await a_member(app, authority, "agent") for _ in range(2)]
    page = await a_consultation(app, authority, agent=first)
    author = await a_person(app)
    number = await a_proposal(app, page, author)
    here = f"/fr/c/{page.card.slug}/p/{number}"
    async with request_context(app, first) as ctx:
        subject = (await proposal_view(ctx, page.ref, number)).id
        found = await text_of(ctx, authority.id, subject)
        await hide(ctx, found, "advertising", "", reports=0)
        (measure,) = await measures(ctx, authority.id)
    own, other, public = [await visitor_of(who) for who in (author, second, None)]
    await public.open(here)
    assert "Retirer ma proposition" not in public.text
    assert (await other.open(f"{here}/retirer")).status_code == 403
    await own.open(here)
    await own.follow("Retirer ma proposition")
    assert "Elle est masquée. Retirée, elle le restera" in own.text
    assert "restent lisibles" not in own.text
    await own.send("/retirer")
    assert "Vous l’avez retirée" in own.text
    assert "Retirer ma proposition" not in own.text
    await public.open(here)
    assert public.page.status_code == 410
    assert "retirée" not in public.text
    await other.open(f"/fr/gestion/a/{authority.slug}/mesures/{measure.id}")
    assert "Si la proposition a été retirée par la personne qui l’a écrite," in other.text
    async with request_context(app, second) as ctx:
        await end(ctx, authority.id, measure.id, Ending(decision="lifted", reply="Relu."))
    await public.open(here)
    assert "Cette proposition a été retirée par la personne qui l’a écrite" in public.text
    await public.open(f"/fr/c/{page.card.slug}/journal")
    assert "1 décision de masquer un texte levée par la modération" in public.text


async def test_m6_programs_suspend_contest_and_lift(app: AppContext, visitor_of: Any) -> None:
    authority = await an_authority(app)
    first, second = [await a_member(app, authority, "agent") for _ in range(2)]
    page = await a_consultation(app, authority, agent=first)
    puppet = await a_person(app)
    number = await a_proposal(app, page, puppet)
    async with request_context(app) as ctx:
        subject = (await proposal_view(ctx, page.ref, number)).id
    api = f"/api/v1/authorities/{authority.slug}"

    async def send(who: Any, path: str, **body: Any) -> Any:
        visitor = await visitor_of(who)
        return await visitor.http.post(path, json=body)

    wish = {"subject_id": str(subject), "reason": "advertising", "note": "Douze fois."}
    made = await send(first, f"{api}/suspensions", **wish)
    assert (made.status_code, made.json()["subject"]) == (201, "account")
    measure = made.json()["id"]
    assert (await send(first, f"{api}/suspensions", **wish)).status_code == 409
    refused = await send(
        puppet, f"/api/v1/consultations/{page.card.slug}/proposals/{number}/comments", body="Oui !"
    )
    assert refused.status_code == 403
    assert "suspendu" in refused.text
    appeal = await send(puppet, f"/api/v1/account/measures/{measure}/appeal", appeal="Douze idées.")
    assert appeal.status_code == 204
    ending = {"decision": "lifted", "reply": "Relu."}
    path = f"{api}/measures/{measure}/ending"
    assert (await send(first, path, **ending)).status_code == 403
    assert (await send(second, path, **ending)).status_code == 204


async def test_m6_the_anomaly_page_tells_thresholds_and_figures_without_the_rush(
    app: AppContext, visitor_of: Any
) -> None:
    authority = await an_authority(app)
    page = await a_consultation(app, authority)
    here = f"/fr/gestion/c/{page.card.slug}/anomalies"
    agent = await visitor_of(await a_member(app, authority, "agent"))
    await agent.open(here)
    assert "Rien de singulier au-dessus des seuils" in agent.text
    number = await a_proposal(app, page, await a_person(app))
    await supports(app, page, number, 24)
    async with request_context(
        app
    ) as ctx:  # in one hour, whatever the minute at which the test runs
        await ctx.db.execute(
            text(
                "UPDATE support SET created_at = person.created_at FROM subject, person"
                " WHERE subject.id = proposal_id AND consultation_id = :id"
                " AND person.voter_id = support.voter_id"
            ),
            {"id": page.card.id},
        )
    official = await visitor_of(await a_member(app, authority, "official"))
    await official.open(here)
    assert "par des boîtes aux lettres connues depuis moins de 10 minutes" in official.text
    assert "Soutiens, avec et sans les afflux" in official.text


async def test_m6_a_suspended_account_supports_nothing_by_signing_in_anew(
    app: AppContext, visitor_of: Any
) -> None:
    authority = await an_authority(app)
    agent = await a_member(app, authority, "agent")
    page = await a_consultation(app, authority, agent=agent)
    puppet = await a_person(app, "Marion Nette")
    written = await a_proposal(app, page, puppet)
    async with request_context(app, agent) as ctx:
        subject = (await proposal_view(ctx, page.ref, written)).id
        await suspend(
            ctx,
            authority.id,
            Suspension(subject_id=subject, reason="advertising", note="Douze fois."),
        )
    number = await a_proposal(app, page)
    visitor = await visitor_of(None)
    await visitor.open(f"/fr/c/{page.card.slug}/p/{number}")
    await visitor.follow("Soutenir cette proposition")
    await visitor.send("/identite", email=puppet.email)
    await visitor.send("/identite/code", code=await mailed_code(app, puppet.email))
    assert "Votre soutien est compté" not in visitor.text
    async with request_context(app) as ctx:
        assert (await proposal_view(ctx, page.ref, number)).support_count == 0
