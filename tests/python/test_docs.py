"""What the pages promise: the README's example runs, the notebooks run, the links lead somewhere."""

import pathlib
import re
import subprocess
import sys

import nbformat
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]


def readme_example() -> str:
    return re.search(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.S)[1]


def test_the_readme_example_runs_and_is_about_twenty_lines(tmp_path):
    code = readme_example()
    assert len([line for line in code.splitlines() if line.strip()]) <= 22
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out/report.html").exists() and "change doctor" in done.stdout


@pytest.mark.parametrize("path", sorted(ROOT.glob("notebooks/*.ipynb")), ids=lambda p: p.name)
def test_notebooks_run_from_top_to_bottom(path, monkeypatch):
    sys.path.insert(0, str(ROOT / "tools"))
    from run_notebooks import run

    monkeypatch.chdir(path.parent)
    run(path)


@pytest.mark.parametrize("path", sorted(ROOT.glob("notebooks/*.ipynb")), ids=lambda p: p.name)
def test_notebooks_are_committed_executed_and_small(path):
    notebook = nbformat.read(path, as_version=4)
    assert path.stat().st_size < 300_000
    cells = [c for c in notebook.cells if c.cell_type == "code"]
    assert all(c.execution_count for c in cells) and any("assert" in c.source for c in cells)
    assert any("image/png" in o.get("data", {}) for c in cells for o in c.outputs)


def test_links_lead_somewhere():
    for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *ROOT.glob("docs/**/*.md"), *ROOT.glob("*/README.md")]:
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text()):
            if "://" not in target:
                assert (page.parent / target).exists(), f"{page}: {target}"


def test_the_data_model_page_and_the_schema_agree():
    from libgrid.schema import LAYERS

    page = (ROOT / "docs/reference/data-model.md").read_text()
    for name, layer in LAYERS.items():
        section = page.split(f"## {name}:")[1].split("\n## ")[0]
        described = set(re.findall(r"`([a-z_0-9]+)`", "\n".join(re.findall(r"^\|([^|]+)\|", section, re.M))))
        assert described - {"column", "geometry"} == {c.name for c in layer.columns}, name
