"""The figures officials read; one definition and one query each."""
