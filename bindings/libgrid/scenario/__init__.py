"""Scenarios: a baseline, a list of edits, and what comes of them; compared, and replayed to the same bits."""

from .document import replay
from .edit import EDITS, Edit
from .outcome import METRICS, Outcome
from .parts import PARTS
from .questions import QUESTIONS, dependencies
from .scenario import Scenario

__all__ = ["EDITS", "METRICS", "PARTS", "QUESTIONS", "Edit", "Outcome", "Scenario", "dependencies", "replay"]
