"""libgrid: who is reached, how fast, who is left out, and is the work fairly shared."""

from . import datasets, plot, scenario
from ._core import Cancelled, Error, GeometryError, Infeasible, InvalidInput, IoError
from ._rule_files import read_service_rules, write_service_rules
from .accessibility import Accessibility, floating_catchment, gravity, opportunities, sweep_thresholds
from .analysis import Coverage, PlanQuality, Workload, balance, measure_coverage
from .area_workload import measure_workload
from .assess import Assessment, assess
from .assignment import Assignment, assign_catchments
from .blocks import build_blocks
from .borders.smooth import SmoothBorders, smooth_borders
from .carry_out import CarryOut, carry_out
from .catchments import Catchments, build_catchments
from .check import check
from .city.city import City, open_city
from .city.cut import CityCut, cut_city
from .city.fit import unit_costs
from .city.measure import CityMeasures, measure_city
from .city.redraw import CityRedraw, redraw_city
from .city.run_plan import RunPlan, fit_costs, plan_run
from .city.writing import write_city
from .containment import Containment, measure_containment
from .datum_shift import DatumShift, find_datum_shift
from .door_time import door_assumptions, door_times
from .equity import Equity, ShareCurve, concentration_curve, lorenz_curve, measure_equity
from .event_measures import EventMeasures, find_hot_spots, measure_events, poisson_interval
from .events import EventLedger, read_events
from .files import history, open_study_area
from .four_bounds import FourBounds, describe_bounds
from .gaps import find_gaps
from .gcj02 import bd09_to_gcj02, bd09_to_wgs84, gcj02_to_bd09, gcj02_to_wgs84, wgs84_to_bd09, wgs84_to_gcj02
from .geometry import locate
from .graph.block_graph import BlockGraph
from .grid_work import GridWork, grid_tasks, measure_grid_work
from .hierarchy import Hierarchy
from .isochrones import build_isochrones, find_reached_edges
from .issues import Issues
from .limits import ReadLimits
from .migration import Migration, plan_migration
from .numbering import GridNumbers, number_grids
from .paths import Path, Paths, find_path, find_paths
from .plan import Plan, PlanChange, compare_plans, measure_plan, read_plan, write_plan
from .projection import Projected, Projection, project, unproject
from .questions import Settings
from .rasters import Raster, RasterHouseholds, coverage_raster, households_from_raster, read_raster, zonal_statistics
from .readers import Layer, read_layer
from .reconcile import Reconciliation, reconcile
from .redraw.redraw import Redraw, redraw
from .reduce import reduce_times
from .referrals import Referrals, find_overdue_referrals, referral_limits
from .repair import repair
from .reporting import picture, report
from .response_chain import ResponseChain, response_chain
from .road_polygon import RoadPolygon, build_polygon_from_roads
from .roads.osm import read_osm
from .rounds.fit import RoundFit, calibrate_rounds
from .rounds.length import RoundTimes, round_times
from .rounds.plan import RoundPlan
from .rounds.rounds import plan_round
from .rules import ReadingRules
from .sampling.outlier import Outlier, measure_outlier
from .sampling.rules import PlanScore
from .sampling.sampling import PlanSample, sample_plans
from .sampling.streams import read_sampled_plans, stream_plans
from .scenario import Comparison, Outcome, Scenario, Uncertainty, compare, replay
from .service_rules import service_rules, staff_shares
from .sessions.plan import SessionPlan
from .sessions.sessions import measure_sessions, plan_sessions
from .sign_ups import SignUps, measure_sign_ups
from .study_area import StudyArea
from .team_members import offered_minutes
from .travel import Nearest, RoadNetwork, TravelPairs, find_nearest, find_pairs, travel_modes, travel_times
from .versions import show_versions
from .viewer import Viewer, explore
from .week import WeekCoverage, measure_week
from .what_if import add_staff, change_rule, move_grid, move_session, what_if

