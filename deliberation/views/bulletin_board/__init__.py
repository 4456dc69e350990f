"""What anybody reads of a sealed vote: its bulletin board, its minutes, a receipt's state."""
