"""The door for programs: JSON resources, the command line and the plumbing both doors share."""
