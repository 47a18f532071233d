"""A day's home visits in order, with windows and lunch; what is left out and why; a second look."""
