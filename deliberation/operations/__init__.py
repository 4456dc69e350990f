"""Background work: job queue, worker, mail, health."""
