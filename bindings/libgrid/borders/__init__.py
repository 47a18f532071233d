"""Borders between grids as arcs that are moved once for both sides: along streets, around buildings, simplified."""
