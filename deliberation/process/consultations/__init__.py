"""Consultations and their phases; `phases` decides what each phase opens."""
