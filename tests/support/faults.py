"""Saves while one call after the other fails, and prints what came of it; run under the shim by test_faults.py."""

from __future__ import annotations

import ctypes
import errno
import json
import pathlib
import sys
import tempfile
import warnings

import pandas as pd
from libgrid.io import TableFrame, read_tables, write_tables

from libgrid import IoError

# Calls whose failure may pass: what they do is not needed for a whole file, or is tried again.
HARMLESS = {"unlink", "fchmod", "flock"}
CASES = [
    ("pwrite", errno.ENOSPC),
    ("pwrite", errno.EIO),
    ("pwrite", 0),  # a short write
    ("pread", errno.EIO),
    ("fsync", errno.EIO),
    ("ftruncate", errno.EIO),
    ("rename", errno.EACCES),
    ("open", errno.EMFILE),
    ("open", errno.EACCES),
    ("unlink", errno.EPERM),
    ("fchmod", errno.EPERM),
    ("flock", errno.ENOLCK),
]


def save(path: pathlib.Path, number: int) -> None:
    frame = pd.DataFrame({"household_id": [f"h{i}" for i in range(2_000)], "state": number})
    write_tables(path, {"households": TableFrame(frame)}, keep_generations=2, saved_at="2026-01-01")


def main() -> None:
    shim = ctypes.CDLL(sys.argv[1])
    counts = {"runs": 0, "failed": 0, "fired": 0}
    bad = []
    with tempfile.TemporaryDirectory() as name:
        path = pathlib.Path(name) / "town.gpkg"
        save(path, 0)
        save(path, 1)
        number, old = 1, path.read_bytes()
        for call, error in CASES:
            nth = 1
            while True:
                shim.fault_arm(call.encode(), error, nth)
                failure = None
                try:
                    with warnings.catch_warnings(record=True) as said:
                        warnings.simplefilter("always")
                        save(path, number + 1)
                except IoError as problem:
                    failure = str(problem)
                except BaseException as problem:  # anything else is a finding
                    failure = str(problem)
                    bad.append(f"{call} {error} #{nth}: {type(problem).__name__}: {problem}")
                fired = shim.fault_disarm()
                counts["runs"] += 1
                counts["fired"] += fired
                counts["failed"] += failure is not None
                here = f"{call} {error} #{nth}"
                if failure is not None:
                    if path.read_bytes() != old:
                        bad.append(f"{here}: failed and changed the file")
                    if "untouched" not in failure and "nothing was changed" not in failure:
                        bad.append(f"{here}: does not say that the old file is whole: {failure}")
                else:
                    state = set(read_tables(path)[0]["households"].frame["state"])
                    if state != {number + 1}:
                        bad.append(f"{here}: no error, yet the file holds {state}")
                    if fired and call not in HARMLESS and error != 0 and not said:
                        bad.append(f"{here}: the failure went unnoticed")
                    number, old = number + 1, path.read_bytes()
                left = sorted(p.name for p in path.parent.iterdir() if p != path)
                if left and call != "unlink":
                    bad.append(f"{here}: left behind {left}")
                if not fired:
                    break
                nth += 1
        save(path, number + 1)
        if len(list(path.parent.iterdir())) != 1:
            bad.append("the last save did not tidy up")
    print(json.dumps(counts | {"bad": bad}))


if __name__ == "__main__":
    main()
