"""Methods on grades."""
