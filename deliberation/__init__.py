"""The domain: rooms of database rows, permissions, commands and queries."""
