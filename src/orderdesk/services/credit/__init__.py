"""What customers may owe, owe, and when they will owe less."""
