"""Which 平面直角座標系 a place belongs to, when nobody gives the code of its town.

The 告示 goes by prefecture, and a table of coordinates does not say its prefecture.  So the nearest of some three
hundred cities does, more of them along the borders between systems; near a border that is a guess, and said to be one.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from scipy.spatial import cKDTree

from dataacademy.codes import check_digit, plane_epsg

# Prefecture: latitude longitude of town halls, to about a kilometre.
_CITIES = """
01: 43.06 141.35, 41.77 140.73, 43.77 142.37, 42.98 144.38, 42.92 143.20, 44.02 144.27, 45.41 141.67, 42.32 140.97
02: 40.82 140.74, 40.60 140.46, 40.51 141.49, 41.29 141.18, 40.65 139.93
03: 39.70 141.15, 39.29 141.11, 39.64 141.96, 38.93 141.13, 40.19 141.78
04: 38.27 140.87, 38.43 141.30, 38.00 140.62, 38.91 141.57, 37.91 140.90
05: 39.72 140.10, 39.31 140.57, 40.21 140.03, 40.27 140.56
06: 38.25 140.34, 38.73 139.83, 37.92 140.12, 38.76 140.30, 38.06 139.74, 38.92 139.84
07: 37.76 140.47, 37.40 140.36, 37.05 140.89, 37.49 139.93, 37.64 140.96, 37.20 139.77, 37.59 139.65, 37.35 139.32,
 37.02 139.39, 37.65 139.87, 37.80 140.92
08: 36.37 140.47, 36.08 140.11, 36.80 140.75, 35.89 140.66, 36.18 139.75
09: 36.56 139.88, 36.34 139.45, 36.87 140.02, 36.75 139.60
10: 36.39 139.06, 36.30 139.38, 36.65 139.04, 36.59 138.84, 36.62 138.60, 36.52 138.53, 36.21 138.79, 36.68 138.99,
 36.78 138.97, 36.33 138.73
11: 35.86 139.65, 36.15 139.39, 35.99 139.09, 35.91 139.48
12: 35.61 140.12, 35.73 140.83, 34.99 139.87, 35.43 140.30
13: 35.69 139.69, 35.79 139.26, 35.81 139.10, 34.75 139.36, 33.11 139.79, 27.09 142.19, 35.73 139.15
14: 35.45 139.64, 35.26 139.15, 35.23 139.03, 35.57 139.37, 35.36 139.08, 35.61 139.19, 35.15 139.11
15: 37.90 139.02, 37.45 138.85, 37.15 138.24, 38.22 139.48, 38.02 138.37, 37.04 137.86, 36.94 138.82, 37.07 138.88,
 37.69 139.46, 37.02 138.66
16: 36.70 137.21, 36.75 137.02, 36.87 137.45, 36.95 137.56, 36.58 136.89
17: 36.56 136.66, 37.39 136.90, 36.40 136.45, 36.30 136.31, 36.17 136.63
18: 36.06 136.22, 35.65 136.06, 35.50 135.75, 35.98 136.49, 36.21 136.23, 36.06 136.50, 35.49 135.55
19: 35.66 138.57, 35.49 138.80, 35.63 139.11, 35.29 138.46, 35.78 138.42, 35.73 138.93
20: 36.65 138.18, 36.24 137.97, 35.51 137.82, 36.25 138.48, 36.40 138.25, 35.84 137.69, 36.70 137.86, 36.35 138.60,
 36.85 138.37, 35.60 137.61, 35.97 138.58, 35.25 137.58, 36.50 137.85, 36.04 138.12
21: 35.42 136.76, 35.36 136.61, 36.15 137.25, 35.33 137.13, 35.49 137.50, 36.24 137.19, 36.26 136.91, 35.75 136.96,
 35.81 137.24, 35.37 136.47, 35.22 136.64
22: 34.98 138.38, 34.71 137.73, 35.10 138.86, 34.68 138.95, 35.16 138.68, 34.72 137.53, 35.36 138.99, 35.15 137.86,
 35.10 139.07, 34.77 138.01
