"""Proposals, their versions and supports."""
