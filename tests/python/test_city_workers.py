"""A city on workers that die, have too little memory, and are watched: the rest is measured, what is missing named."""

import concurrent.futures
import json
import multiprocessing
import os
import signal
import subprocess
import sys
import urllib.request

import pytest
from libgrid.city.city import City
from libgrid.city.fit import too_large, worker_bytes
from libgrid.generator.city import CitySpec, make_city
from pandas.testing import assert_frame_equal
from typer.testing import CliRunner

import libgrid as lg
from libgrid import cli

SPEC = CitySpec(households=1200, subdistricts=3, communities=3, seed=7)
TABLES = ("subdistricts", "grids", "teams", "issues")


class Deadly(City):
    """A city one of whose sub-districts kills whoever opens it, as one does that takes all memory."""

    def open(self, subdistrict, *, halo_m=0.0):
        if subdistrict == "D002":
            os.kill(os.getpid(), signal.SIGKILL)
        return super().open(subdistrict, halo_m=halo_m)


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    return make_city(tmp_path_factory.mktemp("city"), SPEC)


@pytest.fixture(scope="module")
def measured(city):
    return lg.measure_city(city)


def deadly(city):
    return Deadly(city.path, city.index, city.origin)


def assert_rest_is_measured(found, measured):
    for name in TABLES:
        whole = getattr(measured, name)
        rest = whole[whole["subdistrict_id"] != "D002"].reset_index(drop=True)
        assert_frame_equal(getattr(found, name).reset_index(drop=True), rest, check_exact=True)
    assert found.missing["subdistrict_id"].tolist() == ["D002"] and found.missing["what"].tolist() == ["all"]


@pytest.mark.slow
@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_a_sub_district_that_kills_its_process_twice_is_named_and_the_rest_is_measured(city, measured, method):
    with concurrent.futures.ProcessPoolExecutor(2, mp_context=multiprocessing.get_context(method)) as pool:
        seen = []
        found = lg.measure_city(deadly(city), executor=pool, progress=lambda *counts: seen.append(counts))
    assert found.missing["reason"].tolist() == ["its worker died twice: out of memory, or killed"]
    assert_rest_is_measured(found, measured)
    assert seen == [(1, 3), (2, 3), (3, 3)]


@pytest.fixture(scope="module")
def client():
    distributed = pytest.importorskip("distributed", reason="Dask is not installed: pip install libgrid[dask]")
    import dask

    settings = {"distributed.scheduler.allowed-failures": 1, "distributed.worker.multiprocessing-method": "spawn"}
    with dask.config.set(settings):
        cluster = distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0")
        with cluster, distributed.Client(cluster) as client:
            yield client


@pytest.mark.slow
def test_on_dask_too(city, measured, client):
    found = lg.measure_city(deadly(city), executor=client)
    assert "died again and again" in found.missing["reason"][0]
    assert_rest_is_measured(found, measured)


@pytest.mark.slow
def test_the_dashboard_shows_our_tasks_by_sub_district_and_progress_comes_in_order(city, measured, client):
    pytest.importorskip("bokeh", reason="Dask's dashboard needs bokeh: pip install libgrid[dask]")
    seen, pages, keys = [], [], []

    def watch(done, total):
        seen.append((done, total))
        if done == 1:
            with urllib.request.urlopen(client.dashboard_link, timeout=30) as page:
                pages.append((page.status, page.read().decode()))
            keys.extend(client.run_on_scheduler(lambda dask_scheduler: list(dask_scheduler.tasks)))
            key = next(k for k in keys if k[1] == "D003")
            link = client.dashboard_link.rsplit("/", 1)[0] + "/info/task/" + urllib.request.quote(str(key)) + ".html"
            with urllib.request.urlopen(link, timeout=30) as page:
                pages.append((page.status, page.read().decode()))

    found = lg.measure_city(city, executor=client, progress=watch)
    for name in TABLES:
        assert_frame_equal(getattr(found, name), getattr(measured, name), check_exact=True)
    assert seen == [(1, 3), (2, 3), (3, 3)]
    assert pages[0][0] == 200 and "Dask" in pages[0][1] and "bokeh" in pages[0][1].lower()
    assert pages[1][0] == 200 and "D003" in pages[1][1]
    names = {key[1] for key in keys}
    assert {"D002", "D003"} <= names <= set(city.subdistricts)  # the first may have gone
    assert len({key[0] for key in keys}) == 1 and keys[0][0].startswith("city-")


