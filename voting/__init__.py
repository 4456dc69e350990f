"""Pure counting: ballots in, an outcome with its evidence out; no clock, no chance, no files."""
