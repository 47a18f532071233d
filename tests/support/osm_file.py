"""Writes small OSM PBF files, so that a test can draw the town it needs.

Format: https://wiki.openstreetmap.org/wiki/PBF_Format
"""

import struct
import zlib


def _varint(value):
    out = bytearray()
    value &= (1 << 64) - 1
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _zigzag(value):
    return _varint((value << 1) ^ (value >> 63))


def _field(number, payload):
    if isinstance(payload, int):
        return _varint(number << 3) + _varint(payload)
    return _varint(number << 3 | 2) + _varint(len(payload)) + payload


def _deltas(values):
    out, last = b"", 0
    for value in values:
        out += _zigzag(value - last)
        last = value
    return out


class OsmFile:
    """Nodes {id: (lon, lat[, tags])}, ways (id, nodes, tags), relations (id, members, tags)."""

    def __init__(self):
        self.nodes, self.ways, self.relations, self.strings = [], [], [], {"": 0}

    def node(self, id, lon, lat, **tags):
        self.nodes.append((id, lon, lat, tags))
        return self

    def way(self, id, nodes, tags=None, **more):
        self.ways.append((id, nodes, (tags or {}) | more))
        return self

    def relation(self, id, members, **tags):
        """Members are (type, id, role) with type 0 node, 1 way, 2 relation."""
        self.relations.append((id, members, tags))
        return self

    def forbid(self, id, kind, from_way, via, to_way, via_type=0, **tags):
        members = [(1, from_way, "from"), (via_type, via, "via"), (1, to_way, "to")]
        return self.relation(id, members, type="restriction", restriction=kind, **tags)

    def _text(self, text):
        return self.strings.setdefault(text, len(self.strings))

    def _tags(self, tags):
        keys = b"".join(_varint(self._text(k)) for k in tags)
        values = b"".join(_varint(self._text(v)) for v in tags.values())
        return (_field(2, keys) + _field(3, values)) if tags else b""

    def _groups(self):
        nodes = sorted(self.nodes)
        if nodes:
            tags = b""
            for *_, given in nodes:
                for key, value in given.items():
                    tags += _varint(self._text(key)) + _varint(self._text(value))
                tags += b"\0"
            dense = _field(1, _deltas(n[0] for n in nodes))
            dense += _field(8, _deltas(round(n[2] * 1e7) for n in nodes))
            dense += _field(9, _deltas(round(n[1] * 1e7) for n in nodes)) + _field(10, tags)
            yield _field(2, dense)
        for id, refs, tags in self.ways:
            yield _field(3, _field(1, id) + self._tags(tags) + _field(8, _deltas(refs)))
        for id, members, tags in self.relations:
            roles = b"".join(_varint(self._text(role)) for *_, role in members)
            ids, types = _deltas(m[1] for m in members), b"".join(_varint(m[0]) for m in members)
            yield _field(4, _field(1, id) + self._tags(tags) + _field(8, roles) + _field(9, ids) + _field(10, types))

    def write(self, path):
        groups = b"".join(_field(2, group) for group in self._groups())
        strings = b"".join(_field(1, text.encode()) for text in self.strings)
        data = _field(1, strings) + groups
        header = _field(4, b"OsmSchema-V0.6") + _field(4, b"DenseNodes")
        with open(path, "wb") as file:
            for kind, content in ((b"OSMHeader", header), (b"OSMData", data)):
                blob = _field(2, len(content)) + _field(3, zlib.compress(content))
                head = _field(1, kind) + _field(3, len(blob))
                file.write(struct.pack(">I", len(head)) + head + blob)
        return path
