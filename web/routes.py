"""The pages, one file per family: `PAGES` under each language, `FILES` under none."""

from litestar.types import ControllerRouterHandler

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

PAGES: list[ControllerRouterHandler] = [
    *home.HANDLERS,
    *identity.HANDLERS,
    *kept_forms.HANDLERS,
    *passkeys.HANDLERS,
    *security.HANDLERS,
    *account.HANDLERS,
    *invitations.HANDLERS,
    *demo.HANDLERS,
    *legal.HANDLERS,
    *consultations.HANDLERS,
    *proposals.HANDLERS,
    *writing.HANDLERS,
    *subjects.HANDLERS,
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
    *ballot_box.HANDLERS,
    *trustees.HANDLERS,
    *paper.HANDLERS,
    *count.HANDLERS,
    *authority_space.HANDLERS,
]

FILES: list[ControllerRouterHandler] = [
    files.static_file,
    files.theme_file,
    files.logo_file,
    *home.WELL_KNOWN,
    *well_known.HANDLERS,
    *monitoring.HANDLERS,
    *csp_reports.HANDLERS,
    *provider.WELL_KNOWN,
    *embed.HANDLERS,
    *scripts.HANDLERS,
]

__all__ = ["FILES", "PAGES"]
