"""A city's micro-grids redrawn inside their general grids: rules kept, sums true, what cannot be told by name."""

import concurrent.futures
import json
import multiprocessing
import os
import signal
import threading
from types import SimpleNamespace

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from libgrid.city.redraw import LIMITS, ORDER, total_of
from libgrid.city.room import find_room
from libgrid.generator.city import CitySpec, make_city
from pandas.testing import assert_frame_equal

import libgrid as lg

SPEC = CitySpec(households=2400, subdistricts=4, communities=8, seed=5)
TABLES = ("total", "subdistricts", "terms", "parents", "teams", "refused", "missing")
pytestmark = pytest.mark.xdist_group("city_redraw")
QUICK = {"effort_per_block": 200, "rng": 3}


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    return make_city(tmp_path_factory.mktemp("city"), SPEC)


@pytest.fixture(scope="module")
def redrawn(city):
    return lg.redraw_city(city, plans="better", **QUICK)


def assert_same(one, other):
    for name in TABLES:
        assert_frame_equal(getattr(one, name), getattr(other, name), check_exact=True)


def weights(area):
    """Households and shops by block, counted from the tables alone."""
    homes = area.households.groupby("block_id").size().reindex(area.blocks["block_id"]).fillna(0)
    return homes.to_numpy() + area.blocks["n_shops"].to_numpy()


def inertia_of(area, grid):
    """Σ people × squared distance to the grid's centre, the slow way."""
    people = area.households.assign(n=area.households["n_usual"] + area.households["n_short"])
    people = people.groupby("block_id")["n"].sum().reindex(area.blocks["block_id"]).fillna(0).to_numpy()
    people = np.maximum(people, 1)
    at = area.blocks.geometry.representative_point()
    xy = np.column_stack([at.x, at.y])
    total = 0.0
    for g in np.unique(grid):
        here = grid == g
        centre = np.average(xy[here], axis=0, weights=people[here])
        total += (people[here] * ((xy[here] - centre) ** 2).sum(axis=1)).sum()
    return total


def test_every_micro_grid_is_connected_inside_its_general_grid_and_within_the_limits(city, redrawn):
    low, high = LIMITS["households_and_shops"]
    for name in city.subdistricts:
        area, plan = city.open(name), redrawn.plan(name)
        today = area.blocks["grid_id"].to_numpy()
        grid = plan.frame["grid_id"].to_numpy()
        parent = plan.area.grids.set_index("grid_id")["parent_id"]
        assert (parent[grid].to_numpy() == parent[today].to_numpy()).all()
        level = plan.area.grids.set_index("grid_id")["level"]
        dedicated = (level[today] == "dedicated").to_numpy()
        assert (grid[dedicated] == today[dedicated]).all()
        kept = set(redrawn.parents.loc[redrawn.parents["what"] == "kept as it is", "parent_id"])
        free = ~dedicated & ~np.isin(parent[grid], list(kept))
        size = pd.Series(weights(area)[free]).groupby(grid[free]).sum()
        assert size.between(low, high).all() and len(size) > 3
        graph = nx.Graph()
        graph.add_nodes_from(area.blocks["block_id"])
        graph.add_edges_from(lg.BlockGraph.from_blocks(area).frame[["block_a", "block_b"]].to_numpy().tolist())
        for g in np.unique(grid[free]):
            assert nx.is_connected(graph.subgraph(area.blocks["block_id"][grid == g]))


def test_sums_are_those_of_plans_counted_by_hand(city, redrawn):
    before = after = moved = 0
    for name in city.subdistricts:
        area = city.open(name)
        today, grid = area.blocks["grid_id"].to_numpy(), redrawn.plan(name).frame["grid_id"].to_numpy()
        before, after = before + inertia_of(area, today), after + inertia_of(area, grid)
        moved += area.households["block_id"].isin(area.blocks["block_id"][today != grid]).sum()
    total = redrawn.total.loc["inertia"]
    # Each grid's inertia is rounded down to a whole m².
    assert before - total["before"] == pytest.approx(0, abs=2 * redrawn.headline["micro_grids"])
    assert after - total["value"] == pytest.approx(0, abs=2 * redrawn.headline["micro_grids"])
    assert total["bound"] <= total["value"]
    assert redrawn.total.loc["response", "value"] < redrawn.total.loc["response", "before"]
    assert total["gap"] == (total["value"] - total["bound"]) / total["value"]
    assert redrawn.headline["moved_households"] == moved > 0


