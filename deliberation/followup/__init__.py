"""After the results: official answers."""
