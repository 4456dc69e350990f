"""The door for people: pages, forms, charts, style and embeds."""
