"""The lists of the desk."""
