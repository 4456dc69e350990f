"""What every page shares: templates and their environment, forms, assets, error pages."""
