"""Whose page an address is: the town's look stays through sign-in, account and refusals."""

import re

from deliberation.core.context import RequestContext
from deliberation.core.errors import Refusal
from deliberation.network.authorities.queries import AuthorityCard, authority_page
from deliberation.process.consultations.queries import consultation_page

CONSULTATION = re.compile(r"(?:/gestion|/elus)?/c/([a-z0-9-]{1,80})(?![^/?#])")
AUTHORITY = re.compile(r"(?:/gestion)?/a/([a-z0-9-]{1,80})(?![^/?#])")


async def authority_of(ctx: RequestContext, path: str) -> AuthorityCard | None:
    """The authority of an address without its language; none when it is nobody's, or not shown."""
    try:
        if found := CONSULTATION.match(path):
            return (await consultation_page(ctx, found[1])).card.authority
        if found := AUTHORITY.match(path):
            return (await authority_page(ctx, found[1])).card
    except Refusal:
        pass
    return None
