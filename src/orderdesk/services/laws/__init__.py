"""The laws that always hold, as SQL over the whole database."""