__all__ = [
    "Accessibility",
    "Assessment",
    "Assignment",
    "BlockGraph",
    "Cancelled",
    "CarryOut",
    "Catchments",
    "City",
    "CityCut",
    "CityMeasures",
    "CityRedraw",
    "Comparison",
    "Containment",
    "Coverage",
    "DatumShift",
    "Equity",
    "Error",
    "EventLedger",
    "EventMeasures",
    "FourBounds",
    "GeometryError",
    "GridNumbers",
    "GridWork",
    "Hierarchy",
    "Infeasible",
    "InvalidInput",
    "IoError",
    "Issues",
    "Layer",
    "Migration",
    "Nearest",
    "Outcome",
    "Outlier",
    "Path",
    "Paths",
    "Plan",
    "PlanChange",
    "PlanQuality",
    "PlanSample",
    "PlanScore",
    "Projected",
    "Projection",
    "Raster",
    "RasterHouseholds",
    "ReadLimits",
    "ReadingRules",
    "Reconciliation",
    "Redraw",
    "Referrals",
    "ResponseChain",
    "RoadNetwork",
    "RoadPolygon",
    "RoundFit",
    "RoundPlan",
    "RoundTimes",
    "RunPlan",
    "Scenario",
    "SessionPlan",
    "Settings",
    "ShareCurve",
    "SignUps",
    "SmoothBorders",
    "StudyArea",
    "TravelPairs",
    "Uncertainty",
    "Viewer",
    "WeekCoverage",
    "Workload",
    "add_staff",
    "assess",
    "assign_catchments",
    "balance",
    "bd09_to_gcj02",
    "bd09_to_wgs84",
    "build_blocks",
    "build_catchments",
    "build_isochrones",
    "build_polygon_from_roads",
    "calibrate_rounds",
    "carry_out",
    "change_rule",
    "check",
    "compare",
    "compare_plans",
    "concentration_curve",
    "coverage_raster",
    "cut_city",
    "datasets",
    "describe_bounds",
    "door_assumptions",
    "door_times",
    "explore",
    "find_datum_shift",
    "find_gaps",
    "find_hot_spots",
    "find_nearest",
    "find_overdue_referrals",
    "find_pairs",
    "find_path",
    "find_paths",
    "find_reached_edges",
    "fit_costs",
    "floating_catchment",
    "gcj02_to_bd09",
    "gcj02_to_wgs84",
    "gravity",
    "grid_tasks",
    "history",
    "households_from_raster",
    "locate",
    "lorenz_curve",
    "measure_city",
    "measure_containment",
    "measure_coverage",
    "measure_equity",
    "measure_events",
    "measure_grid_work",
    "measure_outlier",
    "measure_plan",
    "measure_sessions",
    "measure_sign_ups",
    "measure_week",
    "measure_workload",
    "move_grid",
    "move_session",
    "number_grids",
    "offered_minutes",
    "open_city",
    "open_study_area",
    "opportunities",
    "picture",
    "plan_migration",
    "plan_round",
    "plan_run",
    "plan_sessions",
    "plot",
    "poisson_interval",
    "project",
    "read_events",
    "read_layer",
    "read_osm",
    "read_plan",
    "read_raster",
    "read_sampled_plans",
    "read_service_rules",
    "reconcile",
    "redraw",
    "redraw_city",
    "reduce_times",
    "referral_limits",
    "repair",
    "replay",
    "report",
    "response_chain",
    "round_times",
    "sample_plans",
    "scenario",
    "service_rules",
    "show_versions",
    "smooth_borders",
    "staff_shares",
    "stream_plans",
    "sweep_thresholds",
    "travel_modes",
    "travel_times",
    "unit_costs",
    "unproject",
    "wgs84_to_bd09",
    "wgs84_to_gcj02",
    "what_if",
    "write_city",
    "write_plan",
    "write_service_rules",
    "zonal_statistics",
]
