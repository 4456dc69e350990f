"""Participatory budgets: projects funded within a budget."""