def test_bounds_are_below_what_a_long_search_for_each_term_finds(city, redrawn):
    name = next(n for n in city.subdistricts if n not in set(redrawn.parents["subdistrict_id"]))
    area, bound = city.open(name, halo_m=redrawn.halo_m), redrawn.terms.set_index(["subdistrict_id", "term"])["bound"]
    for term in ("response", "inertia"):
        best = lg.redraw(area, limits=LIMITS, order=[term], rng=1, effort=1_500_000, threads=1)
        assert 0 < bound[name, term] <= best.terms[term]


def test_totals_are_sums_but_the_largest_balance():
    terms = pd.DataFrame({
        "term": ["inertia", "balance", "inertia", "balance"], "unit": ["m", "s", "m", "s"],
        "before": [10.0, 0.5, 30.0, 0.2], "value": [8.0, 0.3, 12.0, 0.1], "bound": [6.0, 0.1, 9.0, 0.0],
    })  # fmt: skip
    total = total_of(terms)
    assert total.loc["inertia", ["before", "value", "bound", "gap"]].tolist() == [40.0, 20.0, 15.0, 0.25]
    assert total.loc["balance", ["before", "value", "bound"]].tolist() == [0.5, 0.3, 0.1]
    assert total["how"].tolist() == ["sum", "largest"]
    nothing = total_of(terms.assign(value=0.0, bound=0.0))
    assert nothing["gap"].tolist() == [0.0, 0.0]


def test_terms_and_bounds_are_those_that_redraw_finds_for_the_same_plan(city, redrawn):
    plain = next(n for n in city.subdistricts if n not in set(redrawn.parents["subdistrict_id"]))
    area = city.open(plain, halo_m=redrawn.halo_m)
    grid = redrawn.plan(plain).frame["grid_id"].to_numpy()
    after = area.replace(blocks=area.layer("blocks").assign(grid_id=grid))
    mine = redrawn.terms[redrawn.terms["subdistrict_id"] == plain].set_index("term")
    how = {"limits": LIMITS, "effort": 1, "rng": 3, "threads": 1}
    told = lg.redraw(after, order=[term for term in ORDER if term != "change"], **how)
    assert told.before.to_dict() == mine["value"].drop("change").to_dict()
    today = lg.redraw(area, order=list(ORDER), **how)
    assert today.before.to_dict() == mine["before"].to_dict()
    # Redraw may look longer for a proof, never less.
    assert (today.bounds["value"] >= mine["bound"]).all() and mine.loc["inertia", "bound"] > 0


def test_boundary_cost_and_loads_are_those_that_measure_city_finds(city, redrawn, tmp_path):
    areas = []
    for name in city.subdistricts:
        plan = redrawn.plan(name)
        blocks = plan.area.layer("blocks")
        areas.append((name, plan.area.replace(blocks=blocks.assign(grid_id=plan.frame["grid_id"].to_numpy()))))
    for when, folder in (("before", city), ("after", lg.write_city(tmp_path, areas))):
        found = lg.measure_city(folder, halo_m=redrawn.halo_m)
        for figure in ("people_beyond_response", "boundary_cost_s", "own_team_time_s", "teams_over"):
            assert redrawn.subdistricts[f"{figure}_{when}"].tolist() == found.subdistricts[figure].tolist()
        loads = found.teams.set_index("team_id")["load"]
        assert redrawn.teams[f"load_{when}"].tolist() == loads[redrawn.teams["team_id"]].tolist()


