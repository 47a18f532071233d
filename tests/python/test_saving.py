"""A save is killed, crowded, starved of space and locked out: the old file or the new one, every time."""

import importlib.util
import itertools
import os
import pathlib
import pickle
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import pytest
from conftest import line_town

import libgrid as lg
from libgrid import _gdalio

ROOT = pathlib.Path(__file__).resolve().parents[2]


def load_tool(name):
    spec = importlib.util.spec_from_file_location(name, ROOT / f"tools/{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def area():
    return lg.StudyArea.from_frames(**line_town(), crs="EPSG:4544")


def in_child(work) -> int:
    """The exit code of a forked process that does the work: 0 when nothing was raised, 3 for IoError."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work()
            code = 0
        except lg.IoError as error:
            code = 3 if "nothing was changed" in str(error) or "untouched" in str(error) else 4
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_fifty_kills_leave_the_old_file_or_the_new_one(tmp_path):
    outcomes = load_tool("soak_kill").run_trials(tmp_path, 50, seed=4)
    assert sum(outcomes.values()) == 50 and outcomes["old"] > 10


def test_the_kill_test_would_notice_a_mixture(tmp_path):
    soak = load_tool("soak_kill")
    from libgrid.io import write_tables

    mixed = {"households": soak.state(1)["households"], "teams": soak.state(2)["teams"]}
    write_tables(tmp_path / "a.gpkg", mixed)
    with pytest.raises(AssertionError, match="mixture"):
        soak.read_state(tmp_path / "a.gpkg")


def content_of(path):
    """Everything that a file says, as bytes to compare."""
    read = _gdalio.read_geopackage(os.fsencode(path))
    former = [
        _gdalio.read_geopackage(os.fsencode(path), True, g["generation"])
        for g in _gdalio.read_history(os.fsencode(path))
    ]
    return pickle.dumps((read, former))


def put(path, at, byte):
    with open(path, "r+b") as file:
        file.seek(at)
        file.write(bytes([byte]))


def test_two_thousand_flipped_bytes_and_every_truncation_are_found_or_harmless(area, tmp_path):
    path = tmp_path / "town.gpkg"
    area.save(path)
    area.with_plan(area.plan, "as it was").save(path, note="second", when="2026-01-01")
    whole, content = path.read_bytes(), content_of(path)
    rng, found = random.Random(7), 0
    for _ in range(2000):
        at = rng.randrange(len(whole))
        put(path, at, whole[at] ^ rng.randrange(1, 256))
        try:
            assert content_of(path) == content
        except lg.IoError:
            found += 1
        put(path, at, whole[at])
    assert path.read_bytes() == whole
    assert found > 100  # the rest hit unused room or what decides nothing
    for size in sorted(rng.sample(range(len(whole)), 60)):
        path.write_bytes(whole[:size])
        try:
            assert content_of(path) == content
            found -= 1
        except lg.IoError:
            found += 1
    assert found > 150  # nearly every cut is seen; one within the last page may take only unused room


def test_writers_and_readers_at_the_same_time(tmp_path):
    soak = load_tool("soak_kill")
    path = tmp_path / "town.gpkg"
    soak.save(path, 0)
    end = time.monotonic() + 4

    def write(start):
        number = start
        while time.monotonic() < end:
            soak.save(path, number)
            number += 2

    def read():
        seen = set()
        while time.monotonic() < end:
            seen.add(soak.read_state(path))
        assert len(seen) > 1

    children = []
    for work in (lambda: write(1), lambda: write(2), read, read, read):
        child = os.fork()
        if child == 0:
            code = 1
            try:
                work()
                code = 0
            finally:
                os._exit(code)
        children.append(child)
    assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0] * 5
    assert [p.name for p in tmp_path.iterdir()] == ["town.gpkg"]


@pytest.mark.parametrize("limit", [0, 4096, 20_000, 60_000])
def test_a_quota_stops_the_save_and_nothing_else(area, tmp_path, limit):
    path = tmp_path / "town.gpkg"
    area.save(path)
    before = path.read_bytes()

    def save():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        area.with_plan(area.plan, "x").save(path)

    assert in_child(save) == 3
    assert path.read_bytes() == before and len(list(tmp_path.iterdir())) == 1


def test_a_full_disk_stops_the_save_and_nothing_else(tmp_path):
    """On a small tmpfs of its own name space, with room in steps of a third."""
    if shutil.which("unshare") is None:
        pytest.skip("no unshare here")
    mount = tmp_path / "disk"
    mount.mkdir()
    probe = ["unshare", "-rm", "mount", "-t", "tmpfs", "t", str(mount)]
    if subprocess.run(probe, capture_output=True).returncode != 0:
        pytest.skip("this system lets nobody mount a tmpfs of their own")
    script = f"""
import pathlib, subprocess, sys
import libgrid as lg
disk = pathlib.Path({str(mount)!r})
path = disk / "town.gpkg"
area = lg.datasets.load("town")
area.save(path)
before, outcomes = path.read_bytes(), []
extra = 64 * 1024
while True:
    subprocess.run(["mount", "-o", f"remount,size={{len(before) + 8192 + extra}}", disk], check=True)
    try:
        area.with_plan(area.plan, "x").save(path)
        outcomes.append("saved")
        break
    except lg.IoError as error:
        assert path.read_bytes() == before and len(list(disk.iterdir())) == 1
        assert "MB are free" in str(error), error
        outcomes.append("refused")
    extra = int(extra * 1.3)
lg.open_study_area(path)
print(len(outcomes), outcomes[0], outcomes[-1])
"""
    done = subprocess.run(
        [
            "unshare",
            "-rm",
            "sh",
            "-c",
            f'mount -t tmpfs -o size=64m t "{mount}" && exec "$0" -c "$1"',
            sys.executable,
            script,
        ],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    steps, first, last = done.stdout.split()
    assert int(steps) > 3 and (first, last) == ("refused", "saved")


def test_a_folder_that_cannot_be_written_gives_a_clear_error(area, tmp_path):
    path = tmp_path / "town.gpkg"
    area.save(path)
    before = path.read_bytes()
    os.chmod(path, 0o644)
    os.chmod(tmp_path, 0o555)
    # Up to the folder that everybody may enter: one level more where tests run side by side.
    for parent in itertools.takewhile(lambda p: p != pathlib.Path(tempfile.gettempdir()), tmp_path.parents):
        os.chmod(parent, os.stat(parent).st_mode | 0o055)

    def save():
        if os.getuid() == 0:  # root may write anywhere
            os.setgroups([])
            os.setgid(65534)
            os.setuid(65534)
        lg.open_study_area(path)
        area.save(path, overwrite=True)

    try:
        assert in_child(save) == 3
        assert path.read_bytes() == before and len(list(tmp_path.iterdir())) == 1
    finally:
        os.chmod(tmp_path, 0o755)


def test_hard_links_are_warned_about(area, tmp_path):
    area.save(tmp_path / "a.gpkg")
    os.link(tmp_path / "a.gpkg", tmp_path / "b.gpkg")
    with pytest.warns(UserWarning, match="2 names"):
        area.save(tmp_path / "a.gpkg")
