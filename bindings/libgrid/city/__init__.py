"""A folder of sub-districts: opened with halos, measured and redrawn one at a time, its run planned on paper."""

"""A folder of sub-districts: cut from one file, opened with halos, measured one at a time, its run planned on paper."""
"""A folder of sub-districts: cut from one file, opened with halos, measured and redrawn one at a time."""