@pytest.mark.slow
def test_a_process_pool_gives_the_same_to_the_last_bit(city, redrawn):
    with concurrent.futures.ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        assert_same(lg.redraw_city(city, executor=pool, **QUICK), redrawn)


@pytest.mark.slow
def test_dask_gives_the_same_though_a_worker_is_killed_in_mid_run(city, redrawn):
    distributed = pytest.importorskip("distributed")
    import dask

    killed = []
    with dask.config.set(
        {"distributed.scheduler.allowed-failures": 2, "distributed.worker.multiprocessing-method": "spawn"}
    ):
        cluster = distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0")
        with cluster, distributed.Client(cluster) as client:
            pids = list(client.run(os.getpid).values())

            def kill_one(done, total):
                if done == 1:
                    os.kill(pids[0], signal.SIGKILL)
                    killed.append(pids[0])

            assert_same(lg.redraw_city(city, executor=client, progress=kill_one, **QUICK), redrawn)
    assert killed


def test_what_cannot_be_redrawn_is_named_and_the_rest_is_done(city, redrawn, tmp_path):
    areas = [(name, city.open(name)) for name in city.subdistricts]
    areas[2] = ("D003", areas[2][1].replace(blocks=None))
    broken = lg.write_city(tmp_path, areas)
    (tmp_path / "D002.gpkg").write_bytes(b"no file of ours")
    found = lg.redraw_city(broken, halo_m=0, plans="p", **QUICK)
    reasons = found.missing.set_index("subdistrict_id")["reason"]
    assert list(reasons.index) == ["D002", "D003"]
    assert "IoError" in reasons["D002"] and "no blocks" in reasons["D003"]
    assert found.subdistricts["subdistrict_id"].tolist() == ["D001", "D004"]
    with pytest.raises(lg.InvalidInput, match="D003 has no plan 'p': InvalidInput: it has no blocks"):
        found.plan("D003")
    with pytest.raises(lg.InvalidInput, match="the plans were not written"):
        lg.redraw_city(broken, halo_m=0, **QUICK).plan("D001")


def tower(area, weight):
    """The area with so many shops in one block of a general grid, and that general grid's id."""
    blocks = area.layer("blocks")
    grids = area.grids.set_index("grid_id")
    row = int(np.flatnonzero(grids.loc[blocks["grid_id"], "level"].to_numpy() == "micro")[0])
    blocks.loc[row, "n_shops"] = weight
    return area.replace(blocks=blocks), grids.loc[blocks["grid_id"][row], "parent_id"]


def test_a_general_grid_that_no_plan_fits_is_kept_as_it_is(city, redrawn, tmp_path):
    area, parent = tower(city.open("D001"), 120)
    found = lg.redraw_city(lg.write_city(tmp_path, [("D001", area)]), halo_m=0, plans="p", **QUICK)
    told = found.parents.set_index("parent_id").loc[parent]
    assert told["what"] == "kept as it is" and "more than the 100 that a grid may have" in told["reason"]
    grids = area.grids.set_index("grid_id")["parent_id"]
    mine = (grids[area.blocks["grid_id"]] == parent).to_numpy()
    grid = found.plan("D001").frame["grid_id"].to_numpy()
    assert (grid[mine] == area.blocks["grid_id"][mine]).all() and (grid != area.blocks["grid_id"]).any()
    assert (
        found.subdistricts["parents_kept"].tolist() == [len(found.parents)] and not found.total["before"].isna().any()
    )


