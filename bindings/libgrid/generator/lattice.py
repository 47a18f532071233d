"""The warped lattice: vertices that all neighbours share, street lines, the river's row and who is inside.

Blocks are rectangles of lattice cells and streets run along lattice lines, so that borders are identical by
construction; the smooth warp, uneven spacing and jitter take the chessboard out of it.
"""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import label as label_regions

from .spec import Spec
from .streams import stream

ORIGIN_X, ORIGIN_Y = 398_000.0, 3_409_000.0
MARGIN = 3  # superblocks of surroundings on each side
SMALLEST_BANK = 2


@dataclass(frozen=True)
class Lattice:
    """Vertices `x`, `y` of shape (columns + 1, rows + 1) in metres on a 1 mm raster; superblock bands."""

    x: np.ndarray
    y: np.ndarray
    column_lines: np.ndarray  # lattice lines that bound superblock columns
    row_lines: np.ndarray
    water: np.ndarray  # bool a superblock row: the river
    district: np.ndarray  # int (superblock columns, rows); -1 outside
    bank: np.ndarray  # int (superblock columns, rows); connected land of one district, -1 elsewhere

    @property
    def shape(self) -> tuple[int, int]:
        return self.district.shape

    def centres(self) -> tuple[np.ndarray, np.ndarray]:
        """Middles of the superblocks, as the mean of their corners."""
        c, r = self.column_lines, self.row_lines

        def middle(v):
            return (v[c[:-1]][:, r[:-1]] + v[c[1:]][:, r[:-1]] + v[c[:-1]][:, r[1:]] + v[c[1:]][:, r[1:]]) / 4

        return middle(self.x), middle(self.y)


def build_lattice(spec: Spec) -> Lattice:
    """The lattice of the whole place with its surroundings; one pass over all vertices."""
    rng = stream(spec.seed, "lattice")
    columns = spec.tiles_x * spec.columns + 2 * MARGIN
    tile_rows = spec.rows + 1
    water = np.zeros(spec.tiles_y * tile_rows + 2 * MARGIN, bool)
    water[MARGIN + spec.river_after_row + tile_rows * np.arange(spec.tiles_y)] = True
    widths = rng.integers(4, 7, columns)
    heights = np.where(water, 1, rng.integers(4, 7, len(water)))
    column_lines = np.concatenate([[0], np.cumsum(widths)])
    row_lines = np.concatenate([[0], np.cumsum(heights)])
    dx = rng.uniform(44, 66, column_lines[-1])
    dy = rng.uniform(42, 62, row_lines[-1])
    dy[row_lines[:-1][water]] = 48 if spec.communities > 1 else 24
    gx, gy = np.concatenate([[0], np.cumsum(dx)]), np.concatenate([[0], np.cumsum(dy)])
    middle_x, middle_y = gx[-1] / 2, gy[-1] / 2
    rivers = (gy[row_lines[:-1][water]] + gy[row_lines[1:][water]]) / 2 - middle_y
    x, y = np.meshgrid(gx - middle_x, gy - middle_y, indexing="ij")
    x, y = _warp(x, y, rivers, rng, spec)
    street = np.isin(np.arange(len(gx)), column_lines)[:, None] | np.isin(np.arange(len(gy)), row_lines)
    reach = np.where(street, 2.0, 6.5)
    x += reach * rng.uniform(-1, 1, x.shape)
    y += reach * rng.uniform(-1, 1, y.shape)
    turn = np.radians(13.0)
    x, y = x * np.cos(turn) - y * np.sin(turn), x * np.sin(turn) + y * np.cos(turn)
    district, bank = _outline(spec, water)
    return Lattice(np.round(x + ORIGIN_X, 3), np.round(y + ORIGIN_Y, 3), column_lines, row_lines, water, district, bank)


def _warp(x, y, rivers, rng, spec):
    """Bends the lattice smoothly; each row of the river becomes a meander that fades away from its banks."""
    small = spec.communities == 1
    amplitude, fade, wave = (30.0, 420.0, 900.0) if small else (230.0, 900.0, 3100.0)
    phase = rng.uniform(0, 2 * np.pi, (len(rivers), 2))
    bend = np.zeros_like(y)
    for at, (a, b) in zip(rivers, phase, strict=True):
        swing = 0.75 * np.sin(2 * np.pi * x / wave + a) + 0.35 * np.sin(2 * np.pi * x / (0.47 * wave) + b)
        bend += amplitude * swing * np.exp(-(((y - at) / fade) ** 2))
    a, b, c, d = rng.uniform(0, 2 * np.pi, 4)
    k = 0.3 if small else 1.0
    east = 105 * np.sin(2 * np.pi * y / 3100 + a) + 55 * np.sin(2 * np.pi * (x + y) / 1900 + b)
    north = 90 * np.sin(2 * np.pi * x / 3400 + c) + 45 * np.sin(2 * np.pi * (x - y) / 2100 + d)
    return x + k * east, y + bend + k * north


def _outline(spec, water):
    """District and bank of every superblock; a single district loses its corners along a wavy line."""
    tile_rows = spec.rows + 1
    c = np.arange(spec.tiles_x * spec.columns + 2 * MARGIN) - MARGIN
    r = np.arange(len(water)) - MARGIN
    tile_c, tile_r = c // spec.columns, r // tile_rows
    district = tile_r[None, :] * spec.tiles_x + tile_c[:, None]
    known = (tile_c >= 0)[:, None] & (tile_c < spec.tiles_x)[:, None]
    known = known & (tile_r >= 0) & (tile_r < spec.tiles_y) & (district < spec.n_districts) & ~water
    if spec.rounded:
        rng = stream(spec.seed, "outline")
        u = (2 * (c + 0.5) / spec.columns - 1)[:, None]
        v = (2 * (r + 0.5) / tile_rows - 1)[None, :]
        angle = np.arctan2(v, u)
        edge = 1.0
        for waves, height in ((2, 0.07), (3, 0.08), (5, 0.06)):
            edge = edge + height * np.sin(waves * angle + rng.uniform(0, 2 * np.pi))
        known &= (np.abs(u) ** 2.6 + np.abs(v) ** 2.6) ** (1 / 2.6) <= edge
    district = np.where(known, district, -1)
    bank = np.full(district.shape, -1)
    n_banks = 0
    for d in range(spec.n_districts):
        regions, n = label_regions(district == d)
        sizes = np.bincount(regions.ravel(), minlength=n + 1)[1:]
        # A district has two banks; crumbs that the outline leaves over go to the neighbours.
        keep = [k + 1 for k in np.argsort(-sizes, kind="stable")[:2] if sizes[k] >= SMALLEST_BANK]
        district[(district == d) & ~np.isin(regions, keep)] = -1
        for k in keep:
            bank[regions == k] = n_banks
            n_banks += 1
    return district, bank
