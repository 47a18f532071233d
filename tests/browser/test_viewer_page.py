"""The offline viewer in a real browser: it draws, finds, tells and asks nobody."""

import re
import subprocess

import pytest
from PIL import Image
from test_report_page import CHROMIUM, QUIET, hosts_asked

import libgrid as lg

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed (./dev test installs it)")


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    town = lg.datasets.load("town")
    return lg.assess(town).explore(lang="en").save(tmp_path_factory.mktemp("viewer") / "town.html")


def after(page, folder, script: str) -> str:
    """The page's elements once a script of ours has run in it."""
    copy = folder / "copy.html"
    text = page.read_text(encoding="utf-8").replace("</body>", f"<script>{script}</script></body>")
    copy.write_text(text, encoding="utf-8")
    options = [f"--user-data-dir={folder / 'profile'}", "--window-size=1000,700", "--dump-dom"]
    command = [CHROMIUM, *QUIET, *options, copy.as_uri()]
    shown = subprocess.run(command, check=True, capture_output=True, timeout=120, text=True)
    return shown.stdout


def test_the_map_is_drawn_and_asks_nobody(page, tmp_path):
    shot = tmp_path / "viewer.png"
    (tmp_path / "empty").mkdir()
    own = hosts_asked("about:blank", tmp_path / "empty", f"--screenshot={tmp_path / 'empty.png'}")
    asked = hosts_asked(page.as_uri(), tmp_path, f"--screenshot={shot}", "--window-size=1000,700")
    assert not {host for host in asked - own if not host.endswith(".google.com")}
    with Image.open(shot) as picture:
        inside = picture.convert("RGB").crop((0, 0, 760, 700)).getcolors(maxcolors=10**7)
        assert len(inside) > 50


def test_layers_can_be_ticked_and_a_column_chosen_with_its_legend(page, tmp_path):
    dom = after(
        page, tmp_path,
        'const s=document.querySelector("select"); s.value="response_mean_s"; s.dispatchEvent(new Event("change"));',
    )  # fmt: skip
    legend = re.search(r'<div id="legend">(.*?)</aside>', dom, re.S)[1]
    assert "own team arrives (min)" in legend and legend.count("<i ") == 6
    assert dom.count('type="checkbox"') >= 4


def test_an_id_is_found_and_an_unknown_one_is_said_to_be_none(page, tmp_path):
    grid = lg.datasets.load("town").plan.frame["grid_id"].dropna().iloc[0]
    find = 'const q=document.getElementById("search"); q.value="{}"; q.dispatchEvent(new Event("change"));'
    assert f'role="status">Grids {grid}<' in after(page, tmp_path, find.format(str(grid).lower()))
    assert 'role="status">nothing found<' in after(page, tmp_path, find.format("no-such-id"))


def test_pointing_at_a_grid_tells_its_id_and_answers(page, tmp_path):
    script = """
      const map = document.getElementById("map");
      for (const tick of document.querySelectorAll("#layers input")) {
        if (tick.parentElement.textContent.includes("Grids")) continue;
        tick.checked = false;
        tick.dispatchEvent(new Event("change"));
      }
      const move = new PointerEvent("pointermove", { bubbles: true });
      Object.defineProperty(move, "offsetX", { value: map.clientWidth / 2 });
      Object.defineProperty(move, "offsetY", { value: map.clientHeight / 2 });
      map.dispatchEvent(move);
    """
    dom = after(page, tmp_path, script)
    tip = re.search(r'<div id="tip"(.*?)</main>', dom, re.S)[1]
    assert "hidden" not in tip.split(">")[0] and "grid: " in tip and "own team arrives (min): " in tip
