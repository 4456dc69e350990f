"""From ballots to an outcome and to its published part, for plain and sealed votes alike."""
