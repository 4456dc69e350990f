"""The append-only record of what happened, and its queries."""
