"""A consultation inside another site's page: read here, act on the full page (top level).

A frame shows what anybody may see, whoever looks at it; it sets no cookie, holds no form, and
only the origins that the consultation lists may show it.
"""

from dataclasses import replace
from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from api.plumbing.transaction import Acting
from deliberation.consultations.queries import ConsultationPage, consultation_page
from deliberation.kit.act import Act
from deliberation.kit.errors import NotFound
from deliberation.proposals.queries import ProposalSearch, proposal_list
from deliberation.words.catalogue import mark as _
from deliberation.words.thread import telling, thread
from web.render import page_language, render

CACHE = "public, max-age=60"
TOP = 3  # proposals shown

# The phase that asks most of people -> the button's words, and where it leads.
CALLS: dict[str, tuple[str, str]] = {
    "information": (_("Lire le dossier"), ""),
    "proposals": (_("Proposer une idée"), "/proposer"),
    "discussion": (_("Donner votre avis"), "/propositions"),
    "vote": (_("Voter"), "/voter"),
    "decision": (_("Suivre la réponse"), ""),
    "follow_up": (_("Voir ce qui en est fait"), ""),
}
ELSE = (_("En savoir plus"), "")


@get("/embed/c/{slug:str}")
async def embedded(
    request: Request[Any, Any, Any], act: Acting, slug: FromPath[str]
) -> Response[str]:
    """A public consultation in a few lines: question, what is open, thread, figures, best ideas."""
    act = _anybody(request, act)
    try:
        page = await consultation_page(act, slug)
    except NotFound:
        return _missing(request)
    lang, card = page_language(request), page.card
    search = ProposalSearch(sort="supported", size=TOP)
    return _framed(
        request,
        page,
        "embed/consultation.html",
        told=telling(lang, card.phases, act.now),
        steps=thread(lang, card.phases),
        call=CALLS[card.now.kind] if card.now else ELSE,
        found=await proposal_list(act, page, search),
    )


def _anybody(request: Request[Any, Any, Any], act: Act) -> Act:
    """The same act without its person: a frame is the same for everybody, so caches may keep it."""
    nobody = replace(act, viewer=None)
    request.scope["act"] = nobody  # type: ignore[typeddict-unknown-key]
    return nobody


def _framed(
    request: Request[Any, Any, Any], page: ConsultationPage, template: str, **values: Any
) -> Response[str]:
    answer = render(request, template, authority=page.card.authority, page=page, **values)
    answer.headers["cache-control"] = CACHE
    del answer.headers["vary"]
    ancestors = " ".join(("'self'", *page.frame_ancestors))
    request.scope["frame_ancestors"] = ancestors  # type: ignore[typeddict-unknown-key]
    return answer


def _missing(request: Request[Any, Any, Any]) -> Response[str]:
    """Drafts, withdrawn consultations and unknown names look alike, and nobody may frame them."""
    answer = render(request, "embed/missing.html", status=404)
    answer.headers["cache-control"] = CACHE
    del answer.headers["vary"]
    return answer


HANDLERS = [embedded]
