"""A folder of sub-districts: opened with halos, measured one at a time, its run planned on paper."""
