# What esda and libpysal say of the sample town, for tests/test_maps_moran.py.  Run from the repository:
#   uv run --no-project --script tests/oracles/maps_esda.py > tests/oracles/maps_esda.txt
# /// script
# requires-python = ">=3.11,<3.14"
# dependencies = ["esda==2.9.0", "libpysal==4.14.1", "geopandas"]
# ///
"""Neighbours, Moran's I and local Moran of ambulance calls; of counts, shares and rates with their populations."""

import hashlib
import warnings
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from esda import Moran, Moran_Local, Moran_Rate
from libpysal.weights import KNN, Queen, Rook

warnings.filterwarnings("ignore")
TOWN = Path(__file__).resolve().parents[2] / "datasets" / "mirai"
FILES = ("areas.geojson", "ambulance_calls.csv")
ISLAND = "992010470"


def say(name, *numbers):
    print(name, *(f"{float(n):.12g}" for part in numbers for n in np.ravel(part)))


print("digest", *(hashlib.md5((TOWN / name).read_bytes()).hexdigest() for name in FILES))
areas = gpd.read_file(TOWN / "areas.geojson").to_crs(6676)
calls = pd.read_csv(TOWN / "ambulance_calls.csv", dtype={"area_id": str}).groupby("area_id").size()
areas["calls"] = areas["area_id"].map(calls)
areas["size"] = areas["population"] / areas["households"]
say(
    "queen_count",
    [Queen.from_dataframe(areas, use_index=False, silence_warnings=True).cardinalities[i] for i in range(len(areas))],
)
areas = areas[areas["area_id"] != ISLAND].reset_index(drop=True)
say("rook_count", [Rook.from_dataframe(areas, use_index=False).cardinalities[i] for i in range(len(areas))])
queen = Queen.from_dataframe(areas, use_index=False)
knn = KNN.from_array(np.c_[areas.representative_point().x, areas.representative_point().y], k=4)
np.random.seed(1)
for name, y in (("calls", areas["calls"]), ("size", areas["size"])):
    for kind, w in (("queen", queen), ("knn", knn)):
        found = Moran(y, w, permutations=9999)
        say(f"moran_{name}_{kind}", found.I, found.EI, found.z_rand, found.p_sim)
    local = Moran_Local(y, queen, permutations=9999, seed=1)
    say(f"local_{name}", local.Is)
    say(f"quadrant_{name}", local.q)
    say(f"p_{name}", local.p_sim)
rate = Moran_Rate(areas["calls"].to_numpy(float), areas["population"].to_numpy(float), queen, permutations=9999)
say("moran_rate", rate.I, rate.z_rand, rate.p_sim)
say("rate_index", rate.y)
