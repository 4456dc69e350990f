"""Receipts and dates."""
