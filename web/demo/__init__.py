"""Conveniences of a demonstration on this very machine."""
