import pytest

import libgrid as lg


@pytest.mark.parametrize(("name", "grids", "teams"), [("town", 6, 3), ("anjing", 252, 20)])
def test_the_samples_open(name, grids, teams):
    area = lg.datasets.load(name)
    assert (area.grids["level"] == "micro").sum() == grids and len(area.teams) == teams
    assert len(lg.read_plan(lg.datasets.path(name, kind="plan_b"), area).issues) == 0


def test_the_shipped_files_have_the_checksums_of_their_page():
    import hashlib

    from conftest import ROOT

    page = (ROOT / "sample_data/README.md").read_text(encoding="utf-8")
    for name in lg.datasets.NAMES:
        digest = hashlib.sha256((ROOT / f"sample_data/{name}.gpkg").read_bytes()).hexdigest()
        assert f"{digest}  {name}.gpkg" in page


def test_the_shipped_files_are_what_the_generator_makes(tmp_path):
    import subprocess
    import sys

    from conftest import ROOT

    subprocess.run(
        [sys.executable, ROOT / "sample_data/generate.py", "--name", "town", "--out", tmp_path / "town.gpkg"],
        check=True,
        capture_output=True,
    )
    assert (tmp_path / "town.gpkg").read_bytes() == lg.datasets.path("town").read_bytes()


@pytest.mark.slow
def test_a_large_place_is_made_written_and_opened(tmp_path):
    import subprocess
    import sys

    from conftest import ROOT

    # Over 200,000 households the generator leaves shapes and Python text behind.
    command = [
        sys.executable,
        ROOT / "sample_data/generate.py",
        "--households",
        "210000",
        "--out",
        tmp_path / "big.gpkg",
    ]
    subprocess.run(command, check=True, capture_output=True)
    area = lg.open_study_area(tmp_path / "big.gpkg")
    assert area.column("households", "inside").sum() == 210_000 and area.issues.ok
    assert (area.plan.household_grid() >= 0)[area.column("households", "inside").astype(bool)].all()


def test_unknown_samples_say_what_there_is():
    with pytest.raises(ValueError, match="town, anjing"):
        lg.datasets.load("paris")
