"""Unsubscribe from mails."""
