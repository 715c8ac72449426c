# What tobler says of the sample town, for tests/test_maps_interpolate.py.  Run from the repository:
#   uv run --no-project --script tests/oracles/maps_tobler.py > tests/oracles/maps_tobler.txt
# /// script
# requires-python = ">=3.11,<3.14"
# dependencies = ["tobler==0.13.0", "geopandas"]
# ///
"""Population and density of the areas, carried over to squares of 1.5 km turned by 20 degrees."""

import hashlib
import warnings
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from tobler.area_weighted import area_interpolate

warnings.filterwarnings("ignore")
TOWN = Path(__file__).resolve().parents[2] / "datasets" / "mirai"


def say(name, numbers):
    print(name, *(f"{float(n):.12g}" for n in numbers))


print("digest", hashlib.md5((TOWN / "areas.geojson").read_bytes()).hexdigest())
areas = gpd.read_file(TOWN / "areas.geojson").to_crs(6676)
areas["density"] = areas["population"] / areas.area * 1e6
corner, turn = np.array([-23_000.0, -237_000.0]), np.deg2rad(20)
spin = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
unit = 1_500 * np.array([[0, 0], [1, 0], [1, 1], [0, 1]])
squares = [
    shapely.Polygon(corner + (unit + (i * 1_500, j * 1_500)) @ spin.T) for i in range(-1, 9) for j in range(-1, 11)
]
target = gpd.GeoDataFrame(geometry=squares, crs=6676)
for name, total in (("inside", False), ("all", True)):
    found = area_interpolate(areas, target, extensive_variables=["population"], allocate_total=total)
    say(f"population_{name}", found["population"])
say("density", area_interpolate(areas, target, intensive_variables=["density"], allocate_total=False)["density"])
