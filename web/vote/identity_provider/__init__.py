"""Voting by an identity provider."""
