"""Roll, urn and count: who has voted, what was voted, and nothing that joins the two."""
