"""Sentences that explain counts, comparisons and files of ballots."""
