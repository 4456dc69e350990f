"""The demo's story and its player, which calls commands only."""
