"""The ballot box as agents prepare it."""
