"""A city by sub-districts: the same answers as the whole, here, on processes and on Dask, with workers that die."""

import concurrent.futures
import hashlib
import multiprocessing
import os
import re
import signal
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from libgrid.area_times import nearest_and_own_team, nearest_open_site
from libgrid.executors import run_parts
from libgrid.generator.city import CitySpec, make_city, make_subdistrict
from libgrid.questions import DEFAULTS
from pandas.testing import assert_frame_equal

import libgrid as lg

SPEC = CitySpec(households=2400, subdistricts=4, communities=10, seed=5)
TABLES = ("subdistricts", "grids", "teams", "issues", "missing")


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    return make_city(tmp_path_factory.mktemp("city"), SPEC)


@pytest.fixture(scope="module")
def measured(city):
    return lg.measure_city(city)


def assert_same(one, other):
    assert one.halo_m == other.halo_m
    for name in TABLES:
        assert_frame_equal(getattr(one, name), getattr(other, name), check_exact=True)


def whole(city):
    """All sub-districts as one area: what must come out, made the slow way."""
    areas = [city.open(name) for name in city.subdistricts]
    layers = ("blocks", "households", "grids", "sites", "teams", "sessions", "roads")
    frames = {}
    for layer in layers:
        parts = [area.layer(layer) for area in areas]
        frames[layer] = pd.concat(parts, ignore_index=True)
        if "geometry" in frames[layer]:
            frames[layer] = gpd.GeoDataFrame(frames[layer], geometry="geometry", crs=city.index.crs)
    return lg.StudyArea.from_frames(**frames, crs=city.index.crs, origin=city.origin)


def times_of(area):
    own = area.plan.household_team()
    access, response = nearest_open_site(area), nearest_and_own_team(area, own)
    sites, teams = area.ids("sites").to_numpy(object), area.ids("teams").to_numpy(object)
    named = [np.where(i >= 0, ids[i], None) for i, ids in ((access.index[:, 0], sites), (response.index[:, 0], teams))]
    own_s = np.where(response.index[:, 1] >= 0, response.time_s[:, 1], response.time_s[:, 0])
    columns = zip(("site", "team", "access_s", "response_s", "own_s"),
                  (*named, access.time_s[:, 0], response.time_s[:, 0], own_s), strict=True)  # fmt: skip
    return pd.DataFrame(dict(columns), index=area.ids("households"))


def test_the_index_counts_what_the_files_hold(city):
    assert city.index["households"].sum() == SPEC.households
    for name in city.subdistricts:
        area, row = city.open(name), city.row(name)
        assert row["people"] == area.households[["n_usual", "n_short"]].to_numpy().sum()
        west, south, east, north = area.blocks.total_bounds
        assert row["west"] <= west and row["south"] <= south and row["east"] >= east and row["north"] >= north
    with pytest.raises(lg.InvalidInput, match="'D009' is none of the city's 4"):
        city.open("D009")


@pytest.mark.slow
def test_the_same_spec_gives_the_same_files_on_any_process(city, tmp_path):
    context = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(1, mp_context=context) as pool:
        again = make_city(tmp_path, SPEC, executor=pool)

    def digest(folder):
        return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.glob("*.gpkg"))}

    assert digest(again.path) == digest(city.path) and len(digest(city.path)) == 5


@pytest.mark.slow
def test_with_a_halo_over_all_every_time_is_that_of_the_whole_city(city):
    truth = times_of(whole(city))
    for name in city.subdistricts:
        part = times_of(city.open(name, halo_m=1e6))
        assert_frame_equal(part, truth.loc[part.index], check_exact=True)


def test_with_the_usual_halo_what_is_within_the_thresholds_is_that_of_the_whole_city(city):
    truth = times_of(whole(city))
    narrow = DEFAULTS.__class__(access_threshold_s=240.0, response_threshold_s=300.0)
    from libgrid.city.measure import default_halo_m

    halo_m = default_halo_m(city, narrow)
    assert halo_m == 1334.0  # 240 s on the bicycle path of an e-bike at 20 km/h, or the ferry's 10 km/h on foot
    for name in city.subdistricts:
        part = times_of(city.open(name, halo_m=halo_m))
        for column, who, limit in (("access_s", "site", 240.0), ("response_s", "team", 300.0)):
            true = truth.loc[part.index]
            inside = true[column] <= limit
            assert ((part[column] <= limit) == inside).all() and inside.any()
            assert (part[column][inside] == true[column][inside]).all()
            assert (part[who][inside] == true[who][inside]).all()
            assert (part[column] >= true[column]).all()


