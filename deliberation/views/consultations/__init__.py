"""Lists of consultations: of a network, of some of its authorities, of an authority's drafts."""
