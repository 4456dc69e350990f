"""What every room needs to work: settings, database, clock, act, errors, markup, queue, mail."""
