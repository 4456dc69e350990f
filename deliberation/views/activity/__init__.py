"""A consultation's public activity: the sentences of all rooms."""
