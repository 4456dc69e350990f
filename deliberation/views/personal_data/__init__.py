"""What is stored about oneself: contributions, and the file of all of it."""
