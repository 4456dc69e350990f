"""Proposals and their discussion."""
