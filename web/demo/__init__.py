"""Pages of a demonstration on this machine."""
