"""Roll, urn and board: who has voted, what was voted, and nothing that joins the two."""
