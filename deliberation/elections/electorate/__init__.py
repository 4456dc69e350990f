"""Who may vote: the roll, voting codes, turnout marks, countersigners."""
