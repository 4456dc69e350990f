"""One's account and data."""
