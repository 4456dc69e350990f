"""Methods on pairwise contests."""
