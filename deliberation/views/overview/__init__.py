"""What the first pages show: lists of consultations, and a consultation at a glance."""
