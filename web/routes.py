"""The pages, one file per family: `PAGES` under each language, `FILES` under none.

A handler is served because it stands in one of these files."""

from litestar.handlers import HTTPRouteHandler

from api.core.routes import handlers_of
from web.account.invitations import handlers as invitations
from web.account.profile import handlers as account
from web.account.security import handlers as security
from web.account.signin import handlers as identity
from web.account.signin import passkeys
from web.account.unsubscribe import handlers as unsubscribe
from web.demo import handlers as demo
from web.embed import handlers as embed
from web.embed import scripts
from web.monitoring import handlers as monitoring
from web.network.home import handlers as home
from web.public.consultations import handlers as consultations
from web.public.legal import handlers as legal
from web.public.proposals import handlers as proposals
from web.public.proposals import writing
from web.public.results import handlers as results
from web.public.subjects import handlers as subjects
from web.shell import csp_reports, files, kept_forms, well_known
from web.staff.anomalies import handlers as anomalies
from web.staff.authority import handlers as authority_space
from web.staff.ballot_box import count, paper, trustees
from web.staff.ballot_box import handlers as ballot_box
from web.staff.consultations import handlers as management
from web.staff.early_ends import handlers as ends
from web.staff.embedding import handlers as embedding
from web.staff.moderation import handlers as moderation
from web.staff.moderation import measures
from web.staff.officials import handlers as officials
from web.vote.ballots import handlers as ballots
from web.vote.identity_provider import handlers as provider
from web.vote.receipts import handlers as receipts
from web.vote.sealed import handlers as sealed

FILES: list[HTTPRouteHandler] = [
    home.way_in,
    home.without_language,
    provider.from_provider,
    provider.after_logout,
    *handlers_of(files, well_known, monitoring, csp_reports, embed, scripts),
]
_IN_A_LANGUAGE = handlers_of(
    *(home, identity, kept_forms, passkeys, security, account, invitations, unsubscribe, demo),
    *(legal, consultations, proposals, writing, subjects, moderation, measures, officials),
    *(results, ballots, receipts, sealed, provider, management, ends, embedding, anomalies),
    *(ballot_box, trustees, paper, count, authority_space),
)
PAGES = [page for page in _IN_A_LANGUAGE if page not in FILES]

__all__ = ["FILES", "PAGES"]
