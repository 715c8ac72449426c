"""Maps in metres: how far to the nearest facility, how many people live within reach, and what that looks like.

Every function wants plane coordinates (``da.load`` gives the town's plane rectangular system, EPSG:6669–6687) and
refuses degrees and web maps' EPSG:3857, where a metre is not a metre; ``to_plane`` makes them of other data.
Distances are straight lines unless ``roads`` are given.
"""

from dataacademy.maps.capacity import coverage_by_capacity
from dataacademy.maps.changes import carry_over, correspondence
from dataacademy.maps.classify import breaks
from dataacademy.maps.compare import coverage_by_definition, coverage_by_hazard, coverage_by_kind
from dataacademy.maps.draw import choropleth
from dataacademy.maps.edits import edits
from dataacademy.maps.flows import flow
from dataacademy.maps.geopackage import Layer, to_geopackage
from dataacademy.maps.interactive import InteractiveMap, explore
from dataacademy.maps.interpolate import areal_interpolate
from dataacademy.maps.joins import Joined, join
from dataacademy.maps.lisa import lisa_map
from dataacademy.maps.measure import coverage, nearest
from dataacademy.maps.meshtable import mesh_table
from dataacademy.maps.moran import moran, moran_local
from dataacademy.maps.neighbours import neighbours
from dataacademy.maps.network import network_distance
from dataacademy.maps.projection import to_plane
from dataacademy.maps.siting import Located, locate, locate_map
from dataacademy.maps.sums import aggregate
from dataacademy.maps.symbols import points
from dataacademy.maps.twostep import two_step_fca
from dataacademy.maps.voronoi import voronoi

__all__ = [
    "InteractiveMap",
    "Joined",
    "Layer",
    "Located",
    "aggregate",
    "areal_interpolate",
    "breaks",
    "carry_over",
    "choropleth",
    "correspondence",
    "coverage",
    "coverage_by_capacity",
    "coverage_by_definition",
    "coverage_by_hazard",
    "coverage_by_kind",
    "edits",
    "explore",
    "flow",
    "join",
    "lisa_map",
    "locate",
    "locate_map",
    "mesh_table",
    "moran",
    "moran_local",
    "nearest",
    "neighbours",
    "network_distance",
    "points",
    "to_geopackage",
    "to_plane",
    "two_step_fca",
    "voronoi",
]
