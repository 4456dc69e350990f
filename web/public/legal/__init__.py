"""Legal texts, help, site map."""
