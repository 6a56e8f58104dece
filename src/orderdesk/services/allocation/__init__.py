"""Which order lines the stock is promised to: rank, grants, losses, moves, and why."""
