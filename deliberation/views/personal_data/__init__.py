"""One's own data: contributions, and the export file."""
