# What access says of the sample town, for tests/test_maps_two_step.py.  Run from the repository:
#   uv run --no-project --script tests/oracles/maps_access.py > tests/oracles/maps_access.txt
# /// script
# requires-python = ">=3.11,<3.13"
# dependencies = ["access==1.1.10.post3", "geopandas"]
# ///
"""Shelter places for each area, two-step floating catchment areas of 1 km: flat, and with a Gaussian decay."""

import hashlib
import warnings
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from access.fca import two_stage_fca

warnings.filterwarnings("ignore")
TOWN = Path(__file__).resolve().parents[2] / "datasets" / "mirai"
FILES = ("areas.geojson", "facilities.csv")
REACH = 1_000


def say(name, numbers):
    print(name, *(f"{float(n):.12g}" for n in numbers))


def decay(cost):
    return (np.exp(-0.5 * (cost / REACH) ** 2) - np.exp(-0.5)) / (1 - np.exp(-0.5))


print("digest", *(hashlib.md5((TOWN / name).read_bytes()).hexdigest() for name in FILES))
areas = gpd.read_file(TOWN / "areas.geojson").to_crs(6676)
sites = pd.read_csv(TOWN / "facilities.csv")
sites = sites[sites["kind"] == "shelter"].reset_index(drop=True)
places = gpd.GeoSeries(gpd.points_from_xy(sites["lon"], sites["lat"]), crs=6668).to_crs(6676)
homes = areas.representative_point()
apart = np.hypot(
    np.subtract.outer(homes.x.to_numpy(), places.x.to_numpy()),
    np.subtract.outer(homes.y.to_numpy(), places.y.to_numpy()),
)
origin, dest = np.indices(apart.shape)
cost = pd.DataFrame({"origin": origin.ravel(), "dest": dest.ravel(), "cost": apart.ravel()})
demand = pd.DataFrame({"geoid": range(len(areas)), "people": areas["population"]})
supply = pd.DataFrame({"geoid": range(len(sites)), "places": sites["capacity"]})
for name, weight in (("flat", None), ("gaussian", decay)):
    found = two_stage_fca(
        demand, supply, cost, max_cost=REACH, demand_name="people", supply_name="places", weight_fn=weight
    )
    say(name, 1_000 * found.reindex(range(len(areas))).fillna(0))
