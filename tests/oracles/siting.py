# What spopt says of the sample town, for tests/test_maps_locate.py.  Run from the repository:
#   uv run --no-project --script tests/oracles/siting.py > tests/oracles/siting.txt
# /// script
# requires-python = ">=3.11,<3.13"
# dependencies = ["spopt==0.7.0", "geopandas", "pulp>=2.8,<4"]
# ///
"""The areas' people and 71 candidates, with and without the shelters kept open: the four models of siting."""

import hashlib
import warnings
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pulp
from spopt.locate import LSCP, MCLP, PCenter, PMedian

warnings.filterwarnings("ignore")
TOWN = Path(__file__).resolve().parents[2] / "datasets" / "mirai"
FILES = ("areas.geojson", "facilities.csv")
CANDIDATES = ("community_centre", "medical", "nursery")
REACH, NEAR, NEW, ROOM = 800, 1_500, 4, 4_000


def say(name, *numbers):
    print(name, *(f"{float(n):.12g}" for n in numbers))


def solver():
    return pulp.PULP_CBC_CMD(msg=False)


def east(points):
    return points.x


def north(points):
    return points.y


def apart(sites):
    return np.hypot(*(np.subtract.outer(at(homes).to_numpy(), at(sites).to_numpy()) for at in (east, north)))


print("digest", *(hashlib.md5((TOWN / name).read_bytes()).hexdigest() for name in FILES))
areas = gpd.read_file(TOWN / "areas.geojson").to_crs(6676)
homes, people = areas.representative_point(), areas["population"].to_numpy(float)
table = pd.read_csv(TOWN / "facilities.csv")
places = gpd.GeoSeries(gpd.points_from_xy(table["lon"], table["lat"]), crs=6668).to_crs(6676)
new = apart(places[table["kind"].isin(CANDIDATES)])
old = apart(places[table["kind"] == "shelter"])

for name, kept in (("alone", np.empty((len(homes), 0))), ("beside", old)):
    cost = np.hstack([kept, new])
    fixed = np.r_[np.ones(kept.shape[1]), np.zeros(new.shape[1])].astype(int)
    p = NEW + int(fixed.sum())
    known = {"predefined_facilities_arr": fixed} if fixed.any() else {}
    mclp = MCLP.from_cost_matrix(cost, people, REACH, p_facilities=p, **known).solve(solver())
    say(f"mclp_{name}", mclp.problem.objective.value())
    able = (cost <= REACH).any(axis=1)
    lscp = LSCP.from_cost_matrix(cost[able], REACH, **known).solve(solver())
    say(f"lscp_{name}", lscp.problem.objective.value() - fixed.sum())
    median = PMedian.from_cost_matrix(cost, people, p_facilities=p, **known).solve(solver())
    say(f"p_median_{name}", median.problem.objective.value() / people.sum())
    centre = PCenter.from_cost_matrix(cost[new.min(axis=1) <= NEAR], p_facilities=p, **known).solve(solver())
    say(f"p_centre_{name}", centre.problem.objective.value())
rooms = np.full(new.shape[1], float(ROOM))
wide = LSCP.from_cost_matrix(new, 10 * REACH, facility_capacity_arr=rooms, demand_quantity_arr=people).solve(solver())
say("lscp_rooms", wide.problem.objective.value())
