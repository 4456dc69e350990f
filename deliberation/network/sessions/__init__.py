"""State of a browser: sessions, known devices, forms kept until sign-in."""
