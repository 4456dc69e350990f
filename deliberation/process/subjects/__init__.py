"""Subjects, texts of any kind that people write: one row each, for facilities that are built
once.
"""
