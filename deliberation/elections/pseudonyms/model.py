"""Rows about keys of pseudonyms."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from deliberation.core.database import Row


class RenewedKey(Row):
    """An open ballot box whose pseudonym key was lost and replaced: the new key's check value."""

    __tablename__ = "renewed_key"
    poll_id: Mapped[UUID] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    key_check: Mapped[str]
    renewed_at: Mapped[datetime]
