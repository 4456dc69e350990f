"""Earlier ends than announced."""
