"""The report in a real browser: it shows, it fits, and no request leaves the page."""

import json
import re
import shutil
import subprocess
from urllib.parse import urlsplit

import pytest
from PIL import Image

import libgrid as lg

CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed (./dev test installs it)")
# Without these a headless browser talks to its maker at every start, which would hide a request of ours.
QUIET = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--hide-scrollbars",
]  # fmt: skip


@pytest.fixture(scope="module", params=["zh", "en"])
def page(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("page")
    area = lg.datasets.load("town")
    return lg.report(area, folder / "report.html", lang=request.param, title=lg.datasets.TITLES["town"])


def hosts_asked(address, folder, *extra):
    """The hosts that a browser asks while it shows an address."""
    log = folder / "net.json"
    subprocess.run(
        [CHROMIUM, *QUIET, f"--user-data-dir={folder / 'profile'}", f"--log-net-log={log}", *extra, address],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    text = log.read_text()
    try:
        events = json.loads(text)["events"]
    except json.JSONDecodeError:  # a log that was cut off while it was written
        events = json.loads(text.rstrip().rstrip(",") + "]}")["events"]
    asked = {urlsplit(str(e.get("params", {}).get("url", ""))) for e in events}
    return {url.hostname for url in asked if url.scheme in ("http", "https", "ws", "wss")}


def test_the_page_shows_its_maps_and_asks_nobody(page, tmp_path):
    shot = tmp_path / "page.png"
    (tmp_path / "empty").mkdir()
    # What the browser asks of its own accord, an empty page shows.
    own = hosts_asked("about:blank", tmp_path / "empty", f"--screenshot={tmp_path / 'empty.png'}")
    asked = hosts_asked(page.as_uri(), tmp_path, f"--screenshot={shot}", "--window-size=1000,2400")
    assert not {host for host in asked - own if not host.endswith(".google.com")}

    with Image.open(shot) as picture:
        colours = picture.convert("RGB").getcolors(maxcolors=10**7)
        assert picture.size == (1000, 2400) and len(colours) > 200  # maps and text, not an empty page


def test_the_page_prints_on_a4(page, tmp_path):
    pdf = tmp_path / "page.pdf"
    subprocess.run(
        [CHROMIUM, *QUIET, f"--user-data-dir={tmp_path / 'profile'}", f"--print-to-pdf={pdf}", page.as_uri()],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf.read_bytes())
    assert 3 <= len(boxes) <= 12
    assert {(round(float(w)), round(float(h))) for w, h in boxes} == {(595, 842)}
