"""Roles offered."""
