"""Who asks: session, person, roles and suspensions, read in one statement."""
