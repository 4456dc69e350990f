"""Faults injected while people vote, and one checker of what the clients saw: `./dev faults`."""
