"""Scenarios: a baseline, a list of edits, and what comes of them; compared, and replayed to the same bits."""

from .comparing import compare
from .comparison import Comparison
from .document import replay
from .draws import Draws, Uncertainty, draw_figures
from .edit import EDITS, Edit
from .outcome import METRICS, Outcome
from .parts import PARTS
from .questions import QUESTIONS, dependencies
from .scenario import Scenario
from .sensitivity import Sensitivity

__all__ = [
    "EDITS",
    "METRICS",
    "PARTS",
    "QUESTIONS",
    "Comparison",
    "Draws",
    "Edit",
    "Outcome",
    "Scenario",
    "Sensitivity",
    "Uncertainty",
    "compare",
    "dependencies",
    "draw_figures",
    "replay",
]
