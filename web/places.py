"""Whose page an address is: the town's look stays through sign-in, account and refusals."""

import re

from deliberation.authorities.queries import AuthorityCard, authority_page
from deliberation.consultations.queries import consultation_page
from deliberation.kit.act import Act
from deliberation.kit.errors import Refusal

CONSULTATION = re.compile(r"(?:/gestion|/elus)?/c/([a-z0-9-]{1,80})(?![^/?#])")
AUTHORITY = re.compile(r"(?:/gestion)?/a/([a-z0-9-]{1,80})(?![^/?#])")


async def authority_of(act: Act, path: str) -> AuthorityCard | None:
    """The authority of an address without its language; none when it is nobody's, or not shown."""
    try:
        if found := CONSULTATION.match(path):
            return (await consultation_page(act, found[1])).card.authority
        if found := AUTHORITY.match(path):
            return (await authority_page(act, found[1])).card
    except Refusal:
        pass
    return None
