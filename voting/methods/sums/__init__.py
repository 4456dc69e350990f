"""Methods where the largest sum wins."""
