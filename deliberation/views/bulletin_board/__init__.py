"""Public read models of a sealed vote: bulletin board, minutes, status of a receipt."""
