"""The rules of a vote and of a consultation, as sentences."""
