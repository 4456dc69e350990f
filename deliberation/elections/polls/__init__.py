"""The question of a vote, its options, its method, and when it opens and closes."""
