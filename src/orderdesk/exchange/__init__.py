"""What comes from and goes to other systems: files, mappings, the demo company."""
