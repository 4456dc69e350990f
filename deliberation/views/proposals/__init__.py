"""A proposal's page: text, comments, answer."""
