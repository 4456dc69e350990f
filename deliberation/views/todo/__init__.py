"""To-do list of an authority's staff."""
