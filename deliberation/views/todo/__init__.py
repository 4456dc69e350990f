"""What waits for the staff of an authority."""
