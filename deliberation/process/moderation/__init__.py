"""Reports of texts, and what moderators decide about them."""
