"""Methods that eliminate options round by round."""
