"""A consultation in a frame of another site: read-only, without cookies."""
