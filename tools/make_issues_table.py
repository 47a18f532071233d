#!/usr/bin/env python3
"""Write docs/reference/issues.md from the catalogue; with --check, fail when it is not up to date."""

import pathlib
import sys

from libgrid.catalogue import CATALOGUE

PAGE = pathlib.Path(__file__).resolve().parent.parent / "docs/reference/issues.md"
FAMILIES = {
    "P": "polygons, lines, coordinates and their CRS",
    "H": "households, and text and ids of any layer",
    "N": "street networks",
    "D": "teams and sessions",
    "G": "grids and blocks",
    "F": "files, layers and columns",
    "L": "plans drawn elsewhere",
}
HEAD = """# Issues

Everything that reading and checking can find, made from the catalogue by `python tools/make_issues_table.py`.
An **error** means that the row was set aside, or the value emptied, until it is mended; a **warning** that it was taken
although it looks wrong; **info** that it was taken and something is worth knowing. Codes are never reused for another
meaning. In the texts, `{column}` stands for the column, `{value}` for what was measured and `{other}` for the id of the
other row; what stands in a household's cells is never shown.
"""


def text() -> str:
    lines = [HEAD]
    letters = sorted(
        {code[3] for code in CATALOGUE}, key=lambda c: (list(FAMILIES).index(c) if c in FAMILIES else 99, c)
    )
    for letter in letters:
        lines.append(f"\n## LG-{letter}: {FAMILIES.get(letter, 'others')}\n")
        lines.append("| code | | what | 说明 | cure | 处理 |")
        lines.append("| --- | --- | --- | --- | --- | --- |")
        for code in sorted(c for c in CATALOGUE if c[3] == letter):
            entry = CATALOGUE[code]
            cells = (f"`{code}`", entry.severity, entry.en, entry.zh, entry.fix_en, entry.fix_zh)
            lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    if "--check" in sys.argv:
        current = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
        sys.exit(0 if current == text() else "docs/reference/issues.md is old: run python tools/make_issues_table.py")
    PAGE.write_text(text(), encoding="utf-8")