23: 35.18 136.91, 34.77 137.39, 35.08 137.16, 35.30 136.80, 35.15 136.73, 35.11 136.72, 34.90 137.50, 35.10 137.57,
 35.15 137.72, 34.67 137.26, 34.70 136.93
24: 34.73 136.51, 34.97 136.62, 34.49 136.71, 34.07 136.19, 34.77 136.13, 33.89 136.10, 35.06 136.68, 35.08 136.73,
 35.12 136.56, 34.48 136.84
25: 35.00 135.87, 35.27 136.26, 35.38 136.27, 34.97 136.17, 35.35 136.04, 35.31 136.29
26: 35.02 135.76, 35.30 135.13, 35.47 135.39, 35.62 135.06, 35.54 135.20, 34.82 135.77, 35.01 135.57, 35.11 135.47,
 35.30 135.26
27: 34.69 135.50, 34.57 135.48, 34.41 135.33, 34.97 135.42, 34.82 135.43, 34.78 135.47, 34.85 135.62, 34.36 135.24
28: 34.69 135.20, 34.82 134.69, 34.73 135.41, 35.54 134.82, 34.34 134.90, 35.18 135.04, 34.75 134.84, 34.76 134.39,
 34.83 135.42, 35.08 135.22, 35.34 134.85, 34.80 135.36, 35.63 134.63, 35.62 134.45, 34.30 134.78, 34.89 135.23,
 34.90 135.38, 35.00 134.36, 35.00 134.55
29: 34.69 135.83, 34.35 135.69, 33.99 135.79, 34.53 135.95
30: 34.23 135.17, 33.73 135.38, 33.72 135.99, 34.32 135.61, 33.47 135.78
31: 35.50 134.24, 35.43 133.33, 35.43 133.83, 35.54 133.23, 35.16 133.31, 35.24 133.44
32: 35.47 133.05, 35.37 132.75, 34.90 132.07, 34.68 131.84, 35.43 133.25, 36.21 133.33, 35.20 133.00, 34.47 131.77,
 36.10 133.10
33: 34.66 133.92, 34.59 133.77, 35.06 134.00, 34.51 133.51, 34.79 133.62, 34.60 133.46, 34.98 133.47, 34.49 133.95,
 34.75 134.19, 35.08 133.75, 35.01 134.15
34: 34.39 132.46, 34.49 133.36, 34.25 132.57, 34.80 132.85, 34.41 133.20, 34.86 133.02, 34.90 133.27, 34.57 133.24,
 34.70 133.25, 34.31 133.18, 34.24 132.22
35: 34.19 131.47, 33.96 130.94, 34.05 131.81, 34.17 132.22, 34.41 131.40, 33.95 131.25, 33.96 132.10, 33.93 132.20,
 34.37 131.18
36: 34.07 134.55, 33.92 134.66, 34.03 133.81, 34.17 134.61
37: 34.34 134.05, 34.13 133.66, 34.29 133.80, 34.48 134.23, 34.46 133.99, 34.32 134.17, 34.24 134.36, 34.49 134.17
38: 33.84 132.77, 34.07 133.00, 33.22 132.56, 33.96 133.28, 34.26 133.20, 34.25 133.01, 33.46 132.42, 33.49 132.35,
 32.96 132.58, 33.98 133.55
39: 33.56 133.53, 32.99 132.93, 33.50 133.91, 32.94 132.73, 33.29 134.15
40: 33.59 130.40, 33.88 130.88, 33.32 130.51, 33.03 130.45, 33.94 130.96, 33.61 131.13
41: 33.25 130.30, 33.45 129.97, 33.26 129.88, 33.19 130.02, 33.10 130.10, 33.02 130.18, 33.47 129.88, 33.38 130.51,
 33.21 129.85, 33.13 130.06
42: 32.75 129.88, 33.18 129.72, 32.84 130.05, 34.20 129.29, 32.70 128.84, 33.75 129.69, 32.79 130.37, 33.34 129.71,
 33.37 129.55, 32.90 129.96, 33.14 129.90, 33.07 129.86, 32.66 130.30, 33.04 129.92
