"""Committees elected from approval ballots."""
