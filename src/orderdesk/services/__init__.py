"""What the desk does, one file or folder a noun."""
