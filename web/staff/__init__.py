"""Pages of agents, officials and administrators."""
