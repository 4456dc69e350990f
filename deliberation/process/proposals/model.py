"""Rows of proposals, their versions and supports."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from deliberation.core.database import Row
from deliberation.core.ids import new_id
from deliberation.process.subjects.model import Subject


class Proposal(Subject):
    """A proposal: a subject that people support.

    The database repeats here its consultation and its number, which never change
    (`migrations/functions/proposals.sql`).
    """

    __tablename__ = "proposal"
    id: Mapped[UUID] = mapped_column(
        ForeignKey("subject.id", ondelete="CASCADE"), primary_key=True, default=new_id
    )
    version: Mapped[int] = mapped_column(default=0)  # of the published text
    reminded_at: Mapped[datetime | None]  # mail to the author: the draft is not public
    # Kept by the statements that add and remove supports; tests compare it with the rows.
    support_count: Mapped[int] = mapped_column(default=0)
    __mapper_args__ = {"polymorphic_identity": "proposal"}  # noqa: RUF012 (SQLAlchemy's own form)
    in_consultation: Mapped[UUID | None]
    as_number: Mapped[int | None]
    # The order of the most supported. A support rewrites its entry: measured, that costs nothing
    # beside the commit.
    __table_args__ = (
        Index(
            "ix_proposal_supported",
            "in_consultation",
            "support_count",
            "as_number",
            postgresql_include=["id"],
        ),
        {"postgresql_with": {"fillfactor": 85}},
    )


class ProposalVersion(Row):
    """A published text as it was, so that nobody supports one text and finds another."""

    __tablename__ = "proposal_version"
    proposal_id: Mapped[UUID] = mapped_column(ForeignKey("proposal.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    body: Mapped[str]
    published_at: Mapped[datetime]


class Support(Row):
    """One voter's support of one proposal: one for a mailbox, whatever accounts it had."""

    __tablename__ = "support"
    proposal_id: Mapped[UUID] = mapped_column(ForeignKey("proposal.id"), primary_key=True)
    voter_id: Mapped[UUID] = mapped_column(primary_key=True)
    created_at: Mapped[datetime]
    __table_args__ = (Index(None, "voter_id", "created_at"),)
