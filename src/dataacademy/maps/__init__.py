"""Maps in metres: how far to the nearest facility, how many people live within reach, and what that looks like.

Every function wants plane coordinates (``da.load`` gives the town's plane rectangular system, EPSG:6669–6687) and
refuses degrees and web maps' EPSG:3857, where a metre is not a metre.  Distances are straight lines, not walks.
"""

from dataacademy.maps.compare import coverage_by_definition, coverage_by_kind
from dataacademy.maps.draw import choropleth
from dataacademy.maps.measure import aggregate, coverage, nearest

__all__ = ["aggregate", "choropleth", "coverage", "coverage_by_definition", "coverage_by_kind", "nearest"]
