"""One sub-district with all its parts, as plain arrays."""

import numpy as np

from .grids import build_grids
from .lattice import Lattice
from .names import draw_names
from .parcels import INDUSTRY, cut_parcels
from .people import draw_people, draw_places, draw_signed
from .plan_b import draw_plan_b
from .services import build_services
from .spec import Spec
from .streams import stream


def build_district(spec: Spec, lattice: Lattice, use: np.ndarray, works: np.ndarray, district: int, outside) -> dict:
    """Everything of one district; codes are local to it. `works`: each superblock's factories' nearness."""
    p = cut_parcels(spec, lattice, use, district)
    grids = build_grids(spec, lattice, p, district)
    places = draw_places(spec, lattice, p, district)
    near_works = works[p.column, p.row]
    people = draw_people(spec, p.use[places["footprint"]], near_works[places["footprint"]], district)
    asked = np.bincount(places["footprint"], people.pop("asked_min"), len(p.homes))
    n_communities = int(grids.community.max()) + 1
    names, english, is_village = _name_communities(spec, grids, p.use, n_communities, district)
    services = build_services(spec, lattice, p, grids, asked, names, outside, district)
    own_team = services["team_of_leaf"][grids.leaf[places["footprint"]]]
    signed = draw_signed(spec, people, own_team, len(services["teams"]["base"]), district)
    people["n_signed"], people["team"] = signed
    return {
        "parcels": p,
        "grids": grids,
        "places": places,
        "people": people,
        "services": services,
        "names": names,
        "english": english,
        "is_village": is_village,
        "plan_b": draw_plan_b(spec, grids, p.units, district),
    }


def factory_nearness(lattice: Lattice, use: np.ndarray) -> np.ndarray:
    """0…1 of each superblock: how near the next factories of its district are."""
    cx, cy = lattice.centres()
    out = np.zeros(lattice.shape)
    for d in range(lattice.district.max() + 1):
        here = lattice.district == d
        sources = here & (use == INDUSTRY)
        if not sources.any():
            continue
        away = np.hypot(cx[here][:, None] - cx[sources], cy[here][:, None] - cy[sources]).min(1)
        out[here] = np.exp(-((away / 700.0) ** 2))
    return out


def _name_communities(spec, grids, use, n, district):
    """Names; the communities with the most village land are villages (村), the others 社区."""
    rng = stream(spec.seed, "names", district)
    rural = np.bincount(grids.community, np.isin(use, (0, 7)), n) / np.bincount(grids.community, minlength=n)
    is_village = np.zeros(n, bool)
    is_village[np.argsort(-rural, kind="stable")[: spec.villages]] = True
    pairs = draw_names(n, rng)
    names = [a + ("村" if v else "社区") for (a, _), v in zip(pairs, is_village, strict=True)]
    english = [b + (" Village" if v else " Community") for (_, b), v in zip(pairs, is_village, strict=True)]
    return names, english, is_village