43: 32.80 130.71, 32.46 130.19, 32.21 130.76, 32.93 130.56, 32.99 130.43, 32.59 130.43, 32.51 130.06, 32.19 130.03
44: 33.24 131.61, 33.32 130.94, 33.60 131.19, 32.96 131.90, 33.72 131.64, 33.57 131.73
45: 31.91 131.42, 32.58 131.66, 31.72 131.06
46: 31.60 130.56, 32.02 130.19, 32.20 130.18, 31.38 130.85, 28.38 129.49, 30.39 130.65, 27.73 128.99, 30.73 131.00,
 31.81 130.30, 31.84 129.86, 27.39 128.65, 27.05 128.41, 30.79 130.28, 29.85 129.86
47: 26.21 127.68, 26.59 127.98, 24.34 124.16, 24.80 125.28, 25.83 131.23, 26.34 126.80, 24.47 123.00
"""
_LOST = 70.0  # km: no town of Japan is farther from all of these cities; then the nearest meridian decides
_MADE_UP = "992011"
_SURE = 1.5  # times nearer to a city of its own system than to one of another
_CLOSE = 5.0  # km: a border may be as near as this to any town hall
_APART = 20.0  # km from its own system's cities: farther than rows of one town lie from theirs
_SEVERAL = ("01", "13", "46", "47")  # prefectures of several systems: the place itself tells


@cache
def _cities() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Place (km, on a ball), prefecture and system of each city."""
    places, prefectures, systems = [], [], []
    for line in _CITIES.replace("\n ", " ").strip().splitlines():
        prefecture, _, cities = line.partition(":")
        for city in cities.split(","):
            lat, lon = map(float, city.split())
            places.append((lat, lon))
            prefectures.append(prefecture)
            systems.append(system_of(prefecture, lat, lon))
    return _on_ball(np.array(places)), np.array(prefectures), np.array(systems)


def system_of(prefecture: str, lat: float, lon: float) -> int:
    """EPSG number of the system of a place in a prefecture."""
    five = f"{prefecture}000"
    return plane_epsg(five + check_digit(five), lat=lat, lon=lon)


def _on_ball(degrees: np.ndarray) -> np.ndarray:
    """Latitudes and longitudes as points of a ball, in km: near each other as on the ground."""
    lat, lon = np.radians(degrees).T
    return 6371 * np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])


def systems_of(lat: np.ndarray, lon: np.ndarray) -> tuple[int, set[int], np.ndarray]:
    """The system of most of the places, all that it may be, and which places surely belong to another.

    It may be several near a border; none where no city is near, and the nearest meridian was taken.

    >>> systems_of(np.array([34.34, 34.29]), np.array([134.05, 134.02]))[:2]  # the nearest meridian is the fifth's
    (6672, {6672})
    """
    cities, prefectures, systems = _cities()
    here = _on_ball(np.column_stack([lat, lon]))
    away, nearest = cKDTree(cities).query(here)
    if len(set(prefectures[nearest])) == 1 and prefectures[nearest[0]] in _SEVERAL:
        mine = np.array([system_of(prefectures[nearest[0]], *point) for point in zip(lat, lon, strict=True)])
    else:
        mine = systems[nearest]
    lost = away > _LOST
    for i in np.flatnonzero(lost):
        mine[i] = plane_epsg(_MADE_UP, lat=lat[i], lon=lon[i])
    values, counts = np.unique(mine, return_counts=True)
    main = int(values[counts.argmax()])
    if np.median(away) > _LOST or not (systems == main).any():
        return main, set(), np.zeros(len(here), bool)
    own = cKDTree(cities[systems == main]).query(here)[0]
    likely, beyond = {main}, np.zeros(len(here), bool)
    for system in set(systems.tolist()) - {main}:
        other = cKDTree(cities[systems == system]).query(here)[0]
        if np.median(other) < _SURE * max(np.median(own), _CLOSE):
            likely.add(system)
        beyond |= (mine == system) & (own > _APART) & (own >= _SURE * other) & ~lost
    return main, likely, beyond
