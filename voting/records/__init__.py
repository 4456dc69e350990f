"""Records of a count: its outcome as JSON, and the file by which anyone recounts it."""
