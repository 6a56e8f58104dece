"""What waits for somebody to decide: lists, counts, and the decisions."""
