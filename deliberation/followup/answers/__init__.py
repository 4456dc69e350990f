"""Official answers to a proposal or to a result."""
