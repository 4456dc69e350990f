"""A consultation's timeline: what is open, until when, what comes next."""
