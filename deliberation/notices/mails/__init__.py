"""Mails to participants, and how to unsubscribe."""
