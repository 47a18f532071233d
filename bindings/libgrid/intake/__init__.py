"""The door: text, ids, places, polygons, roads; what cannot be taken is set aside."""
