"""Stock check."""
