"""For programs: JSON resources, the command line, and what pages and API share."""
