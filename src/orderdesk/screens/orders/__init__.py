"""Orders: found, opened, changed."""
