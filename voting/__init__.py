"""Pure counting: ballots in, an outcome with its evidence out; no clock, chance, input or output."""
