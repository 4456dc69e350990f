"""The trustees of sealed votes, their keys and their rehearsal."""
