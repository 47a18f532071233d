"""What a network is made of: parts that hang together, islands, and what looks odd in it."""

from typing import Any

import numpy as np
import pandas as pd


def component_sizes(parts: dict[str, np.ndarray]) -> pd.DataFrame:
    """Weak and strong components: count, and the largest one's nodes and share."""
    sizes = {"weak": parts["weak_size"], "strong": parts["strong_size"]}
    return pd.DataFrame(
        {
            "count": {kind: len(size) for kind, size in sizes.items()},
            "largest_nodes": {kind: int(size.max()) for kind, size in sizes.items()},
            "largest_share": {kind: float(size.max() / size.sum()) for kind, size in sizes.items()},
        }
    )


def island_rows(parts: dict[str, np.ndarray], columns: dict[str, np.ndarray], length_m: np.ndarray) -> pd.DataFrame:
    """Every weak component but the largest, biggest first: weak_component, nodes, edges, length_m, node (one of it)."""
    count = len(parts["weak_size"])
    home = parts["weak"][columns["tail"]]
    once = (columns["opposite"] < 0) | (columns["opposite"] > np.arange(len(home)))
    first = np.full(count, len(parts["weak"]), dtype=np.int64)
    np.minimum.at(first, parts["weak"], np.arange(len(parts["weak"])))
    frame = pd.DataFrame(
        {
            "weak_component": np.arange(count),
            "nodes": parts["weak_size"],
            "edges": np.bincount(home, minlength=count),
            "length_m": np.bincount(home[once], weights=length_m[once], minlength=count),
            "node": first,
        }
    )
    rest = frame.drop(index=int(np.argmax(parts["weak_size"])))
    return rest.sort_values(["nodes", "weak_component"], ascending=[False, True], ignore_index=True)


def oddity_rows(node_count: int, columns: dict[str, np.ndarray]) -> pd.DataFrame:
    """What is allowed and yet worth a look: what, count, first (five edges or nodes)."""
    tail, head = columns["tail"], columns["head"]
    out, into = (np.bincount(ends, minlength=node_count) for ends in (tail, head))
    ends = pd.DataFrame({"tail": tail, "head": head, "ms": columns["ms"]})
    found: dict[str, Any] = {
        "edges that take no time": columns["ms"] == 0,
        "edges that end where they start": tail == head,
        "edges beside another one": ends.duplicated(["tail", "head"]).to_numpy(),
        "edges that equal another one": ends.duplicated().to_numpy(),
        "nodes without a street": (out == 0) & (into == 0),
        "nodes that can be entered and not left": (out == 0) & (into > 0),
        "nodes that can be left and not entered": (out > 0) & (into == 0),
    }
    rows = {what: np.flatnonzero(is_odd) for what, is_odd in found.items()}
    return pd.DataFrame(
        {
            "what": list(rows),
            "count": [len(numbers) for numbers in rows.values()],
            "first": [numbers[:5].tolist() for numbers in rows.values()],
        }
    )
