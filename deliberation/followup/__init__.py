"""What becomes of results: official answers."""
