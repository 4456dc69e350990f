"""Methods on points that voters share out."""
