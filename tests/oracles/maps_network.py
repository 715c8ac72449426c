# What networkx says of the sample town, for tests/test_maps_network.py.  Run from the repository:
#   uv run --no-project --script tests/oracles/maps_network.py > tests/oracles/maps_network.txt
# /// script
# requires-python = ">=3.11,<3.14"
# dependencies = ["networkx==3.5", "geopandas", "scipy"]
# ///
"""Ways along the roads from every 50th building to the nearest shelter, in metres and in minutes (1 m/s, Tobler).

Every road with a building or a shelter on it is cut there, so that each place is a node of the graph.
"""

import hashlib
import math
from collections import defaultdict
from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import networkx as nx
import pandas as pd

TOWN = Path(__file__).resolve().parents[2] / "datasets" / "mirai"
FILES = ("roads.geojson", "buildings.csv", "facilities.csv")


def places(name):
    rows = pd.read_csv(TOWN / name)
    return gpd.GeoDataFrame(rows, geometry=gpd.points_from_xy(rows["lon"], rows["lat"]), crs=6668).to_crs(6676)


print("digest", *(hashlib.md5((TOWN / name).read_bytes()).hexdigest() for name in FILES))
roads = gpd.read_file(TOWN / "roads.geojson").to_crs(6676)
homes = places("buildings.csv").iloc[::50].reset_index(drop=True)
shelters = places("facilities.csv").query("kind == 'shelter'").reset_index(drop=True)

stops = defaultdict(list)  # road: (metres along, name of the place)
access = {}
for letter, some in (("home", homes), ("shelter", shelters)):
    for i, point in enumerate(some.geometry):
        apart = roads.loc[roads["kind"] != "bridge"].distance(point)
        road = apart.idxmin()
        access[letter, i] = apart[road]
        stops[road].append((roads.geometry[road].project(point), (letter, i)))

for unit in ("metres", "minutes"):
    graph = nx.Graph()

    def way(a, b, cost, graph=graph):
        if not graph.has_edge(a, b) or graph.edges[a, b]["cost"] > cost:
            graph.add_edge(a, b, cost=cost)

    flat = 1 if unit == "metres" else 1 / 60
    for road in roads.itertuples():
        rate = 1 if unit == "metres" else math.exp(3.5 * road.slope_percent / 100) / 60
        line = [(0.0, road.from_node), *sorted((at, (*p, "road")) for at, p in stops[road.Index])]
        line.append((road.geometry.length, road.to_node))
        for (start, a), (end, b) in pairwise(line):
            way(a, b, (end - start) * rate)
    for place, metres in access.items():
        way(place, (*place, "road"), metres * flat)
    cost = nx.multi_source_dijkstra_path_length(graph, {("shelter", i) for i in range(len(shelters))}, weight="cost")
    print(unit, *(f"{cost.get(('home', i), math.nan):.9g}" for i in range(len(homes))))
