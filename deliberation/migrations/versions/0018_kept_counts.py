"""counts that are kept: ballots on each line of a board, turnout marks beside a result"""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None
# No announced byte changes, and casts wait for two short locks only: what takes long is read before.
safe_while_voting = True


def upgrade() -> None:
    op.execute("LOCK TABLE board_line IN SHARE ROW EXCLUSIVE MODE")  # casts go on reading it
    op.execute(
        """
        CREATE TEMPORARY TABLE shown ON COMMIT DROP AS
        SELECT poll_id, number, sum(CASE WHEN kind = 'ballots' THEN
            jsonb_array_length(convert_from(line, 'UTF8')::jsonb #> '{entry,body,hashes}')
            ELSE 0 END) OVER (PARTITION BY poll_id ORDER BY number) AS ballots
        FROM board_line
        """
    )
    op.execute(
        """
        CREATE TEMPORARY TABLE marked ON COMMIT DROP AS
        SELECT poll_id, jsonb_object_agg(channel, voters) AS marks FROM (
            SELECT poll_id, channel, count(*) AS voters FROM roll_mark
            WHERE poll_id IN (SELECT poll_id FROM result) GROUP BY poll_id, channel
        ) AS by_channel GROUP BY poll_id
        """
    )
    for table, column, kept, trigger in (
        ("board_line", "ballots integer NOT NULL DEFAULT 0", _BALLOTS, "board_is_append_only"),
        ("result", "marks jsonb NOT NULL DEFAULT '{}'", _MARKS, "result_is_append_only"),
    ):
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column}")
        op.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
        op.execute(kept)
        op.execute(f"ALTER TABLE {table} ENABLE TRIGGER {trigger}")


_BALLOTS = """
UPDATE board_line SET ballots = shown.ballots FROM shown
WHERE shown.poll_id = board_line.poll_id AND shown.number = board_line.number
"""
_MARKS = "UPDATE result SET marks = marked.marks FROM marked WHERE marked.poll_id = result.poll_id"
