"""libgrid: who is reached, how fast, who is left out, and is the work fairly shared."""

from . import datasets, plot
from ._core import Cancelled, Error, GeometryError, Infeasible, InvalidInput, IoError
from .analysis import Coverage, PlanQuality, Workload, balance, measure_coverage, service_rules
from .assess import Assessment, assess
from .catchments import Catchments, build_catchments, find_gaps
from .check import check
from .files import open_study_area
from .geometry import build_blocks, locate
from .issues import Issues
from .measures import measure_workload
from .plan import Plan, PlanChange, compare_plans, measure_plan, read_plan, write_plan
from .questions import Settings
from .reporting import picture, report
from .study_area import StudyArea
from .travel import (
    Nearest,
    RoadNetwork,
    TravelPairs,
    find_nearest,
    find_pairs,
    travel_modes,
    travel_times,
)
from .versions import show_versions

__all__ = [
    "Assessment",
    "Cancelled",
    "Catchments",
    "Coverage",
    "Error",
    "GeometryError",
    "Infeasible",
    "InvalidInput",
    "IoError",
    "Issues",
    "Nearest",
    "Plan",
    "PlanChange",
    "PlanQuality",
    "RoadNetwork",
    "Settings",
    "StudyArea",
    "TravelPairs",
    "Workload",
    "assess",
    "balance",
    "build_blocks",
    "build_catchments",
    "check",
    "compare_plans",
    "datasets",
    "find_gaps",
    "find_nearest",
    "find_pairs",
    "locate",
    "measure_coverage",
    "measure_plan",
    "measure_workload",
    "open_study_area",
    "picture",
    "plot",
    "read_plan",
    "report",
    "service_rules",
    "show_versions",
    "travel_modes",
    "travel_times",
    "write_plan",
]
