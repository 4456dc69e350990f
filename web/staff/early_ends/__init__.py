"""Ending earlier than announced."""
