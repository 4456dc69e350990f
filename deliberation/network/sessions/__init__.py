"""What a browser has: sessions, known devices, forms kept until sign-in."""
