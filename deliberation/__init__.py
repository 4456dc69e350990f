"""What people may do and what is remembered: rooms of rows, rules, commands and queries."""
