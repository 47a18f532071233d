"""What the C++ core offers to the Python modules; users import libgrid instead.

Arrays are taken as they are: another dtype or a gap between the elements is a TypeError, never a copy.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

_Int8 = NDArray[np.int8]
_Int32 = NDArray[np.int32]
_Int64 = NDArray[np.int64]
_UInt8 = NDArray[np.uint8]
_UInt32 = NDArray[np.uint32]
_Float64 = NDArray[np.float64]
_Progress = Callable[[int, int], object] | None

# -- errors

class Error(Exception): ...
class InvalidInput(Error, ValueError): ...
class GeometryError(Error, ValueError): ...
class IoError(Error, OSError): ...
class Infeasible(Error, RuntimeError): ...
class Cancelled(Error, KeyboardInterrupt): ...

# -- geometry

class Frame:
    def __init__(self, origin_x_m: float = 0.0, origin_y_m: float = 0.0) -> None: ...
    @staticmethod
    def around(xy: _Float64) -> Frame: ...
    @property
    def origin(self) -> tuple[float, float]: ...
    def fits(self, xy: _Float64) -> _UInt8: ...
    def to_points(self, xy: _Float64) -> _Int32: ...
    def to_positions(self, points: _Int32) -> _Float64: ...
    def __eq__(self, other: object) -> bool: ...

class PolygonSet:
    def __init__(self, points: _Int32, point_begin: _Int64, ring_begin: _Int64, part_begin: _Int64) -> None: ...
    def take(self, rows: _Int32) -> PolygonSet: ...
    def __len__(self) -> int: ...
    @property
    def points(self) -> _Int32: ...
    @property
    def point_begin(self) -> _Int64: ...
    @property
    def ring_begin(self) -> _Int64: ...
    @property
    def part_begin(self) -> _Int64: ...

class PointLocator:
    def __init__(self, polygons: PolygonSet, threads: int = 0) -> None: ...
    def locate(self, points: _Int32, *, threads: int = 0) -> _Int32: ...
    def locate_positions(self, frame: Frame, xy: _Float64, *, threads: int = 0) -> _Int32: ...

class SegmentIndex:
    def __init__(self, a: _Int32, b: _Int32, id: _Int32) -> None: ...
    def nearest(self, points: _Int32, limit_m: float) -> tuple[_Int32, _Float64, _Float64]: ...

class TransverseMercator:
    def __init__(
        self,
        *,
        lon_0_deg: float = 105.0,
        lat_0_deg: float = 0.0,
        k: float = 1.0,
        x_0_m: float = 500_000.0,
        y_0_m: float = 0.0,
        semi_major_m: float = 6_378_137.0,
        inverse_flattening: float = 298.257222101,
    ) -> None: ...
    def project(self, lonlat: _Float64, *, threads: int = 0) -> _Float64: ...
    def unproject(self, xy: _Float64, *, threads: int = 0) -> _Float64: ...

def zone_3_degree(lon_deg: float) -> int: ...
def convert_datum(lonlat: _Float64, source: str, target: str, *, threads: int = 0) -> _Float64: ...
def geos_version() -> str: ...
def pairs_within(points: _Int32, radius_m: float) -> _Int32: ...
def find_overlaps(
    polygons: PolygonSet,
    tolerance_m2: float = 0.5,
    *,
    locator: PointLocator | None = None,
    threads: int = 0,
) -> tuple[_Int32, _Int32, _Float64]: ...
def find_footprints(polygons: PolygonSet) -> _Int32: ...
def find_borders(polygons: PolygonSet, *, corners: bool = False) -> tuple[_Int32, _Int32, _Float64, _Int32]: ...
def find_border_pieces(polygons: PolygonSet) -> tuple[_Int32, _Int32]: ...
def find_polygon_faults(polygons: PolygonSet) -> list[tuple[int, str, tuple[int, int]]]: ...
def check_coverage(
    polygons: PolygonSet, near_m: float = 0.05, *, threads: int = 0, on_progress: _Progress = None
) -> dict[str, Any]: ...
def repair_coverage(
    polygons: PolygonSet,
    *,
    near_m: float = 0.05,
    give_to: str = "longest_border",
    max_gap_width_m: float = 1.0,
    threads: int = 0,
    on_progress: _Progress = None,
) -> dict[str, Any]: ...
def mend_polygons(
    polygons: PolygonSet, method: str
) -> tuple[PolygonSet, list[tuple[int, bool, bool, float, float, float]]]: ...
def build_refinement(
    polygons: PolygonSet, *, threads: int = 0, on_progress: _Progress = None
) -> tuple[PolygonSet, _Float64, _Int64, _Int32]: ...
def measure_cell_shares(
    x: _Float64,
    y: _Float64,
    point_begin: _Int64,
    ring_begin: _Int64,
    part_begin: _Int64,
    rows: int,
    columns: int,
    threads: int = 0,
    on_progress: _Progress = None,
) -> dict[str, Any]: ...
def build_outlines(
    blocks: PolygonSet, label: _Int32, count: int, *, threads: int = 0, on_progress: _Progress = None
) -> PolygonSet: ...
def build_blocks(
    buildings: PolygonSet,
    line_points: _Int32,
    line_begin: _Int64,
    barrier_points: _Int32,
    barrier_begin: _Int64,
    compounds: PolygonSet,
    *,
    reach_m: float = 60.0,
    threads: int = 0,
    on_progress: _Progress = None,
) -> PolygonSet: ...
def area_m2(polygons: PolygonSet) -> _Float64: ...
def perimeter_m(polygons: PolygonSet) -> _Float64: ...
def centroid(polygons: PolygonSet) -> _Float64: ...
@overload
def hull_area_m2(polygons: PolygonSet) -> _Float64: ...
@overload
def hull_area_m2(points: _Int32) -> float: ...
@overload
def bounding_circle_radius_m(polygons: PolygonSet) -> _Float64: ...
@overload
def bounding_circle_radius_m(points: _Int32) -> float: ...
def polsby_popper(area_m2: ArrayLike, perimeter_m: ArrayLike) -> Any: ...
def reock(area_m2: ArrayLike, radius_m: ArrayLike) -> Any: ...
def convex_hull_ratio(area_m2: ArrayLike, hull_area_m2: ArrayLike) -> Any: ...

# -- model

class ServiceRule:
    def __init__(
        self,
        *,
        group: str,
        mode: str,
        per_year: float,
        minutes: float,
        staff: str = "",
        first_within_days: float = ...,
        min_interval_days: float = ...,
        prevalence: float = 0.0,
        source: str = "",
        confidence: str = "",
        merge_set: str = "",
        prevalence_0_6: float = ...,
        prevalence_7_64: float = ...,
        prevalence_65: float = ...,
        per_year_low: float = ...,
        per_year_high: float = ...,
        minutes_low: float = ...,
        minutes_high: float = ...,
        prevalence_low: float = ...,
        prevalence_high: float = ...,
    ) -> None: ...
    @property
    def group(self) -> str: ...
    @property
    def mode(self) -> str: ...
    @property
    def per_year(self) -> float: ...
    @property
    def minutes(self) -> float: ...
    @property
    def staff(self) -> str: ...
    @property
    def first_within_days(self) -> float: ...
    @property
    def min_interval_days(self) -> float: ...
    @property
    def prevalence(self) -> float: ...
    @property
    def source(self) -> str: ...
    @property
    def confidence(self) -> str: ...
    @property
    def merge_set(self) -> str: ...
    @property
    def prevalence_0_6(self) -> float: ...
    @property
    def prevalence_7_64(self) -> float: ...
    @property
    def prevalence_65(self) -> float: ...
    @property
    def per_year_low(self) -> float: ...
    @property
    def per_year_high(self) -> float: ...
    @property
    def minutes_low(self) -> float: ...
    @property
    def minutes_high(self) -> float: ...
    @property
    def prevalence_low(self) -> float: ...
    @property
    def prevalence_high(self) -> float: ...

def default_service_rules() -> list[ServiceRule]: ...
def check_service_rules(rules: Sequence[ServiceRule]) -> None: ...
def check_rule_ranges(rules: Sequence[ServiceRule]) -> None: ...

class Households:
    def __init__(self, place: _Int32, columns: Mapping[str, Any]) -> None: ...
    def __len__(self) -> int: ...

def find_household_faults(place: _Int32, columns: Mapping[str, Any]) -> _UInt8: ...

class Blocks:
    def __init__(self, footprint: PolygonSet, grid: _Int32, n_shops: _Int32) -> None: ...
    def __len__(self) -> int: ...

class Grids:
    def __init__(self, level: _UInt8, parent: _Int32, team: _Int32) -> None: ...
    @property
    def team(self) -> _Int32: ...
    @property
    def leaf(self) -> _UInt8: ...
    def __len__(self) -> int: ...

def find_parent_rings(parent: _Int32) -> _Int32: ...

class Sites:
    def __init__(self, place: _Int32, kind: _UInt8, designated: _UInt8, inside: _UInt8) -> None: ...
    def __len__(self) -> int: ...

class Teams:
    def __init__(
        self,
        base_site: _Int32,
        n_doctor_teams: _Int32,
        n_party_members: _Int32,
        n_grid_workers: _Int32,
        n_doctors: _Float64,
        offered_min: _Float64,
        turnout_s: _Float64,
    ) -> None: ...
    def find_rule_breaks(self) -> _Int32: ...
    def __len__(self) -> int: ...

class Sessions:
    def __init__(
        self,
        site: _Int32,
        team: _Int32,
        weekday: _Int32,
        start_min: _Int32,
        end_min: _Int32,
        every_n_weeks: _Int32,
    ) -> None: ...
    def sites_with_session(self, site_count: int) -> _UInt8: ...
    def sites_open_at(self, site_count: int, minute_of_week: int) -> _UInt8: ...
    def find_collisions(self) -> list[tuple[int, int]]: ...
    def __len__(self) -> int: ...

class StudyArea:
    def __init__(
        self,
        frame: Frame,
        blocks: Blocks,
        households: Households,
        grids: Grids,
        sites: Sites,
        teams: Teams,
        sessions: Sessions,
    ) -> None: ...
    @property
    def grids(self) -> Grids: ...
    @property
    def teams(self) -> Teams: ...
    @property
    def sessions(self) -> Sessions: ...
    @property
    def footprints(self) -> PolygonSet: ...
    @property
    def household_block(self) -> _Int32: ...
    def household_grid(self, plan: _Int32) -> _Int32: ...
    def household_team(self, plan: _Int32) -> _Int32: ...

# -- travel

class TravelMode:
    def __init__(
        self,
        name: str,
        speed_kmh: float,
        off_network_kmh: float,
        obeys_oneway: bool,
        rules: Sequence[tuple[str, float]],
        source: str,
        access: Sequence[str],
        opens: Sequence[str],
        gate_s: float,
        turn_s: float,
    ) -> None: ...
    @property
    def access(self) -> list[str]: ...
    @property
    def opens(self) -> list[str]: ...
    @property
    def gate_s(self) -> float: ...
    @property
    def turn_s(self) -> float: ...
    @property
    def is_vehicle(self) -> bool: ...
    @property
    def name(self) -> str: ...
    @property
    def speed_kmh(self) -> float: ...
    @property
    def off_network_kmh(self) -> float: ...
    @property
    def obeys_oneway(self) -> bool: ...
    @property
    def rules(self) -> list[tuple[str, float]]: ...
    @property
    def source(self) -> str: ...
    def speed_on(self, word: str, limit_kmh: float | None = None) -> float | None: ...

def travel_modes() -> list[TravelMode]: ...
def travel_mode(name: str) -> TravelMode: ...

class RoadNetwork:
    @staticmethod
    def from_edges(
        node_count: int, nodes: _Int32, tail: _Int32, head: _Int32, seconds: _Float64, undirected: bool
    ) -> RoadNetwork: ...
    @staticmethod
    def from_lines(points: _Int32, begin: _Int64, seconds: _Float64, passage: _Int8) -> RoadNetwork: ...
    @staticmethod
    def from_joined_lines(
        nodes: _Int32, points: _Int32, begin: _Int64, start: _Int32, end: _Int32, seconds: _Float64, passage: _Int8
    ) -> RoadNetwork: ...
    @staticmethod
    def from_columns(
        node_count: int, nodes: _Int32, edges: Mapping[str, NDArray[Any]], points: _Int32, begin: _Int64
    ) -> RoadNetwork: ...
    def with_turns(self, from_edge: _Int32, to_edge: _Int32, ms: _UInt32) -> RoadNetwork: ...
    def with_times(self, ms: _UInt32) -> RoadNetwork: ...
    def with_edges(self, closed: _UInt8, seconds: _Float64) -> RoadNetwork: ...
    @property
    def node_count(self) -> int: ...
    @property
    def edge_count(self) -> int: ...
    @property
    def junction_count(self) -> int: ...
    @property
    def street_count(self) -> int: ...
    @property
    def has_geometry(self) -> bool: ...
    @property
    def points(self) -> _Int32: ...
    def edge_columns(self) -> dict[str, NDArray[Any]]: ...
    def line_columns(self) -> tuple[_Int32, _Int64]: ...
    def component_columns(self) -> dict[str, NDArray[Any]]: ...

class SnapIndex:
    def __init__(self, network: RoadNetwork) -> None: ...
    def snap(
        self, points: _Int32, max_off_network_m: float = 500.0, threads: int = 0, direction: int = 0
    ) -> dict[str, NDArray[Any]]: ...

def node_lines(
    points: _Int32, begin: _Int64, level: _Int32, places: _Int32, at_crossings: bool, join_within_m: float
) -> dict[str, NDArray[Any]]: ...
def cut_streets(points: _Int32, begin: _Int64, vertex: _Int64, also: _Int64) -> dict[str, NDArray[Any]]: ...

class Places:
    @staticmethod
    def at_nodes(nodes: _Int32) -> Places: ...
    @staticmethod
    def at_edges(
        edge: _Int32, node: _Int32, fraction: _Float64, distance_m: _Float64, off_network_mps: float
    ) -> Places: ...
    def columns(self) -> dict[str, NDArray[Any]]: ...
    def __len__(self) -> int: ...

class Hierarchy:
    @staticmethod
    def build(network: RoadNetwork, threads: int, on_progress: _Progress) -> Hierarchy: ...
    @staticmethod
    def from_bytes(bytes: bytes, network: RoadNetwork | None) -> Hierarchy: ...
    def to_bytes(self) -> bytes: ...
    @property
    def node_count(self) -> int: ...
    @property
    def arc_count(self) -> int: ...
    @property
    def byte_count(self) -> int: ...

def choose_engine(
    network: RoadNetwork,
    origins: Places,
    destinations: Places | None,
    cutoff_ms: int,
    to_origin: bool,
    has_hierarchy: bool,
) -> str: ...
def reduce_times(
    network: RoadNetwork,
    origins: Places,
    destinations: Places | None,
    until_ms: _UInt32,
    weights: _Int64,
    to_origin: bool,
    engine: str,
    hierarchy: Hierarchy | None,
    threads: int,
    on_progress: _Progress,
) -> _Int64: ...
def travel_times(
    network: RoadNetwork,
    origins: Places,
    destinations: Places,
    cutoff_ms: int,
    engine: str,
    hierarchy: Hierarchy | None,
    threads: int,
    on_progress: _Progress,
) -> _Float64: ...
def find_pairs(
    network: RoadNetwork,
    origins: Places,
    destinations: Places,
    cutoff_ms: int,
    engine: str,
    hierarchy: Hierarchy | None,
    threads: int,
    on_progress: _Progress,
) -> tuple[_Int64, _Int32, _UInt32]: ...
def find_nearest(
    network: RoadNetwork,
    sources: Places,
    targets: Places | None,
    k: int,
    cutoff_ms: int,
    start_s: _Float64,
    to_source: bool,
    threads: int,
    on_progress: _Progress,
) -> tuple[_Int32, _Float64]: ...
def find_paths(
    network: RoadNetwork,
    origins: Places,
    destinations: Places,
    cutoff_ms: int,
    threads: int,
    on_progress: _Progress,
) -> dict[str, Any]: ...
def draw_pieces(
    network: RoadNetwork, edge: _Int32, from_fraction: _Float64, to_fraction: _Float64
) -> tuple[_Int32, _Int64]: ...
def find_reached_edges(
    network: RoadNetwork,
    sources: Places,
    limit_ms: int,
    start_s: _Float64,
    to_source: bool,
    together: bool,
    threads: int,
    on_progress: _Progress,
) -> dict[str, Any]: ...
def build_isochrones(
    network: RoadNetwork,
    sources: Places,
    thresholds_ms: Sequence[int],
    start_s: _Float64,
    to_source: bool,
    share: str,
    bands: bool,
    cell_m: float,
    cap_m: float,
    min_hole_m2: float,
    off_network_mps: float,
    barrier_points: _Int32,
    barrier_begin: _Int64,
    barrier_polygons: PolygonSet | None,
    threads: int,
    on_progress: _Progress,
) -> PolygonSet: ...

# -- analysis

class Times:
    @staticmethod
    def matrix(time_s: _Float64) -> Times: ...
    @staticmethod
    def pairs(ptr: _Int64, index: _Int32, ms: _UInt32, columns: int = -1) -> Times: ...
    @staticmethod
    def nearest(index: _Int32, time_s: _Float64, columns: int = -1) -> Times: ...
    def __len__(self) -> int: ...

def measure_access(
    times: Times,
    residents: _Float64,
    threshold_s: float,
    open: _UInt8 | None = None,
    uncertain: _UInt8 | None = None,
    threads: int = 0,
) -> dict[str, Any]: ...
def measure_response(
    times: Times,
    residents: _Float64,
    own_team: _Int32,
    threshold_s: float,
    open: _UInt8 | None = None,
    uncertain: _UInt8 | None = None,
    threads: int = 0,
) -> dict[str, Any]: ...
def summarise(
    values_s: _Float64, weights: _Float64, labels: _Int32, count: int, threshold_s: float
) -> list[dict[str, Any]]: ...
def measure_balance(loads: _Float64, weights: _Float64) -> dict[str, Any]: ...
def measure_floating_catchment(
    times: Times,
    demand: _Float64,
    supply: _Float64,
    method: str,
    threshold_s: _Float64,
    site_threshold_s: _Float64,
    steps: _Float64 | None = None,
    gaussian: bool = False,
    weights: _Float64 | None = None,
    select_among_all: bool = False,
    threads: int = 0,
    on_progress: Callable[[int, int], Any] | None = None,
) -> dict[str, Any]: ...
def sum_supply(
    times: Times,
    supply: _Float64,
    threshold_s: _Float64,
    steps: _Float64 | None = None,
    gaussian: bool = False,
    weights: _Float64 | None = None,
    threads: int = 0,
) -> _Float64: ...
def measure_week(
    times: Times,
    residents: _Float64,
    sessions: Sessions,
    threshold_s: float,
    week_offset: _Int32,
    threads: int = 0,
    on_progress: Callable[[int, int], Any] | None = None,
) -> dict[str, Any]: ...
def measure_round_length(
    visits: _Float64,
    area_m2: _Float64,
    base_s: _Float64,
    pace_s_per_m: _Float64,
    round_min: float,
    visit_min: float,
    wait_days: float,
    constant: float,
) -> dict[str, _Float64]: ...
def fit_round_length(
    stops: _Float64, density_per_m2: _Float64, base_s: _Float64, round_s: _Float64, pace_s_per_m: float
) -> dict[str, Any]: ...
def lorenz_curve(values: _Float64, weights: _Float64) -> dict[str, _Float64]: ...
def concentration_curve(values: _Float64, rank_by: _Float64, weights: _Float64) -> dict[str, _Float64]: ...
def index_of(people: _Float64, value: _Float64) -> float: ...
def palma_ratio(people: _Float64, value: _Float64) -> float: ...
def erreygers_index(concentration_index: float, mean: float, low: float, high: float) -> float: ...
def decompose_theil(values: _Float64, weights: _Float64, labels: _Int32, group_count: int) -> dict[str, Any]: ...
def ship(
    amount: _Int64,
    capacity: _Int64,
    ptr: _Int64,
    sink: _Int32,
    cost: _UInt32,
    at_least_cost: bool,
    priority: _Int32,
    on_progress: Callable[[int, int], Any] | None = None,
) -> dict[str, Any]: ...
def run_response_chain(
    call_ms: _Int64,
    own_team: _Int32,
    care_ms: _Int64,
    needs_hospital: _UInt8,
    team_to_call_ms: _Int64,
    call_to_hospital_ms: _Int64,
    hospital_to_team_ms: _Int64,
    call_to_team_ms: _Int64,
    turnout_ms: _Int64,
    designated_hospital: _Int32,
    hospitals: int,
    own_team_only: bool,
    preparation_ms: int,
    prepare_in_parallel: bool,
    door_ms: int,
    handover_ms: int,
    escort: bool,
    fit: _UInt8,
    on_progress: Callable[[int, int], Any] | None = None,
) -> dict[str, Any]: ...
def find_gaps(points: _Int32, covered: _UInt8, people: _Float64, join_m: float) -> dict[str, Any]: ...
def find_gaps_along(covered: _UInt8, people: _Float64, pairs: _Int32) -> dict[str, Any]: ...
def find_poisson_interval(counts: _Int64, confidence: float = 0.95) -> dict[str, _Float64]: ...
def measure_workload(
    groups: Sequence[str],
    counts: Sequence[_Float64],
    usual: _Float64,
    grid_of: _Int32,
    team_of: _Int32,
    grid_count: int,
    team_count: int,
    offered_min: _Float64,
    travel_min: _Float64,
    rules: Sequence[ServiceRule],
    *,
    merge: str = "none",
    interval: float | None = None,
    draws: int = 1000,
    seed: int = 0,
    threads: int = 0,
    progress: Callable[[int, int], Any] | None = None,
) -> dict[str, Any]: ...
def measure_plan(
    *,
    plan: _Int32,
    grid_count: int,
    footprint_of: _Int32,
    area_m2: _Float64,
    perimeter_m: _Float64,
    households: _Float64,
    shops: _Float64,
    residents: _Float64,
    border_a: _Int32,
    border_b: _Int32,
    border_m: _Float64,
    hull_area_m2: _Float64,
    circle_radius_m: _Float64,
    min_border_m: float,
    min_size: float,
    max_size: float,
) -> dict[str, Any]: ...
def compare_plans(
    old_plan: _Int32, new_plan: _Int32, old_count: int, new_count: int, weights: _Int64, columns: int
) -> dict[str, Any]: ...

class BlockGraph:
    def __init__(self, block_count: int, a: _Int32, b: _Int32, border_mm: _Int64, tie: _UInt8) -> None: ...
    @property
    def block_count(self) -> int: ...
    @property
    def edge_count(self) -> int: ...
    @property
    def a(self) -> _Int32: ...
    @property
    def b(self) -> _Int32: ...
    @property
    def border_mm(self) -> _Int64: ...
    @property
    def tie(self) -> _UInt8: ...

def find_block_parts(graph: BlockGraph, grid_of: _Int32) -> tuple[_Int32, _Int32]: ...

class PlanProblem:
    def __init__(
        self,
        graph: BlockGraph,
        grid_count: int,
        *,
        limits: list[dict[str, Any]] = ...,
        terms: list[dict[str, Any]] = ...,
        columns: dict[str, Any] = ...,
        max_moved: int = ...,
        keep_together: list[tuple[int, int]] = ...,
        keep_apart: list[tuple[int, int]] = ...,
        weighted: bool = ...,
    ) -> None: ...
    @property
    def graph(self) -> BlockGraph: ...
    @property
    def block_count(self) -> int: ...
    @property
    def grid_count(self) -> int: ...
    @property
    def term_names(self) -> list[str]: ...
    @property
    def term_kinds(self) -> list[str]: ...
    @property
    def term_factors(self) -> list[float]: ...
    @property
    def max_moved(self) -> int: ...
    @property
    def weighted(self) -> bool: ...
    @property
    def limit_names(self) -> list[str]: ...

def verify_plan(problem: PlanProblem, grid_of: _Int32) -> list[dict[str, Any]]: ...
def measure_terms(problem: PlanProblem, grid_of: _Int32) -> _Int64: ...

class AssignmentModel:
    @property
    def block(self) -> _Int32: ...
    @property
    def grid(self) -> _Int32: ...
    @property
    def cost(self) -> NDArray[np.float64]: ...
    @property
    def rows(self) -> dict[str, Any]: ...

def build_assignment_model(problem: PlanProblem) -> AssignmentModel: ...
def find_separators(problem: PlanProblem, model: AssignmentModel, share: NDArray[np.float64]) -> dict[str, Any]: ...

class GridPool:
    @property
    def block_count(self) -> int: ...
    @property
    def kinds(self) -> list[list[int]]: ...
    @property
    def complete(self) -> bool: ...
    @property
    def effort_done(self) -> int: ...
    @property
    def ptr(self) -> _Int64: ...
    @property
    def block(self) -> _Int32: ...
    @property
    def kind(self) -> _Int32: ...
    @property
    def moved(self) -> _Int64: ...
    @property
    def value(self) -> _Int64: ...
    def price(
        self, cost: NDArray[np.float64], block: NDArray[np.float64], threshold: NDArray[np.float64], most: int
    ) -> tuple[NDArray[np.float64], _Int64]: ...

def build_grid_pool(
    problem: PlanProblem,
    *,
    effort: int,
    most_grids: int,
    at_most: Sequence[int] = ...,
    on_progress: Callable[[int, int], object] | None = None,
) -> GridPool: ...
def enumerate_plans(
    problem: PlanProblem,
    *,
    effort: int,
    most_plans: int,
    keep_plans: bool,
    on_progress: Callable[[int, int], object] | None = None,
) -> dict[str, Any]: ...
def find_best_plan(
    problem: PlanProblem,
    *,
    order: Sequence[int],
    at_most: Sequence[int],
    effort: int,
    on_progress: Callable[[int, int], object] | None = None,
) -> dict[str, Any]: ...
def bound_terms(
    problem: PlanProblem, *, on_progress: Callable[[int, int], object] | None = None
) -> list[tuple[int, str]]: ...
def find_obstacles(problem: PlanProblem) -> list[dict[str, Any]]: ...
def leave_out_weightless(problem: PlanProblem, term: int) -> PlanProblem | None: ...
def split_by_parent(problem: PlanProblem) -> dict[str, Any]: ...
def redraw(
    problem: PlanProblem,
    start: _Int32,
    *,
    effort: int = ...,
    seed: int = ...,
    threads: int = ...,
    on_progress: Callable[[int, int, list[int]], None] | None = ...,
    time_limit_s: float = ...,
) -> dict[str, Any]: ...
def share_moves(
    problem: PlanProblem, budget: int, offers: list[list[tuple[int, list[int]]]]
) -> dict[str, Any]: ...
def seed_plan(problem: PlanProblem, start: _Int32, *, seed: int = ..., threads: int = ...) -> dict[str, Any]: ...

class PlanState:
    def __init__(self, problem: PlanProblem, grid_of: _Int32) -> None: ...
    @property
    def grid_of(self) -> _Int32: ...
    @property
    def terms(self) -> _Int64: ...
    @property
    def moved(self) -> int: ...
    @property
    def log_size(self) -> int: ...
    @property
    def cut_edge_count(self) -> int: ...
    def move(self, block: int, grid: int) -> None: ...
    def undo(self, size: int) -> None: ...
    def delta(self, block: int, grid: int) -> dict[str, Any]: ...
    def why_not(self, block: int, grid: int) -> list[dict[str, Any]]: ...
    def cut_off(self, block: int) -> _Int32: ...

class PlanSampler:
    def __init__(
        self,
        problem: PlanProblem,
        starts: _Int32,
        *,
        chains: int,
        method: str,
        pair_by: str,
        thin: int,
        warm_up: int,
        seed: int,
        three_grid_share: float,
        most_balanced_edges: int,
        rungs: list[Any],
        cooling: float,
        most_attempts: int,
    ) -> None: ...
    @property
    def chain_count(self) -> int: ...
    def run(self, rows: _Int64, keep_plans: bool, threads: int, on_progress: Any) -> dict[str, Any]: ...
    def counts(self, chain: int) -> dict[str, int]: ...
    def plan(self, chain: int) -> _Int32: ...

def draw_start(problem: PlanProblem, trees: int, seed: int, on_progress: Any) -> _Int32: ...
def plan_migration(
    problem: PlanProblem, old: _Int32, new: _Int32, *, moves_per_step: int, effort: int
) -> dict[str, Any]: ...
