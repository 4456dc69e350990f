"""The ballot, from its form to its casting."""
