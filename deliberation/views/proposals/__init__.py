"""A proposal whole: text, comments, answer."""
