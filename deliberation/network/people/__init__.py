"""Accounts, sign-in by mailed code or passkey, roles in authorities."""
