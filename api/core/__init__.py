"""Shared by pages and API: a request's transaction, identity, refusals and CSRF check."""
