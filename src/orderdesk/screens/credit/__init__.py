"""Credit check."""
