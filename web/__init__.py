"""For people: pages, forms, charts, styles and embeds."""
