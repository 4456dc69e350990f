"""The space of elected officials."""
