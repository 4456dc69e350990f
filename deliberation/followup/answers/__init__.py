"""What officials answer to a proposal or to a result."""
