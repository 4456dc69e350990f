"""The network: authorities, the people who use the site, their roles."""
