"""What public front pages show."""
