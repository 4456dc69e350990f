"""Formats of ranked ballots, and PrefLib's categories."""
