"""Order entry."""
