"""An identity provider (OpenID Connect) that vouches for voters: found, asked, and believed."""
