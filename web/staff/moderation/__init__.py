"""Reports, decisions, suspensions."""
