"""Pages on ending a phase or a consultation earlier than announced."""
