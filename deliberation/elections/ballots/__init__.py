"""Ballots: drafted, cast, stored apart from voters, published in batches."""
