"""Every table, in one import list: what migrations and tests see."""

from deliberation.answers.model import Answer
from deliberation.authorities.model import Authority
from deliberation.ballot_box.model import (
    BallotDraft,
    BoardLine,
    CodeRequest,
    Countersigner,
    Elector,
    ElectorCode,
    Extension,
    Minutes,
    PaperBatch,
    Rehearsal,
    RenewedKey,
    RollMark,
    SealedBallot,
    Trustee,
    Undoing,
    UrnBallot,
)
from deliberation.comments.model import Comment
from deliberation.consultations.model import Consultation, EndRequest, Phase, Version
from deliberation.journal.model import RecordedEvent
from deliberation.kit.mail import Mail
from deliberation.kit.queue import QueuedJob
from deliberation.kit.worker import PeriodicRun
from deliberation.moderation.model import Measure, Report
from deliberation.people.model import (
    KeptForm,
    Membership,
    Offer,
    Passkey,
    Person,
    Session,
    SignInCode,
)
from deliberation.polls.model import Option, Poll
from deliberation.proposals.model import Proposal, ProposalVersion, Support
from deliberation.results.model import Result

TABLES = (
    Answer,
    Authority,
    BallotDraft,
    BoardLine,
    CodeRequest,
    Comment,
    Consultation,
    Countersigner,
    Elector,
    ElectorCode,
    EndRequest,
    Extension,
    KeptForm,
    Mail,
    Measure,
    Membership,
    Minutes,
    Offer,
    Option,
    PaperBatch,
    PeriodicRun,
    Passkey,
    Person,
    Phase,
    Poll,
    Proposal,
    ProposalVersion,
    QueuedJob,
    RecordedEvent,
    Rehearsal,
    RenewedKey,
    Report,
    Result,
    RollMark,
    SealedBallot,
    Session,
    SignInCode,
    Support,
    Trustee,
    Undoing,
    UrnBallot,
    Version,
)
