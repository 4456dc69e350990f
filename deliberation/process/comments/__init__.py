"""Arguments for and against, questions and replies on a proposal."""
