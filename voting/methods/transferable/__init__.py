"""The single transferable vote."""
