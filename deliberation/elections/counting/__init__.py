"""From ballots to an outcome and to what is published of it, for plain and sealed votes alike."""