def test_a_sub_district_that_cannot_fit_is_not_begun_and_the_rest_is_measured(city, measured):
    costs = lg.unit_costs()
    costs.loc[costs["step"] == "memory", ["per_household", "per_subdistrict"]] = [1e6, 0.0]
    city = City(city.path, city.index.assign(households=[400, 900, 300]), city.origin)
    found = lg.measure_city(city, memory_bytes=400_000_000, costs=costs)
    assert_rest_is_measured(found, measured)
    assert found.missing["reason"].tolist() == [
        "memory: it needs about 900,000,000 bytes for 900 households, a worker has 400,000,000; give one more, or "
        "divide it into parts of at most 400 households"
    ]
    with pytest.raises(lg.InvalidInput, match=r"memory: 3 of 3 sub-districts .* the largest needs"):
        lg.measure_city(city, memory_bytes=10**6)  # the measured costs of the package


def test_what_a_worker_has_is_known_without_being_said(city):
    from libgrid.memory_limit import memory_bytes

    assert worker_bytes(None) == memory_bytes()
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        assert worker_bytes(pool) == memory_bytes() // 4

    class Client:
        def scheduler_info(self, n_workers):
            workers = {"a": {"memory_limit": 8_000, "nthreads": 2}, "b": {"memory_limit": 6_000, "nthreads": 1}}
            return {"workers": workers}

    assert worker_bytes(Client()) == 4_000 and worker_bytes(object()) is None
    huge = city.index.assign(households=[10**9, 5, 5])
    reasons = too_large(huge, lg.unit_costs(), memory_bytes())
    assert list(reasons) == ["D001"] and "1,000,000,000 households" in reasons["D001"]
    assert too_large(huge, lg.unit_costs(), None) == {}


def test_the_costs_of_the_package_are_measured_ones_and_no_ones_to_edit():
    costs = lg.unit_costs()
    assert set(costs["step"]) == {"open", "check", "locate", "widen", "coverage", "workload", "memory"}
    assert (costs["per_household"] > 0).all() and costs["measured"].notna().all() and costs["machine"].notna().all()
    costs["per_household"] = 0.0
    assert (lg.unit_costs()["per_household"] > 0).all()


def test_the_command_measures_a_folder_lists_what_is_missing_and_says_so_by_its_exit_code(city, measured, tmp_path):
    run = CliRunner().invoke(cli.app, ["city", "measure", str(city.path), "--json"])
    assert run.exit_code == 0, run.output
    said = json.loads(run.stdout)
    assert said["missing"] == [] and [row["people"] for row in said["subdistricts"]] == [
        float(people) for people in measured.subdistricts["people"]
    ]
    broken = lg.write_city(tmp_path, [(name, city.open(name)) for name in city.subdistricts])
    (tmp_path / "D002.gpkg").write_bytes(b"no file of ours")
    run = CliRunner().invoke(cli.app, ["city", "measure", str(broken.path), "--halo-m", "0", "--quiet"])
    assert run.exit_code == 1 and "missing: D002 (all): IoError" in run.stderr and "D003" in run.stdout
    run = CliRunner().invoke(cli.app, ["city", "measure", str(city.path), "--workers", "0"])
    assert run.exit_code == 2


@pytest.mark.slow
def test_the_command_shares_the_work_out(city, measured):
    words = [sys.executable, "-m", "libgrid.cli", "city", "measure", str(city.path), "--workers", "2", "--json"]
    run = subprocess.run(words, capture_output=True, text=True, timeout=300, check=False)
    assert run.returncode == 0, run.stderr
    rows = json.loads(run.stdout)["subdistricts"]
    assert [row["load"] for row in rows] == pytest.approx(measured.subdistricts["load"].tolist(), abs=1e-9)
