"""When goods arrive: how they travel, and from which day on they are there."""
