"""Towns drawn as text and written as OpenStreetMap files: letters are nodes a hundred metres apart."""

from support.osm_file import OsmFile

STEP_M = 100.0
_LAT, _LON = 0.0, 105.0  # on the equator and a zone's middle
_LON_M, _LAT_M = 111_319.49, 110_574.28  # a degree, on the ellipsoid


class OsmTown:
    def __init__(self, picture, **tags_of_nodes):
        """`tags_of_nodes`: for one letter a dict of tags."""
        self.file, self.ways = OsmFile(), {}
        for row, line in enumerate(picture.strip("\n").split("\n")):
            for column, letter in enumerate(line):
                if letter.isalpha():
                    x, y = column * STEP_M, -row * STEP_M
                    tags = tags_of_nodes.get(letter, {})
                    self.file.node(ord(letter), _LON + x / _LON_M, _LAT + y / _LAT_M, **tags)

    def way(self, letters, tags=None, **more):
        """A way through these letters; `residential` where no class is given."""
        number = len(self.ways) + 1
        self.ways[letters] = number
        given = (tags or {}) | more
        if "highway" not in given and "route" not in given:
            given["highway"] = "residential"
        self.file.way(number, [ord(letter) for letter in letters], given)
        return self

    def forbid(self, kind, from_way, via, to_way, **tags):
        """`via` is a letter, or the letters of a way."""
        is_way = via in self.ways
        number = len(self.file.relations) + 1
        at = self.ways[via] if is_way else ord(via)
        self.file.forbid(number, kind, self.ways[from_way], at, self.ways[to_way], int(is_way), **tags)
        return self

    def network(self, tmp_path, mode="car", **options):
        import libgrid as lg

        path = self.file.write(tmp_path / "town.osm.pbf")
        return lg.RoadNetwork.from_osm(path, mode, crs="EPSG:32648", **options)


def node(network, letter):
    """The network's number of a letter."""
    return network.nodes.index[network.nodes["osm_id"] == ord(letter)][0]


def seconds(network, start, end):
    """Travel time between two letters."""
    import libgrid as lg

    return lg.travel_times(network, [node(network, start)], [node(network, end)])[0, 0]