def test_a_general_grid_that_needs_another_number_of_micro_grids_gets_the_nearest(city, redrawn, tmp_path):
    area = city.open("D001")
    blocks = area.layer("blocks")
    parent = area.grids.set_index("grid_id")["parent_id"]
    plain = area.grids.set_index("grid_id")["level"][blocks["grid_id"]].to_numpy() == "micro"
    of_block = parent[blocks["grid_id"]].to_numpy()
    name = pd.Series(of_block[plain]).value_counts().index[0]
    mine = plain & (of_block == name)
    before = blocks.loc[mine, "grid_id"].nunique()
    blocks.loc[mine, "n_shops"] += 4  # shops everywhere: more grids are needed
    crowded = area.replace(blocks=blocks)
    total = int(weights(crowded)[mine].sum())
    wanted = -(-total // 100)
    assert wanted > before and total < 95 * wanted
    found = lg.redraw_city(lg.write_city(tmp_path, [("D001", crowded)]), halo_m=0, plans="p", **QUICK)
    told = found.parents.set_index("parent_id").loc[name]
    assert (told["grids_before"], told["grids"]) == (before, wanted)
    assert f"{before} grids share {total} households_and_shops" in told["reason"]
    plan = found.plan("D001")
    grid = plan.frame["grid_id"].to_numpy()[mine]
    size = pd.Series(weights(crowded)[mine]).groupby(grid).sum()
    assert len(size) == told["grids"] and size.between(30, 100).all()
    new = plan.area.grids.set_index("grid_id").loc[sorted(set(grid) - set(blocks.loc[mine, "grid_id"]))]
    assert (new["parent_id"] == name).all() and (new["level"] == "micro").all() and new["team_id"].notna().all()
    # What was before is that of today's plan, not of a plan with empty grids.
    today = inertia_of(crowded, crowded.blocks["grid_id"].to_numpy())
    assert found.total.loc["inertia", "before"] == pytest.approx(today, abs=2 * len(crowded.grids))


def test_a_parent_whose_plan_is_hard_to_find_is_looked_at_longer(city, monkeypatch):
    from libgrid.city import room as module

    from libgrid import _core

    area = city.open("D002")
    graph = lg.BlockGraph.from_blocks(area)
    parent = area.grids.set_index("grid_id")["parent_id"]
    grids = area.grids.loc[area.grids["level"] == "micro", "grid_id"]
    leaves = area.grids.loc[area.grids["level"].isin(["micro", "dedicated"]), "grid_id"].tolist()
    hard = parent[grids.iloc[0]]
    mine = (parent[area.blocks["grid_id"]] == hard).to_numpy()

    def find(long_finds):
        asked = []

        def redraw(problem, first, **how):
            asked.append(problem.block_count)
            if problem.block_count == len(area.blocks):  # all parents at once: quick
                hidden = len(asked) == 1
                fault = {"grid": leaves.index(grids.iloc[0]), "block": -1}
                return {"status": "not_found", "faults": [fault]} if hidden else {"status": "done"}
            return _core.redraw(problem, first, **how) if long_finds else {"status": "not_found"}

        shim = SimpleNamespace(
            redraw=redraw, find_obstacles=_core.find_obstacles, split_by_parent=_core.split_by_parent
        )
        monkeypatch.setattr(module, "_core", shim)
        return find_room(area, graph, LIMITS, seed=1), asked

    room, asked = find(True)
    assert asked == [len(area.blocks), mine.sum()]  # the whole once, then the hard parent alone
    assert sorted(room.start) == np.flatnonzero(mine).tolist() and not room.locked
    found = pd.Series(room.start)
    assert (parent[found.to_numpy()] == hard).all()
    assert pd.Series(weights(area)[mine]).groupby(found.sort_index().to_numpy()).sum().between(30, 100).all()
    room, _ = find(False)
    assert sorted(room.locked) == sorted(grids[(parent[grids] == hard).to_numpy()])
    assert "a long search found no plan" in room.told["reason"].iloc[0]


def test_ctrl_c_keeps_what_was_done(city, tmp_path):
    broken = lg.write_city(tmp_path, [(name, city.open(name)) for name in city.subdistricts])
    (tmp_path / "D001.gpkg").write_bytes(b"no file of ours")

    def interrupt(done, total):
        if done == 1:
            threading.Timer(2.0, os.kill, (os.getpid(), signal.SIGINT)).start()

    found = lg.redraw_city(broken, halo_m=0, effort_per_block=3_000_000, rng=1, threads=1, progress=interrupt)
    assert found.subdistricts[["subdistrict_id", "status"]].to_numpy().tolist() == [["D002", "stopped"]]
    reasons = found.missing.set_index("subdistrict_id")["reason"]
    assert list(reasons.index) == ["D001", "D003", "D004"]
    assert "stopped before it was begun" in reasons["D003"]


def test_only_some_subdistricts_are_what_they_are_among_all(city, redrawn):
    some = lg.redraw_city(city, subdistricts=["D004", "D002"], **QUICK)
    names = ["D002", "D004"]
    assert some.subdistricts["subdistrict_id"].tolist() == names
    rows = redrawn.terms[redrawn.terms["subdistrict_id"].isin(names)].reset_index(drop=True)
    assert_frame_equal(some.terms, rows, check_exact=True)
    assert some.total.loc["inertia", "value"] == rows.loc[rows["term"] == "inertia", "value"].sum()
    with pytest.raises(lg.InvalidInput, match="the city has none called D009"):
        lg.redraw_city(city, subdistricts=["D001", "D009"])
    with pytest.raises(lg.InvalidInput, match="name one"):
        lg.redraw_city(city, subdistricts=[])


def test_what_does_not_fit_a_worker_is_not_begun(city):
    costs = lg.unit_costs()
    memory = costs["step"] == "memory"
    costs.loc[memory, ["per_household", "per_subdistrict"]] = 1000.0, 0.0
    index = city.index.assign(households=[600, 9_000, 600, 600])
    crowded = type(city)(city.path, index, city.origin)
    found = lg.redraw_city(crowded, subdistricts=["D001", "D002"], memory_bytes=10**6, costs=costs, **QUICK)
    assert found.missing["subdistrict_id"].tolist() == ["D002"]
    assert "it needs about 9,000,000 bytes for 9,000 households, a worker has 1,000,000" in found.missing["reason"][0]


def test_the_command_redraws_a_folder_and_says_what_is_missing(city, redrawn, tmp_path):
    from typer.testing import CliRunner

    from libgrid import cli

    one = lg.write_city(tmp_path, [(name, city.open(name)) for name in ("D001", "D002", "D003")])
    (tmp_path / "D002.gpkg").write_bytes(b"no file of ours")
    words = ["city", "redraw", str(one.path), "--effort", "200", "--seed", "3", "--plans", "p", "--halo-m", "0"]
    run = CliRunner().invoke(cli.app, [*words, "--json"])
    assert run.exit_code == 1, run.output
    said = json.loads(run.stdout)
    found = lg.redraw_city(lg.open_city(tmp_path), halo_m=0, **QUICK)
    assert [row["subdistrict_id"] for row in said["missing"]] == ["D002"] and said["seed"] == 3
    assert [row["value"] for row in said["total"]] == pytest.approx(found.total["value"].tolist())
    assert [row["moved_households"] for row in said["subdistricts"]] == found.subdistricts["moved_households"].tolist()
    assert (tmp_path / "D001.p.csv").exists() and not (tmp_path / "D002.p.csv").exists()
    run = CliRunner().invoke(cli.app, [*words, "--quiet"])
    assert run.exit_code == 1 and "missing: D002: IoError" in run.stderr and "kept as it is" in run.stdout
    assert CliRunner().invoke(cli.app, [*words, "--workers", "0"]).exit_code == 2


def test_what_cannot_be_meant_is_refused(city, tmp_path):
    with pytest.raises(lg.InvalidInput, match="effort_per_block must be a whole number"):
        lg.redraw_city(city, effort_per_block=0)
    with pytest.raises(lg.InvalidInput, match="cannot name a file"):
        lg.redraw_city(city, plans="../x")
    with pytest.raises(lg.InvalidInput, match="halo_m must be 0 or more"):
        lg.redraw_city(city, halo_m=-1)
    with pytest.raises(lg.InvalidInput, match=r"no sub-district could be redrawn; the first, D001.*nothing is called"):
        lg.redraw_city(city, limits={"sheep": (1, 2)}, halo_m=0)
