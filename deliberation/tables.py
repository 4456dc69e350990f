"""Every table, in one list of imports, for migrations and tests."""

from deliberation.elections.ballot_box.model import EndRequest, Extension
from deliberation.elections.ballots.model import BallotDraft, CastBallot, SealedBallot
from deliberation.elections.bulletin_board.model import BoardEntry
from deliberation.elections.electorate.model import (
    Countersigner,
    Elector,
    Electorate,
    ElectorCode,
    TurnoutMark,
    VotingCodeRequest,
)
from deliberation.elections.paper.model import PaperBatch, Undoing
from deliberation.elections.polls.model import Option, Poll
from deliberation.elections.pseudonyms.model import RenewedKey
from deliberation.elections.results.model import Minutes, Result
from deliberation.elections.trustees.model import Rehearsal, Trustee
from deliberation.followup.answers.model import Answer
from deliberation.journal.model import EventCount, RecordedEvent
from deliberation.network.authorities.model import Authority
from deliberation.network.people.model import Membership, Passkey, Person, RoleOffer, SignInCode
from deliberation.network.sessions.model import KeptForm, Session
from deliberation.operations.mail import Mail
from deliberation.operations.queue import QueuedJob
from deliberation.operations.worker import PeriodicRun
from deliberation.process.comments.model import Comment, StanceCount
from deliberation.process.consultations.model import Consultation, Phase, Version
from deliberation.process.moderation.model import Measure, Report
from deliberation.process.proposals.model import Proposal, ProposalVersion, Support
from deliberation.process.subjects.model import Follow, Subject, SubjectCount
from deliberation.views.figures.model import KeptFigures

TABLES = (
    Answer,
    Authority,
    BallotDraft,
    BoardEntry,
    VotingCodeRequest,
    Comment,
    Consultation,
    Countersigner,
    Elector,
    ElectorCode,
    Electorate,
    EndRequest,
    EventCount,
    Extension,
    Follow,
    KeptFigures,
    KeptForm,
    Mail,
    Measure,
    Membership,
    Minutes,
    RoleOffer,
    Option,
    PaperBatch,
    PeriodicRun,
    Passkey,
    Person,
    Phase,
    Poll,
    Proposal,
    ProposalVersion,
    SubjectCount,
    QueuedJob,
    RecordedEvent,
    Rehearsal,
    RenewedKey,
    Report,
    Result,
    TurnoutMark,
    SealedBallot,
    Session,
    SignInCode,
    StanceCount,
    Subject,
    Support,
    Trustee,
    Undoing,
    CastBallot,
    Version,
)
