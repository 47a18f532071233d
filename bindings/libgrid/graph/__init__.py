"""Which blocks are neighbours: borders, barriers, links, islands, what each block weighs."""
