"""Accounts, sign-in by e-mailed code, roles in authorities."""
