"""First pages: lists of consultations, and one consultation at a glance."""
