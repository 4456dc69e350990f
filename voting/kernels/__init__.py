"""Counting kernels: arrays in, arrays out, short, exact, and sure that their input was checked."""
