"""The stored public bulletin board of a sealed vote."""
