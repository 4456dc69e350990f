"""Queries that need several rooms: one room per page family."""
