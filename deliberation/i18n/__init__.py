"""The catalogues: French, the source, and English; every door words its texts here."""
