"""The demo's story, told with commands only."""
