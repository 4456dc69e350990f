"""Rows of authorities."""

from datetime import datetime
from typing import Literal, get_args
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from deliberation.core.database import Row
from deliberation.core.ids import new_id

AuthorityKind = Literal["commune", "epci", "department", "region", "association"]
KINDS: tuple[AuthorityKind, ...] = get_args(AuthorityKind)


class Authority(Row):
    """A tenant: who consults, how it looks and how to reach it."""

    __tablename__ = "authority"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    slug: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    name: Mapped[str]
    tagline: Mapped[str] = mapped_column(default="")
    accent: Mapped[str] = mapped_column(default="#0B5A5E")
    logo: Mapped[str] = mapped_column(default="")  # a small SVG, checked when it is set
    contact_email: Mapped[str]
    phone: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    population: Mapped[int | None]
    director: Mapped[str] = mapped_column(default="")  # of the publication (LCEN, article 6)
    host: Mapped[str] = mapped_column(default="")  # who hosts the site, with address and phone
    dpo_email: Mapped[str] = mapped_column(default="")
    # Whether roles here are held only in sessions opened or confirmed with a passkey.
    passkeys_required: Mapped[bool] = mapped_column(default=False, server_default="false")
    created_at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
        Index("ix_authority_listed", text("fold(name)"), "id"),
        Index("ix_authority_kind", "kind", text("fold(name)"), "id"),
        Index(
            "ix_authority_words",
            text("to_tsvector('simple', searched(name))"),
            postgresql_using="gin",
        ),
    )
