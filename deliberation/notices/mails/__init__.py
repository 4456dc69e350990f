"""Who is told what by mail, and how to stop it."""
