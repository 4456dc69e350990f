"""What looks odd in a consultation."""
