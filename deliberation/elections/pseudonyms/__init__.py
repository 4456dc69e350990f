"""The keys of voter pseudonyms: files outside the database, one per sealed poll."""
