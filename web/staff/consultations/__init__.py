"""An agent's consultations: what waits, the form, opening."""
