"""A folder of sub-districts: opened with halos, measured and redrawn one at a time, its run planned on paper."""
