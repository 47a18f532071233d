"""What was set aside is saved with the area and comes back: the rows, why, and the count."""

import numpy as np
import pytest
import shapely
from conftest import line_town

import libgrid as lg


@pytest.fixture
def messy():
    frames = line_town()
    households = frames["households"].copy()
    households["remark"] = [None, "β", np.int64(4), "γ", 2.5, "δ"]
    households["n_usual"] = [-1, 9, 5000, 9, 99999, 9]
    blocks = frames["blocks"].copy()
    bow_tie = shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
    blocks.loc[len(blocks)] = {**blocks.iloc[0].to_dict(), "block_id": "bow", "geometry": bow_tie}
    frames |= {"households": households, "blocks": blocks}
    return lg.StudyArea.from_frames(**frames, crs="EPSG:4544")


def test_rows_reasons_and_counts_come_back(messy, tmp_path):
    messy.save(tmp_path / "a.gpkg")
    back = lg.open_study_area(tmp_path / "a.gpkg")
    assert len(messy.set_aside["households"]) == 3 and len(messy.set_aside["blocks"]) == 1
    for layer in ("households", "blocks"):
        old, new = messy.set_aside[layer], back.set_aside[layer]
        assert old[["row", "code", "reason"]].astype(str).equals(new[["row", "code", "reason"]].astype(str))
        assert shapely.equals_exact(old.geometry.to_numpy(), new.geometry.to_numpy()).all()
    assert back.set_aside["households"]["n_usual"].tolist() == [-1, 5000, 99999]
    assert back.set_aside["households"]["remark"].tolist() == [None, 4, 2.5]
    old, new = messy.ledger.set_index("layer"), back.ledger.set_index("layer")
    assert (old["read"] == new["read"]).all() and (old["set_aside"] == new["set_aside"]).all()
    assert (new["read"] == new[["accepted", "repaired", "set_aside"]].sum(axis=1)).all()
    errors = messy.issues.errors[["code", "layer", "id", "message"]].to_numpy().tolist()
    assert sorted(map(str, errors)) == sorted(
        map(str, back.issues.errors[["code", "layer", "id", "message"]].to_numpy().tolist())
    )


def test_saving_what_was_opened_gives_the_same_bytes(messy, tmp_path):
    messy.save(tmp_path / "a.gpkg")
    lg.open_study_area(tmp_path / "a.gpkg").save(tmp_path / "b.gpkg")
    assert (tmp_path / "a.gpkg").read_bytes() == (tmp_path / "b.gpkg").read_bytes()


def test_a_layer_that_is_replaced_leaves_its_old_losses_behind(messy, tmp_path):
    messy.save(tmp_path / "a.gpkg")
    back = lg.open_study_area(tmp_path / "a.gpkg")
    assert back.set_aside["households"].crs == back.crs
    mended = back.replace(blocks=back.blocks)
    assert not len(mended.set_aside["blocks"]) and len(mended.set_aside["households"]) == 3
