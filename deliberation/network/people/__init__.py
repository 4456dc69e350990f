"""Accounts, sign-in by mailed code or passkey, sessions, roles in authorities."""
