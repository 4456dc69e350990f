"""What agents read of the votes of a consultation: roll, codes, trustees, ballot boxes."""
