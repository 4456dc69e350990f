"""What other sites show of a consultation, in a frame: to read only, without any cookie."""
