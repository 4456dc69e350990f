"""Shared by all pages: templates and their environment, forms, assets, error pages."""
