"""Our counts beside those of other programs, each where it is known to be right."""
