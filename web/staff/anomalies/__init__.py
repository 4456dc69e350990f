"""Anomalies of a consultation."""
