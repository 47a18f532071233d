import geopandas as gpd
import shapely
from libgrid.unreached import far_from_roads

import libgrid as lg


def moved(line, x):
    homes = line["households"]
    shapes = homes.geometry.to_numpy().copy()
    shapes[3] = shapely.Point(x, 3_400_000)
    return lg.StudyArea.from_frames(
        **line | {"households": homes.set_geometry(gpd.GeoSeries(shapes, crs=homes.crs))}, crs="EPSG:4544"
    )


def test_the_street_ends_at_600_and_reaches_500_metres_farther(line):
    assert far_from_roads(moved(line, 401_099.9))[0].ids == []
    (found,) = far_from_roads(moved(line, 401_100.1))
    assert (found.code, found.ids, found.values) == ("LG-N018", ["h3"], ["500"])


def test_neighbours_beyond_the_border_and_areas_without_roads_are_not_asked(line):
    line["households"]["inside"] = [True, True, True, False, True, True]
    assert far_from_roads(moved(line, 405_000))[0].ids == []
    del line["roads"]
    assert far_from_roads(moved(line, 405_000)) == []


def test_the_place_of_a_household_is_not_shown(line):
    (found,) = far_from_roads(moved(line, 405_000))
    assert found.geometry == [] and "405" not in str(found)
