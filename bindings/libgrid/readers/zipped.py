"""Archives: what is inside, under limits, and never anywhere but in a folder of our own."""

from __future__ import annotations

import contextlib
import gzip
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from .._core import IoError
from ..issues import name_some
from .budget import Budget

MAX_ENTRIES = 1_000
MAX_BYTES = 4 * 2**30
MAX_RATIO = 200
_PIECE = 1 << 20
_SHAPE_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_ALONE = (".geojson", ".json", ".fgb", ".gpkg", ".csv", ".tsv", ".kml", ".parquet")
_ARCHIVES = (".zip", ".gz", ".7z", ".rar", ".tar", ".tgz", ".kmz")


def check_zip(path: Path) -> zipfile.ZipFile:
    """The archive, opened, after its directory was held against the limits. The caller closes it.

    Raises
    ------
    IoError
        Too many entries, too large, packed too tightly, encrypted, or names that lead out of the archive.
    """
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise IoError(f"{path}: no zip archive that can be read ({error})") from None
    entries = archive.infolist()

    def refuse(what: str) -> None:
        archive.close()
        raise IoError(f"{path}: {what}; unpack it yourself if you trust it, and give the file inside")

    if len(entries) > MAX_ENTRIES:
        refuse(f"{len(entries):,} entries, more than {MAX_ENTRIES:,}")
    if sum(e.file_size for e in entries) > MAX_BYTES:
        refuse(f"more than {MAX_BYTES >> 30} GiB unpacked")
    tight = [e.filename for e in entries if e.file_size > MAX_RATIO * max(e.compress_size, 1) and e.file_size > _PIECE]
    if tight:
        refuse(f"{name_some(tight)} is packed more than {MAX_RATIO} to 1")
    if any(e.flag_bits & 1 for e in entries):
        refuse("it has a password")
    out = [e.filename for e in entries if _leads_out(e)]
    if out:
        refuse(f"an entry leads out of the archive or is a link ({len(out)} in all)")
    return archive


def _leads_out(entry: zipfile.ZipInfo) -> bool:
    name = entry.orig_filename
    link = stat.S_ISLNK(entry.external_attr >> 16)
    return link or "\\" in name or "\0" in name or name.startswith("/") or ".." in PurePosixPath(name).parts


def is_workbook(archive: zipfile.ZipFile) -> bool:
    return "xl/workbook.xml" in archive.namelist()


def read_member(archive: zipfile.ZipFile, name: str, path: Path) -> bytes:
    """One entry's bytes; never more than its directory says and the limits allow."""
    entry = archive.getinfo(name)
    try:
        with archive.open(entry) as member:
            data = member.read(entry.file_size + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise IoError(f"{path}: {name_some([name])} cannot be unpacked ({error})") from None
    if len(data) > entry.file_size:
        raise IoError(f"{path}: {name_some([name])} is longer than the archive says; the archive is damaged or a trap")
    return data


@contextlib.contextmanager
def unpacked(path: Path, layer: str | None, budget: Budget | None = None) -> Iterator[tuple[Path, str, str | None]]:
    """The one data set of an archive in a folder of ours that is gone afterwards: its path, name, and layer."""
    with contextlib.closing(check_zip(path)) as archive, tempfile.TemporaryDirectory(prefix="libgrid-") as folder:
        sets: dict[str, list[zipfile.ZipInfo]] = {}
        for entry in archive.infolist():
            inner = PurePosixPath(entry.filename)
            if entry.is_dir() or inner.name.startswith(".") or "__MACOSX" in inner.parts:
                continue
            suffix = inner.suffix.lower()
            if suffix in _ARCHIVES:
                raise IoError(f"{path}: holds another archive ({inner.suffix}); unpack that one and give it by itself")
            if suffix in (*_SHAPE_PARTS, *_ALONE):
                sets.setdefault(_real_name(entry)[: -len(suffix)], []).append(entry)
        sets = {stem: parts for stem, parts in sets.items() if any(_is_head(e) for e in parts)}
        stems = {PurePosixPath(stem).name: stem for stem in sets}
        chosen, inner_layer = layer, None
        if len(sets) == 1 and layer not in stems:
            chosen, inner_layer = next(iter(stems)), layer
        if chosen is None:
            raise IoError(f"{path}: holds {len(sets)} layers, name one: {name_some(list(stems), 20)}")
        if chosen not in stems:
            raise IoError(f'{path}: no layer "{chosen}"; there are {name_some(list(stems), 20) or "none"}')
        target = None
        if budget is not None:
            budget.check_bytes(sum(entry.file_size for entry in sets[stems[chosen]]))
        for entry in sets[stems[chosen]]:
            suffix = PurePosixPath(entry.filename).suffix.lower()
            part = Path(folder) / f"layer{suffix}"  # a name of ours: theirs is never a path
            part.write_bytes(read_member(archive, entry.filename, path))
            if _is_head(entry):
                target = part
        yield target, chosen, inner_layer


def _is_head(entry: zipfile.ZipInfo) -> bool:
    suffix = PurePosixPath(entry.filename).suffix.lower()
    return suffix == ".shp" or suffix in _ALONE


def _real_name(entry: zipfile.ZipInfo) -> str:
    """Without the UTF-8 mark, names from Chinese Windows are GBK, which zipfile shows as code page 437."""
    if entry.flag_bits & 0x800:
        return entry.filename
    raw = entry.filename.encode("cp437", errors="ignore")
    for encoding in ("utf-8", "gb18030"):
        with contextlib.suppress(UnicodeDecodeError):
            return raw.decode(encoding)
    return entry.filename


@contextlib.contextmanager
def gunzipped(path: Path, budget: Budget | None = None) -> Iterator[Path]:
    """A .gz file's content in a folder of ours that is gone afterwards, under the same limits."""
    packed = path.stat().st_size
    most = min(MAX_BYTES, max(MAX_RATIO * packed, _PIECE))
    with tempfile.TemporaryDirectory(prefix="libgrid-") as folder:
        suffix = Path(path.stem).suffix.lower()
        target = Path(folder) / f"layer{suffix if suffix in (*_ALONE, '.txt') else '.csv'}"
        try:
            with gzip.open(path, "rb") as packed_file, open(target, "wb") as out:
                while piece := packed_file.read(_PIECE):
                    if budget is not None:
                        budget.check_bytes(out.tell() + len(piece))
                        budget.check_time()
                    if out.tell() + len(piece) > most:
                        raise IoError(
                            f"{path}: unpacks to more than {most:,} bytes; unpack it yourself if you trust it"
                        )
                    out.write(piece)
        except (gzip.BadGzipFile, zlib.error, EOFError) as error:
            raise IoError(f"{path}: cannot be unpacked ({error})") from None
        yield target


__all__ = ["check_zip", "gunzipped", "is_workbook", "read_member", "unpacked"]
