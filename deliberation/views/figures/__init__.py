"""Figures for officials: one definition and one query each."""
