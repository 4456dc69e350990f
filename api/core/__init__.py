"""What both doors share: a request's transaction, identity, refusals and consent."""
