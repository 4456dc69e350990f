"""What is measured, and how: `./dev bench pages`. See benchmarks/README.md."""
