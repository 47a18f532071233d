"""The offline viewer: a study area, a plan or an assessment as one page to walk through, without a request."""

from .page import Viewer, explore

__all__ = ["Viewer", "explore"]
