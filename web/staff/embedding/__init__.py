"""Showing a consultation in another site."""
