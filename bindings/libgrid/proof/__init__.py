"""How good a plan can be: bounds, exact answers, and why there is none."""
