"""The life of a sealed vote's ballot box: opening, extension, close, early end."""
