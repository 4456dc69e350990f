"""Pages of the network: its home, its authorities."""
