"""Read models of a consultation's votes for agents: electorate, codes, trustees, ballot boxes."""
