"""Counting and checking a sealed vote from its files: pure, without database or clock."""
