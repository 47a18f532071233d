"""Seeded generator of believable study areas: no real person, street or boundary is in them."""

from .assemble import make_study_area

__all__ = ["make_study_area"]
