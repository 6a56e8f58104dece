"""The tables, one file an aggregate."""
