"""What every room needs: settings, database, clock, context, errors, secrets, rate limits."""
