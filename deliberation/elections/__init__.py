"""Votes: polls, electorate, ballots, trustees, results."""
