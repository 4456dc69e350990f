"""Stopping mails."""
