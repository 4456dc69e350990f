"""The methods a poll may use: what each asks of it, and how they are named."""
