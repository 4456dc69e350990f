"""Infrastructure for every room: settings, database, clock, context, errors, secrets, rate
limits.
"""
