"""Sentences that explain a count, a table a family of methods."""
