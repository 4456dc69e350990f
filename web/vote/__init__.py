"""Pages of voters: ballots, receipts, the public bulletin board."""
