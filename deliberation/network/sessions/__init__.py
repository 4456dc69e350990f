"""What a browser holds: sessions, known devices, forms kept until sign-in."""
