"""Count ballots and select what is published, for plain and sealed votes alike."""
