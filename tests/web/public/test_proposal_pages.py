"""A citizen proposes, edits, publishes and supports, without any script."""

from deliberation.core.context import AppContext
from tests.builders import a_consultation, a_person
from tests.site import Visitor, VisitorOf


async def test_a_person_writes_reviews_publishes_and_edits(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    page = await a_consultation(app)
    visitor: Visitor = await visitor_of(await a_person(app))

    await visitor.open(f"/fr/c/{page.card.slug}/proposer")
    await visitor.send("/proposer", title="Des arceaux", body="trop court")
    assert visitor.page.status_code == 422
    assert "trop court" in visitor.page.text  # nothing typed is lost
    await visitor.send(
        "/proposer", title="Des arceaux devant la gare", body="Il n’y a que six places à vélo."
    )
    assert "n’est pas encore publiée" in visitor.text
    stranger: Visitor = await visitor_of(None)
    await stranger.open(visitor.page.url.path)
    assert stranger.page.status_code == 404

    await visitor.send("/publier")
    assert "Des arceaux devant la gare" in visitor.text
    await stranger.open(visitor.page.url.path)
    assert stranger.page.status_code == 200
    await visitor.open(visitor.page.url.path + "/modifier")
    await visitor.send("/modifier", body="Il n’y a que six places à vélo, et trente vélos.")
    assert "trente vélos" in visitor.text
    await visitor.open(visitor.page.url.path + "/versions")
    assert "Version 1" in visitor.text


async def test_supporting_twice_counts_once_and_can_be_taken_back(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    page = await a_consultation(app)
    author: Visitor = await visitor_of(await a_person(app))
    await author.open(f"/fr/c/{page.card.slug}/proposer")
    await author.send("/proposer", title="Planter une haie", body="Le long du chemin des écoliers.")
    await author.send("/publier")
    neighbour: Visitor = await visitor_of(await a_person(app))
    await neighbour.open(author.page.url.path)
    await neighbour.send("/soutenir")
    assert "1 soutien" in neighbour.text
    await neighbour.send("/ne-plus-soutenir")
    assert "0 soutien" in neighbour.text
