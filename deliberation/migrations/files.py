"""Running the SQL files that stand beside the versions."""

from pathlib import Path

from alembic import op

BY_HAND = {"install", "rate_count", "revote_pace"}  # tables that SQL files make


def run_file(name: str) -> None:
    """Run a file of several statements on the migration's connection and transaction."""
    sql = (Path(__file__).parent / name).read_text(encoding="utf-8")
    op.get_bind().connection.run_async(lambda driver: driver.execute(sql))
