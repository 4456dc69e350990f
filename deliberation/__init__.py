"""What people may do and what is stored: rooms of rows, permissions, commands and queries."""
