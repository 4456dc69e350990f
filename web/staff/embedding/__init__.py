"""Page for agents on embedding a consultation in another site."""
