"""Votes on paper or at a counter."""
