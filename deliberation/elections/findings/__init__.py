"""Sentences of what a check of a sealed vote finds."""
