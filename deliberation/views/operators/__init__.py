"""Lists for the operator's commands."""
