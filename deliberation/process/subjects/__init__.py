"""What people write, of any kind: one row each, on which every facility is built once."""
