"""The network's home, lists and authorities."""
