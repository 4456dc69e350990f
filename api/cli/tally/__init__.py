"""Count, compare and convert files of ballots: no database."""
