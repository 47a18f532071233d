"""Every system call of a save fails once: the old file stays, or the new one is there and whole."""

import json
import os
import pathlib
import shutil
import subprocess
import sys

import pytest

SUPPORT = pathlib.Path(__file__).resolve().parents[1] / "support"


def test_no_failing_call_breaks_the_old_file_or_passes_for_a_save(tmp_path):
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("no C compiler to build the shim with")
    shim = tmp_path / "fault_shim.so"
    subprocess.run(
        [compiler, "-shared", "-fPIC", "-O1", "-w", "-o", shim, SUPPORT / "fault_shim.c", "-ldl"], check=True
    )
    done = subprocess.run(
        [sys.executable, SUPPORT / "faults.py", shim],
        env={**os.environ, "LD_PRELOAD": str(shim)},
        capture_output=True,
        text=True,
        check=True,
    )
    result = json.loads(done.stdout)
    assert result["bad"] == []
    assert result["fired"] > 100 and result["failed"] > 80, result
