"""Goods that are expected: announced, moved, received and listed."""
