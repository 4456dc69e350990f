"""Sessions and passkeys."""