def test_without_a_halo_neighbours_are_not_known(city, measured):
    apart, together = lg.measure_city(city, halo_m=0), measured
    assert (apart.subdistricts["boundary_cost_s"] != together.subdistricts["boundary_cost_s"]).any()
    assert apart.subdistricts["boundary_cost_s"].sum() < together.subdistricts["boundary_cost_s"].sum()
    assert apart.headline["people"] == together.headline["people"]


def test_figures_are_those_of_the_whole_city(city, measured):
    area = whole(city)
    work = lg.measure_workload(area)
    assert_frame_equal(
        measured.teams[["team_id", "asked_min", "offered_min", "load"]],
        work.teams[["team_id", "asked_min", "offered_min", "load"]],
        check_exact=True,
    )
    truth = times_of(area)
    rows = area.households
    everyone = (rows["n_usual"] + rows["n_short"]).to_numpy(float)
    for name, column, limit in (("access", "access_s", 900.0), ("response", "response_s", 600.0)):
        own = truth[column] if name == "access" else truth["own_s"]
        beyond = everyone[(own > limit).to_numpy()].sum()
        assert measured.headline[f"people_beyond_{name}"] == beyond
    assert measured.grids["people"].sum() == measured.headline["people"] == everyone.sum()
    assert measured.subdistricts["subdistrict_id"].tolist() == city.subdistricts


@pytest.mark.slow
def test_a_process_pool_gives_the_same_to_the_last_bit(city, measured):
    with concurrent.futures.ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        seen = []
        assert_same(
            lg.measure_city(city, executor=pool, progress=lambda done, total: seen.append((done, total))), measured
        )
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]


@pytest.fixture(scope="module")
def client():
    distributed = pytest.importorskip("distributed")
    import dask

    with dask.config.set(
        {"distributed.scheduler.allowed-failures": 1, "distributed.worker.multiprocessing-method": "spawn"}
    ):
        cluster = distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0")
        with cluster, distributed.Client(cluster) as client:
            yield client


@pytest.mark.slow
def test_dask_gives_the_same_though_a_worker_is_killed_in_mid_run(city, measured, client):
    pids = list(client.run(os.getpid).values())
    killed = []

    def kill_one(done, total):
        if done == 1:
            os.kill(pids[0], signal.SIGKILL)
            killed.append(pids[0])

    assert_same(lg.measure_city(city, executor=client, progress=kill_one), measured)
    assert killed and pids[0] not in client.run(os.getpid).values()


@pytest.mark.slow
def test_dask_finishes_the_rest_when_a_part_kills_its_workers(client):
    def work(part):
        import os
        import signal

        if part == "poison":
            os.kill(os.getpid(), signal.SIGKILL)
        return part * 2

    found = run_parts(work, ["a", "poison", *"bcde"], executor=client)  # some of them wait beside it
    assert found.results == {part: 2 * part for part in "abcde"}
    assert list(found.missing) == ["poison"] and "died again and again" in found.missing["poison"]


def areas_of(city):
    return [(name, city.open(name)) for name in city.subdistricts]


def test_a_subdistrict_that_cannot_be_read_is_named_and_the_rest_is_measured(city, measured, tmp_path):
    broken = lg.write_city(tmp_path, areas_of(city))
    (tmp_path / "D002.gpkg").write_bytes(b"no file of ours")
    found = lg.measure_city(broken, halo_m=0)
    assert set(found.missing["subdistrict_id"]) == {"D002"} and "IoError" in found.missing["reason"][0]
    assert found.subdistricts["subdistrict_id"].tolist() == ["D001", "D003", "D004"]


def test_a_subdistrict_without_streets_has_its_workload_and_is_named(city, measured, tmp_path):
    areas = areas_of(city)
    areas[2] = (areas[2][0], areas[2][1].replace(roads=None))
    found = lg.measure_city(lg.write_city(tmp_path, areas))
    assert found.missing.to_numpy().tolist() == [
        ["D003", "coverage", "it has no streets of its own: add them to its roads"]
    ]
    row = found.subdistricts.set_index("subdistrict_id").loc["D003"]
    assert np.isnan(row["people_beyond_access"]) and row["asked_min"] > 0


