"""Voting by an identity provider (OpenID Connect)."""
