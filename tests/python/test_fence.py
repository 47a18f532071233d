"""Names and files from strangers cause no network request, hang nothing and are answered by our own errors."""

import json
import pathlib
import shutil
import subprocess
import sys

import pytest

SCRIPT = pathlib.Path(__file__).resolve().parents[1] / "support/fence.py"
# What may be read: nothing in it reaches out, and what tried to is gone or only text.
HARMLESS = {"town.gpkg", "plan.csv", "wfs.csv", "links.xlsx", "link.kml", "stac.geojson"}


def watched(folder, trace, *extra):
    """The script's answers and the number of sockets that it asked for."""
    command = [
        *("strace", "-f", "-qq", "--seccomp-bpf", "-e", "trace=network", "-o", str(trace)),
        *(sys.executable, str(SCRIPT), str(folder), *extra),
    ]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    calls = [line for line in trace.read_text().splitlines() if "socket(" in line or "connect(" in line]
    return json.loads(done.stdout.splitlines()[-1]), calls


@pytest.fixture(scope="module")
def tracer():
    if shutil.which("strace") is None or subprocess.run(["strace", "-qq", "true"], capture_output=True).returncode != 0:
        pytest.skip("no strace that may trace (apt-packages-test.txt has it)")


def test_no_name_and_no_file_opens_a_socket(tracer, tmp_path):
    (tmp_path / "files").mkdir()
    answers, calls = watched(tmp_path / "files", tmp_path / "trace")
    assert calls == []
    odd = {door: {n: a for n, a in given.items() if a.startswith("!")} for door, given in answers.items()}
    assert not any(odd.values()), odd
    for door, given in answers.items():
        read = {name for name, answer in given.items() if answer == "read"}
        if door != "save":
            allowed = HARMLESS | ({"crs.gpkg"} if door == "list_layers" else set())
            assert {pathlib.Path(name).name for name in read} <= allowed, (door, read)
    assert answers["open_study_area"]["/dev/zero"] == "IoError"
    assert not (tmp_path / "slipped.geojson").exists() and not (tmp_path.parent / "slipped.geojson").exists()


def test_the_watcher_would_see_a_socket(tracer, tmp_path):
    (tmp_path / "files").mkdir()
    _, calls = watched(tmp_path / "files", tmp_path / "trace", "--reach-out", "--nothing-else")
    assert len(calls) == 1
