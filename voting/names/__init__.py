"""Names of options: how they look, and their normal form."""
