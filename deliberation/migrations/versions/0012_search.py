"""search: words parted by every sign and space, compounds in one word too, plurals of -o and -u"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

# What parts two words: controls and ASCII signs (but for the hyphen, below), the spaces, quotation
# marks, dashes and signs beyond, symbols and emoji. In a database of any locale.
SIGNS = (
    r"[\u0001-\u002C\u002E\u002F\u003A-\u0040\u005B-\u0060\u007B-\u00BF\u00D7\u00F7"
    r"\u1680\u2000-\u200F\u2012-\u2BFF\u3000-\u303F\uFE00-\uFE0F\uFEFF\uFF01-\uFF0F"
    r"\U0001F000-\U0001FAFF]+"
)
HYPHENS = "\u2010\u2011"  # printed as the one of the keyboard
# The body is bound when it is made (RETURN): an index or a restored copy knows no search path.
SEARCHED = rf"""
CREATE FUNCTION searched(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN (
    SELECT regexp_replace(regexp_replace(
        replace(plain, '-', ' ') || coalesce((
            SELECT ' ' || string_agg(replace(found[1], '-', ''), ' ')
            FROM regexp_matches(plain, '([a-z]+(?:-[a-z]+)+)', 'g') AS matched(found)
        ), ''),
        '([a-z][a-z][aiou])s\M', '\1', 'g'), '([a-z][a-z]u)x\M', '\1', 'g')
    FROM (SELECT regexp_replace(
        translate(fold(value), '{HYPHENS}', '--'), '{SIGNS}', ' ', 'g'
    ) AS plain) AS folded
)
"""


def upgrade() -> None:
    op.execute(SEARCHED)
    op.drop_index("ix_proposal_search", "proposal")
    op.drop_column("proposal", "search")
    op.execute(
        "ALTER TABLE proposal ADD search tsvector NOT NULL GENERATED ALWAYS AS ("
        "setweight(to_tsvector('french', searched(title)), 'A') || setweight("
        "to_tsvector('french', searched(body || ' ' || theme || ' ' || place)), 'B')) STORED"
    )
    op.create_index("ix_proposal_search", "proposal", ["search"], postgresql_using="gin")
    op.create_index(
        "ix_person_name_words",
        "person",
        [sa.text("to_tsvector('french', searched(name))")],
        postgresql_using="gin",
    )
