"""Files as they are delivered: every format, its traps, and which column means what."""

from .layer import Layer
from .read import read_layer

__all__ = ["Layer", "read_layer"]
