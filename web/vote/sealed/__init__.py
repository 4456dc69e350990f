"""A sealed vote's receipt and bulletin board."""
