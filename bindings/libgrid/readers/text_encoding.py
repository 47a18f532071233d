"""How the bytes of a text are read: said, marked, UTF-8, GB18030, or not at all. Never Latin-1 by guess."""

from __future__ import annotations

import codecs
import re

from .._core import InvalidInput, IoError

_CHINESE = {"gb2312", "gbk", "gb18030", "cp936", "936", "ms936", "windows936", "ansi936", "xgbk", "euccn", "oem936"}
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def encoding_named(label: str) -> str:
    """The codec that a label means; the names of all Chinese national standards mean GB18030, which holds them.

    >>> encoding_named("GB2312"), encoding_named("CP936"), encoding_named("utf8")
    ('gb18030', 'gb18030', 'utf-8')
    """
    if re.sub(r"[^a-z0-9]", "", label.lower()) in _CHINESE:
        return "gb18030"
    try:
        return codecs.lookup(label).name
    except LookupError:
        raise InvalidInput(f'"{label[:40]}" names no encoding; write it like "UTF-8" or "GB18030"') from None


def decode(raw: bytes, encoding: str | None, path) -> tuple[str, str, bool]:
    """Text, the encoding that it was read as, and whether that was a guess.

    The whole text or nothing: a row read in one encoding beside a row in another would be a guess a row.

    Raises
    ------
    IoError
        The bytes are not of the encoding; the message names the line.
    """
    marked = next((name for mark, name in _MARKS if raw.startswith(mark)), None)
    if encoding is not None:
        name = encoding_named(encoding)
        if marked is not None and (name, marked) != ("gb18030", "utf-8-sig") and name.startswith(("utf-", "utf_")):
            name = marked
        try:
            return raw.decode(name), name, False
        except UnicodeDecodeError as error:
            line = raw.count(b"\n", 0, error.start) + 1
            raise IoError(f"{path}: line {line} is not {name}; say another encoding") from None
    if marked is not None:
        try:
            return raw.decode(marked), marked, False
        except UnicodeDecodeError:
            raise IoError(f"{path}: begins as {marked} and does not go on so; save it again as CSV UTF-8") from None
    try:
        return raw.decode("utf-8"), "utf-8", False
    except UnicodeDecodeError as first:
        try:
            return raw.decode("gb18030"), "gb18030", True
        except UnicodeDecodeError:
            line = raw.count(b"\n", 0, first.start) + 1
            raise IoError(
                f'{path}: line {line} is neither UTF-8 nor GB18030; say its encoding (encoding="Big5", …), or save it '
                f'as "CSV UTF-8"'
            ) from None
