"""Published outcomes, their files and comparisons of methods."""
