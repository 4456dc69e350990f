"""Work beside requests: job queue, worker, mail, health."""
