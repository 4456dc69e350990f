"""State and figures of a site for operators, and its access log."""
