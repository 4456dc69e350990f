"""The electorate: roll, voting codes, turnout marks, countersigners."""
