"""A consultation's pages."""
