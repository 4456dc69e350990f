"""The ballot box for agents."""
