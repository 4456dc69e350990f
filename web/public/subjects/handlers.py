"""Follow a subject and stop following it, from any page that has the button."""

from litestar import post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from api.core.transaction import Ctx
from deliberation.process.consultations.queries import consultation_ref
from deliberation.process.subjects import following
from deliberation.process.subjects.kinds import SubjectRef, path_below, path_of, that
from web.shell.render import see_page


def _following(kind: str) -> list[HTTPRouteHandler]:
    """The two actions below the page of a kind."""
    page = "/c/{slug:str}" + path_below(kind, "{number:int}")

    @post(f"{page}/suivre", name=f"follow-{kind}")
    async def follow(ctx: Ctx, slug: FromPath[str], number: FromPath[int]) -> Redirect:
        """Follow a subject by mail."""
        ref = SubjectRef(kind, number)
        await following.follow(ctx, await consultation_ref(ctx, slug), ref)
        return see_page(ctx.lang, f"{path_of(slug, ref)}?suivi=oui#suivi")

    @post(f"{page}/ne-plus-suivre", name=f"unfollow-{kind}")
    async def unfollow(ctx: Ctx, slug: FromPath[str], number: FromPath[int]) -> Redirect:
        """Stop following a subject."""
        ref = SubjectRef(kind, number)
        await following.unfollow(ctx, await consultation_ref(ctx, slug), ref)
        return see_page(ctx.lang, f"{path_of(slug, ref)}#suivi")

    return [follow, unfollow]


FOLLOWING = [handler for kind in that("followable") for handler in _following(kind)]
