"""Read models that need several rooms: one room a page family."""
