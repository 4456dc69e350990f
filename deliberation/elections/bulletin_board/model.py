"""Rows of the bulletin board."""

from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from deliberation.core.database import Row


class BoardEntry(Row):
    """One line of a sealed vote's public board, exactly as it is published (`sealed.board`)."""

    __tablename__ = "board_line"
    poll_id: Mapped[UUID] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    line: Mapped[bytes] = mapped_column(LargeBinary)
    ballots: Mapped[int] = mapped_column(server_default="0")  # on the board up to this line
    __table_args__ = (Index("ix_board_line_kind", "poll_id", "kind", "number"),)
