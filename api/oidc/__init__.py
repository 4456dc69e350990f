"""OpenID Connect client: discovery, authorization request, token validation, cookies."""
