"""The viewer's account and data."""