def test_a_household_whose_place_is_in_no_block_is_counted(city, tmp_path):
    area = city.open("D001")
    homes = area.households
    homes.loc[7, "geometry"] = shapely.Point(area.blocks.total_bounds[0] - 50.0, area.blocks.total_bounds[1] - 50.0)
    moved = lg.write_city(tmp_path, [("D001", area.replace(households=homes))])
    counts = [lg.measure_city(c, halo_m=0).subdistricts["outside_blocks"].iloc[0] for c in (city, moved)]
    assert counts[1] == counts[0] + 1


def test_a_city_of_two_frames_or_with_an_id_twice_is_refused(city, tmp_path):
    (name, area), *_ = areas_of(city)
    other = lg.StudyArea.from_frames(households=area.households, crs=area.crs, origin=(0.0, 0.0))
    with pytest.raises(lg.InvalidInput, match="make all with the same crs= and origin="):
        lg.write_city(tmp_path, [(name, area), ("X", other)])
    with pytest.raises(lg.InvalidInput, match="'D001' comes twice"):
        lg.write_city(tmp_path, [(name, area), (name, area)])
    with pytest.raises(lg.InvalidInput, match="cannot name a file"):
        lg.write_city(tmp_path, [("../x", area)])
    with pytest.raises(lg.InvalidInput, match="at least one"):
        lg.write_city(tmp_path, [])
    with pytest.raises(lg.IoError):
        lg.open_city(tmp_path / "nowhere")


def test_what_does_not_fit_a_worker_is_refused_before_the_start(city, measured, tmp_path):
    small = make_city(tmp_path, CitySpec(households=700, subdistricts=2, communities=2, seed=6))
    costs = lg.fit_costs(pd.concat([measured.cost, lg.measure_city(small).cost]))
    asked = []
    with pytest.raises(lg.InvalidInput, match=r"memory: 4 of 4 sub-districts .* D001, D002, D003, D004"):
        lg.measure_city(city, memory_bytes=10**6, costs=costs, progress=lambda *done: asked.append(done))
    assert not asked
    assert lg.plan_run(city, costs=costs, memory_bytes=10**12).parts["subdistrict_id"].tolist() == city.subdistricts


def test_a_city_of_nine_million_has_120_000_micro_grids():
    from libgrid.generator.city import ground
    from libgrid.generator.district import build_district

    spec = CitySpec(households=2 * 34_483, subdistricts=2, communities=23, seed=1)  # two as nine million have 261
    lattice, use, works = ground(spec)
    micro, size = 0, []
    for district in range(2):
        made = build_district(spec.of(district), lattice, use, works, district, None)
        grids = made["grids"]
        plain = ~grids.leaf_dedicated
        micro += plain.sum()
        size += np.bincount(grids.leaf, grids.size, len(plain))[plain].tolist()
    assert 118_000 < micro / 2 * 261 < 122_000
    within = np.mean([30 <= s <= 100 for s in size])
    assert within > 0.9 and within < 1.0  # a few outside the norm, as real towns have


def test_a_subdistrict_is_made_alike_alone_and_among_others():
    from libgrid.generator.city import draw_city_streets

    streets = draw_city_streets(SPEC)
    one, two = (make_subdistrict(SPEC, 2, streets[2]) for _ in range(2))
    for name in one:
        assert one[name].equals(two[name])
    with pytest.raises(ValueError, match="two or more"):
        CitySpec(households=500, subdistricts=3, communities=3, seed=1)


def test_the_code_of_the_how_to_runs(monkeypatch):
    page = Path(__file__).resolve().parents[2] / "docs/how-to/a-city.md"
    monkeypatch.chdir(page.parents[2])
    shared = {"__name__": "page"}  # the pool of its fourth part starts only in a script
    blocks = re.findall(r"```python\n(.*?)```", page.read_text(), re.DOTALL)
    assert len(blocks) == 6
    for block in blocks:
        exec(compile(block, str(page), "exec"), shared)
    assert shared["plan"].hours > 0 and shared["found"].headline["households"] == 1800
