"""Formats of one table: a line a ballot, a column an option or a rank."""
