"""How to embed a consultation in another site."""
