"""The pages, one file a family. `PAGES` stand under each language; `FILES` stand under none."""

from litestar.types import ControllerRouterHandler

from web.embed import pages as embed
from web.embed import scripts
from web.pages import (
    account,
    anomalies,
    authority_space,
    ballots,
    consultations,
    demo,
    doors,
    embedding,
    ends,
    errors,
    files,
    home,
    identity,
    invitations,
    kept,
    legal,
    management,
    measures,
    moderation,
    officials,
    proposals,
    provider,
    receipts,
    results,
    sealed,
    unsubscribe,
    urn,
    urn_bureau,
    urn_count,
    urn_papers,
)

PAGES: list[ControllerRouterHandler] = [
    *home.HANDLERS,
    *identity.HANDLERS,
    *kept.HANDLERS,
    *account.HANDLERS,
    *invitations.HANDLERS,
    *demo.HANDLERS,
    *legal.HANDLERS,
    *consultations.HANDLERS,
    *proposals.HANDLERS,
    *moderation.HANDLERS,
    *measures.HANDLERS,
    *officials.HANDLERS,
    *unsubscribe.HANDLERS,
    *results.HANDLERS,
    *ballots.HANDLERS,
    *receipts.HANDLERS,
    *sealed.HANDLERS,
    *provider.HANDLERS,
    *management.HANDLERS,
    *ends.HANDLERS,
    *embedding.HANDLERS,
    *anomalies.HANDLERS,
    *urn.HANDLERS,
    *urn_bureau.HANDLERS,
    *urn_papers.HANDLERS,
    *urn_count.HANDLERS,
    *authority_space.HANDLERS,
]

FILES: list[ControllerRouterHandler] = [
    files.static_file,
    files.theme_file,
    files.logo_file,
    *home.DOORS,
    *doors.HANDLERS,
    *provider.DOORS,
    *embed.HANDLERS,
    *scripts.HANDLERS,
]

__all__ = ["FILES", "PAGES", "errors"]
