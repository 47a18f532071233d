"""Makes the sample study areas: a GeoPackage, and an Excel file with a second plan.

python sample_data/generate.py --name anjing
python sample_data/generate.py --households 1000000 --seed 3 --out big.gpkg
"""

import argparse
import importlib.util
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
DEFAULTS = {"town": (300, 3), "anjing": (16_000, 1)}
TITLE = {
    "town": "示例小镇微网格调整方案（示例）",
    "anjing": "安靖街道微网格调整方案（示例）",
    None: "微网格调整方案（示例）",
}
LAYERS = ("blocks", "households", "grids", "sites", "teams", "sessions", "roads")
# Excel's own limit is 1,048,576 rows; three of them are headings here.
MOST_EXCEL_ROWS = 1_048_000


def load_generator():
    """The generator of the installed package, or by path in a checkout that is not built."""
    try:
        from libgrid import generator
    except ImportError:
        folder = HERE.parent / "bindings" / "libgrid" / "generator"
        spec = importlib.util.spec_from_file_location(
            "libgrid_generator", folder / "__init__.py", submodule_search_locations=[str(folder)]
        )
        generator = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = generator
        spec.loader.exec_module(generator)
    return generator


def write_plan_xlsx(plan, blocks, title, path):
    """Writes a plan the way an office would: a merged title, Chinese headings, ids as text."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font

    book = Workbook()
    sheet = book.active
    sheet.title = "调整方案"
    sheet.append([title])
    sheet.merge_cells("A1:C1")
    sheet["A1"].alignment, sheet["A1"].font = Alignment(horizontal="center"), Font(bold=True, size=14)
    sheet.append(["基本单元编号", "微网格编号", "备注"])
    today = blocks["grid_id"].to_numpy()
    for block, new, old in zip(plan["block_id"], plan["grid_id"], today, strict=True):
        sheet.append([str(block), str(new), "" if new == old else f"由{old}调入"])
    # Text, so that Excel does not turn 17 digits into a rounded number.
    for row in sheet.iter_rows(min_row=3, max_col=2):
        for cell in row:
            cell.number_format = "@"
            cell.data_type = "s"
    for column, width in (("A", 18), ("B", 24), ("C", 30)):
        sheet.column_dimensions[column].width = width
    sheet.freeze_panes = "A3"
    book.save(path)


def write_area(frames, path):
    """Writes the layers as they are, planted faults included: setting rows aside is the reader's task."""
    import geopandas as gpd
    import pandas as pd
    import shapely
    from libgrid.io import TableFrame, write_tables
    from libgrid.schema import LAYERS as schema

    tables = {}
    for name in LAYERS:
        frame, kind = frames[name], schema[name].geometry or "none"
        shapes = frame.geometry.to_numpy() if isinstance(frame, gpd.GeoDataFrame) else None
        if shapes is None and kind == "point":
            shapes = shapely.points(frame["x"], frame["y"])
        attributes = pd.DataFrame(frame.drop(columns=["geometry", "x", "y"], errors="ignore"))
        for column in attributes.columns[attributes.dtypes == "category"]:
            attributes[column] = attributes[column].astype("str")
        tables[name] = TableFrame(attributes, kind if shapes is not None else "none", shapes)
    write_tables(path, tables, crs="EPSG:4544")


def summary(frames):
    """Lines that say what was made."""
    homes, blocks, grids = frames["households"], frames["blocks"], frames["grids"]
    inside = homes[homes["inside"]]
    usual = int(inside["n_usual"].sum())
    known = inside[inside["n_age65"].notna()]
    changed = int((frames["plan_b"]["grid_id"].to_numpy() != blocks["grid_id"].to_numpy()).sum())
    levels = ", ".join(f"{n:,} {level}" for level, n in grids["level"].value_counts().items())
    kinds = ", ".join(f"{n:,} {kind}" for kind, n in frames["sites"]["kind"].value_counts().items())
    older = known["n_age65"].sum() / known["n_usual"].sum()
    return [
        f"households {len(inside):,} inside, {len(homes) - len(inside):,} beyond; {len(blocks):,} blocks",
        f"usual residents {usual:,} ({usual / len(inside):.2f} a household), migrants"
        f" {inside['n_migrant'].sum() / usual:.1%}, 65 and over {older:.1%}",
        f"grids: {levels}",
        f"sites: {kinds}; {len(frames['teams']):,} teams, {len(frames['sessions']):,} sessions,"
        f" {len(frames['roads']):,} roads ({int(frames['roads']['bridge'].sum())} over bridges)",
        f"the other plan moves {changed:,} blocks ({changed / len(blocks):.1%})",
    ]


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--name", choices=sorted(DEFAULTS), help="one of the shipped places")
    parser.add_argument("--all", action="store_true", help="both shipped places")
    parser.add_argument("--households", type=int, help="households inside (default: the place's own)")
    parser.add_argument("--seed", type=int, help="same seed, same place (default: the named place's, or 1)")
    parser.add_argument("--out", type=Path, help="the GeoPackage (default: beside this script)")
    options = parser.parse_args(arguments)
    if options.all:
        for name in sorted(DEFAULTS):
            main(["--name", name])
        return
    households, seed = DEFAULTS.get(options.name, (16_000, 1))
    households = options.households or households
    seed = seed if options.seed is None else options.seed
    out = options.out or HERE / f"{options.name or f'place_{households}'}.gpkg"
    frames = load_generator().make_study_area(households=households, seed=seed, name=options.name)
    print(f"{out.stem}: seed {seed}")
    print("\n".join("  " + line for line in summary(frames)))
    write_area(frames, out)
    print(f"  wrote {out}")
    if len(frames["plan_b"]) <= MOST_EXCEL_ROWS:
        plan = out.with_name(f"{out.stem}_plan_b.xlsx")
        write_plan_xlsx(frames["plan_b"], frames["blocks"], TITLE[options.name], plan)
        print(f"  wrote {plan}")


if __name__ == "__main__":
    main()
