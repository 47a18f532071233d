"""Streets from lines, arrays or OpenStreetMap: noding, gates, hours, turns, closures."""
