"""The sealed vote's pure part: keys, sealing, board, receipts, count, checks; no database or clock.

Everything published or signed is canonical JSON, so that another program can check it: the formats
are described in `SECURITY.md`.
"""
