"""What every room needs: settings, database, clock, context, errors, markup, queue, mail."""
