"""How each family of methods is explained: sentences as data, made from the outcome alone."""
