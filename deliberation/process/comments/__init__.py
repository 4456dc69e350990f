"""Arguments for and against, questions and replies about a subject."""
