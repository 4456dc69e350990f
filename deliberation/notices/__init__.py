"""Messages to people about what they follow or took part in."""
