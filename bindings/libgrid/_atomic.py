"""Files of text and tables, replaced whole or not at all; study areas have their own way, in the core."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from ._core import IoError


def replace_file(path, write: Callable[[Path], None]) -> None:
    """Write beside the target, sync, rename: the old file or the new one, never in between."""
    temp = None
    try:
        target = Path(path).resolve()
        handle, name = tempfile.mkstemp(prefix=f".{target.name[:200]}.libgrid-", suffix=".tmp", dir=target.parent)
        os.close(handle)
        temp = Path(name)
        mode = target.stat().st_mode & 0o7777 if target.exists() else 0o666 & ~_umask()
        write(temp)
        with open(temp, "rb+") as file:
            os.fsync(file.fileno())
        temp.chmod(mode)
        temp.replace(target)
        temp = None
    except OSError as error:
        raise IoError(f"{path}: not saved, the old file is untouched ({error.strerror or error})") from None
    finally:
        if temp is not None:
            temp.unlink(missing_ok=True)


def _umask() -> int:
    # /proc tells it without setting it, which would race with other threads.
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("Umask:"):
            return int(line.split()[1], 8)
    return 0o022
