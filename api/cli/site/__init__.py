"""The operator's commands: run the site, back it up, look after it."""
