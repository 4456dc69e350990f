"""Pages for anybody: consultations, proposals, results, legal texts."""
