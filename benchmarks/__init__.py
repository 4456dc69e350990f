"""Benchmarks: `./dev bench pages`. See benchmarks/README.md."""
