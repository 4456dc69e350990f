"""Actions on the pages of subjects, of every kind that allows them."""
