"""The keys of voter pseudonyms: files outside the database, one a sealed poll."""
