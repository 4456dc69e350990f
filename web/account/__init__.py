"""Pages of people with an account: signing in, profile, sessions."""
