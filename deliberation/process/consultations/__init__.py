"""A consultation and its phases; phases.py alone knows what each phase opens."""
