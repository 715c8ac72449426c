"""The first tables of the sample town: areas, population, events, register, houses, hazards, roads, facilities."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from dataacademy.town.sample import geography as geo
from dataacademy.town.sample import people
from dataacademy.town.sample.land import make_associations, make_roads
from dataacademy.town.sample.places import SOURCE, make_facilities
from dataacademy.town.sample.reach import truths
from dataacademy.town.sample.town import Town

__all__ = ["make", "truths"]

_DEGREES = "EPSG:6668"


def make(town: Town) -> dict[str, Any]:
    """The tables, in the contract's columns; the register comes without its helping columns."""
    areas = town.areas
    living = np.bincount(town.register["area"], minlength=len(areas))
    households = town.register.drop_duplicates("household_id")["area"]
    zones = make_associations(areas)
    hazards = [(hazard, rank, shape) for hazard, parts in town.hazards.items() for rank, shape in parts]
    roads = make_roads(areas, town.dice("roads"))
    return {
        "areas": gpd.GeoDataFrame(
            {
                "area_id": [a.area_id for a in areas],
                "name": [a.name for a in areas],
                "population": living,
                "households": np.bincount(households, minlength=len(areas)),
                "quarter": [a.quarter for a in areas],
                "association": [a.association for a in areas],
            },
            geometry=[a.polygon for a in areas],
            crs=_DEGREES,
        ),
        "zones": gpd.GeoDataFrame(
            {
                "layer": "自治会区域",
                "zone_id": [f"自治会区域-{k}" for k in range(1, len(zones) + 1)],
                "name": list(zones),
            },
            geometry=list(zones.values()),
            crs=_DEGREES,
        ),
        "population": _population(town),
        "vital_events": _events(town),
        "residents": town.register[["resident_id", "household_id", "name", "sex", "birth_date", "area_id"]],
        "facilities": make_facilities(areas, town.hazards, town.dice("facilities")),
        "hazard_zones": gpd.GeoDataFrame(
            {"hazard": [h for h, _, _ in hazards], "rank": [r for _, r, _ in hazards], "source": SOURCE},
            geometry=[shape for _, _, shape in hazards],
            crs=_DEGREES,
        ),
        "buildings": town.buildings[["building_id", "lon", "lat", "residents"]],
        "roads": gpd.GeoDataFrame(
            {
                "road_id": [r.road_id for r in roads],
                "kind": [r.kind for r in roads],
                "from_node": [r.nodes[0] for r in roads],
                "to_node": [r.nodes[1] for r in roads],
                "slope_percent": [r.slope for r in roads],
            },
            geometry=[shapely.LineString([geo.degrees(*end) for end in r.ends]) for r in roads],
            crs=_DEGREES,
        ),
    }


def _population(town: Town) -> pd.DataFrame:
    counts = np.moveaxis(town.people.counts, 3, 2)
    months, areas, sexes, bands = (axis.ravel() for axis in np.indices(counts.shape))
    starts = np.arange(people.BANDS) * 5
    ends = pd.array([*(starts[:-1] + 4), None], dtype="Int64")
    table = pd.DataFrame(
        {
            "date": np.array(town.dates)[months],
            "source": "住民基本台帳",
            "area_id": np.array([a.area_id for a in town.areas])[areas],
            "area_name": np.array([a.name for a in town.areas])[areas],
            "sex": np.array(people.SEXES)[sexes],
            "age_from": starts[bands],
            "age_to": ends[bands],
            "count": counts.ravel(),
        }
    )
    return table.astype({"age_from": "Int64", "count": "Int64"})


def _events(town: Town) -> pd.DataFrame:
    shape = (people.MONTHS - 1, len(town.areas))  # nothing is known of what follows the last count
    months, areas = (axis.ravel() for axis in np.indices(shape))
    codes = np.array([a.area_id for a in town.areas])
    table = pd.DataFrame({"month": [d[:7] for d in np.array(town.dates)[months]], "area_id": codes[areas]})
    for kind, numbers in town.people.events.items():
        table[kind] = numbers[:-1].ravel()
    return table
