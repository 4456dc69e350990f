"""Resources of votes: polls, ballots, the agents' ballot box, the public board, results."""
