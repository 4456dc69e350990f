"""An administrator's authority: team, identity."""
