"""Identification of a request: session, person, roles and suspensions, in one statement."""
