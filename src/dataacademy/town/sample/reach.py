"""What is true about reaching the shelters of the sample town: who lives too far, for which hazard, for whom there is
room, and who lives across the sea.

Computed from each resident's own house with plain arithmetic on the map; the tests use projected tables and the
toolbox.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from dataacademy.town.sample import ambulance
from dataacademy.town.sample import geography as geo
from dataacademy.town.sample.town import Town

WITHIN = 500  # metres
OLD = 65


def truths(town: Town, tables: dict[str, Any]) -> list[dict]:
    """Uncovered elderly people by quarter, coverage by hazard type, shelters that are near but full, and the island."""
    shelters = tables["facilities"].query("kind == 'shelter'")
    home = town.register["building"].to_numpy()
    old = (town.register["age"] >= OLD).to_numpy()
    quarter = town.register["quarter"].to_numpy()
    distance = distances(town.buildings, shelters)
    near = distance.min(axis=1) <= WITHIN
    far_old = {q: int((old & ~near[home] & (quarter == q)).sum()) for q in geo.QUARTERS}
    whole_areas = _by_centres(town, shelters, old)
    dry = shelters["flood"].to_numpy(bool)
    flood = (distance[:, dry].min(axis=1) <= WITHIN)[home]
    any_percent, flood_percent = (round(100 * int(mask.sum()) / len(home), 2) for mask in (near[home], flood))
    room = _room(town, shelters, distance, near)
    new_town = quarter == "ニュータウン"
    its_shelters = _quarters(town, shelters) == "ニュータウン"
    by_quarter = {
        q: round(100 * int(near[home][quarter == q].sum()) / int((quarter == q).sum()), 2) for q in geo.QUARTERS
    }
    return [
        {
            "id": "uncovered_elderly",
            "title": "避難所から遠い高齢者は、地区の性格によって大きくちがう",
            "says": f"自宅から直線{WITHIN}m以内に指定避難所がない65歳以上の人は、"
            + "、".join(f"{q}{n:,}人" for q, n in far_old.items())
            + "です。",
            "size": far_old,
            "tolerance": dict.fromkeys(far_old, 5),
            "tables": ["residents", "buildings", "facilities", "areas"],
            "method": "住民を自宅の位置に置き、平面直角座標で最寄りの避難所までの距離を測って数える（maps.nearest）。",
            "naive": {
                "method": "町丁目の代表点だけで、地区全員を圏内か圏外かのどちらかに決める。",
                "says": "地区の中の遠い人と近い人が打ち消し合い、地区ごとの人数を大きくまちがえる。",
                "value": whole_areas,
            },
        },
        {
            "id": "coverage_by_hazard",
            "title": "「どの避難所でも」の圏内率と、洪水で使える避難所の圏内率はちがう",
            "says": f"{WITHIN}m以内に避難所がある人は{any_percent}％ですが、洪水のときに使える避難所がある人は"
            f"{flood_percent}％です。",
            "size": {"any_percent": any_percent, "flood_percent": flood_percent},
            "tolerance": {"any_percent": 0.05, "flood_percent": 0.05},
            "tables": ["residents", "buildings", "facilities"],
            "method": "災害の種類ごとに使える避難所を選んでから圏内率を測る（maps.coverage の災害別）。",
            "naive": {
                "method": "避難所一覧の全部で圏内率を測る。",
                "says": "洪水のときも同じ割合の人が避難所に歩いて行けるように見える。",
                "value": {"flood_percent": any_percent},
            },
        },
        {
            "id": "capacity_shortage",
            "title": "ニュータウンの避難所は近いが、入りきれない",
            "says": f"ニュータウンでは{by_quarter['ニュータウン']}％の人が{WITHIN}m以内に避難所がありますが、"
            f"その全員（{int((near[home] & new_town).sum()):,}人）が最寄りの避難所（{int(its_shelters.sum())}か所・"
            f"{int(shelters['capacity'].to_numpy(int)[its_shelters].sum()):,}人分）へ行くと、{room['ニュータウン']:,}人が入れません"
            "（size の residents はニュータウンの人口）。",
            "size": {"without_room": room["ニュータウン"], "residents": int(new_town.sum())},
            "tolerance": {"without_room": 20, "residents": 0},
            "tables": ["residents", "buildings", "facilities", "areas"],
            "method": f"{WITHIN}m以内の人を最寄りの避難所に割り当て、収容人数を超えた分を足す（maps.coverage）。",
            "naive": {
                "method": "圏内率だけを見る。",
                "says": "ニュータウンは町で最も避難所に恵まれた地区に見える。",
                "value": by_quarter,
            },
        },
        _island(town, tables, shelters, distance, old),
    ]


def _island(town: Town, tables: dict[str, Any], shelters, distance: np.ndarray, old: np.ndarray) -> dict:
    """The island: nothing that is measured for its association or in a straight line is true of it."""
    k = next(k for k, area in enumerate(town.areas) if area.name == ambulance.ISLAND)
    association = town.areas[k].association
    area, home = (town.register[c].to_numpy() for c in ("area", "building"))
    lives = area == k
    n, metres = len(town.areas), np.rint(distance.min(axis=1))[home]  # whole ones add up alike everywhere
    straight = np.bincount(area, weights=metres, minlength=n) / np.maximum(np.bincount(area, minlength=n), 1)
    far = int(np.where(np.arange(n) == k, 0, straight).argmax())
    here, by_land = round(float(straight[k])), round(float(straight[far]))
    nearest = shelters["name"].iloc[int(np.bincount(distance.argmin(axis=1)[home[lives]]).argmax())]
    ours = [a.area_id for a in town.areas if a.association == association]
    calls = tables["ambulance_calls"]
    minutes = calls.loc[calls["area_id"].isin(ours), "minutes"]
    apart, average = round(float(ambulance.way(town)[k]), 3), round(int(minutes.sum()) / len(minutes), 3)
    old_percent = round(100 * int((lives & old).sum()) / int(lives.sum()), 2)
    return {
        "id": "island_alone",
        "title": f"{ambulance.ISLAND}には避難所がなく、救急車が着くまでに{round(apart, -1):.0f}分ほどかかる",
        "says": f"{ambulance.ISLAND}の住民は{int(lives.sum())}人で、{old_percent}％が65歳以上です。島に指定避難所は"
        f"なく、どの避難所との間にも海があります。救急車が着くまでに平均{apart:.0f}分かかります。",
        "size": {"residents": int(lives.sum()), "old_percent": old_percent, "shelters": 0, "minutes": apart},
        "tolerance": {"residents": 0, "old_percent": 0.01, "shelters": 0, "minutes": 0.6},
        "tables": ["residents", "areas", "facilities", "buildings", "roads", "ambulance_calls"],
        "method": "町丁目ごとに数えて、ほかと大きくちがう所を名前で示す。距離を測る前に、道（roads）がつながっているか"
        "を確かめる。",
        "naive": {
            "method": f"{association}の到着時間の平均を見る。避難所までは直線で測る。",
            "says": f"救急車は平均{average:.0f}分で着き、最寄りの避難所は直線で{here / 1000:.1f}km先の「{nearest}」で、"
            f"陸つづきの{town.areas[far].name}（{by_land / 1000:.1f}km）より近いように見える。",
            "value": {"minutes": average, "shelter_m": here, "farthest_by_land_m": by_land},
        },
    }


def _metres(lon, lat) -> tuple[np.ndarray, np.ndarray]:
    east, north = geo.METRES_PER_DEGREE
    return (np.asarray(lon, float) - geo.ORIGIN[0]) * east, (np.asarray(lat, float) - geo.ORIGIN[1]) * north


def distances(places, facilities) -> np.ndarray:
    """Places × facilities, in metres on the map (both with ``lon`` and ``lat``)."""
    (x, y), (fx, fy) = _metres(places["lon"], places["lat"]), _metres(facilities["lon"], facilities["lat"])
    return np.sqrt((x[:, None] - fx) ** 2 + (y[:, None] - fy) ** 2)


def _by_centres(town: Town, shelters, old: np.ndarray) -> dict[str, int]:
    """Uncovered elderly people if every area is wholly in or out, by its representative point."""
    points = [a.polygon.representative_point() for a in town.areas]
    distance = distances({"lon": [p.x for p in points], "lat": [p.y for p in points]}, shelters)
    far = distance.min(axis=1) > WITHIN
    where = town.register["area"].to_numpy()
    quarter = town.register["quarter"].to_numpy()
    return {q: int((old & far[where] & (quarter == q)).sum()) for q in geo.QUARTERS}


def _room(town: Town, shelters, distance: np.ndarray, near: np.ndarray) -> dict[str, int]:
    """People beyond the capacity of their nearest shelter, by the quarter in which the shelter stands."""
    coming = np.bincount(
        distance.argmin(axis=1)[near], weights=town.buildings["residents"].to_numpy()[near], minlength=len(shelters)
    ).astype(int)
    too_many = np.maximum(coming - shelters["capacity"].to_numpy(int), 0)
    quarters = _quarters(town, shelters)
    return {q: int(too_many[quarters == q].sum()) for q in geo.QUARTERS}


def _quarters(town: Town, shelters) -> np.ndarray:
    """The quarter in which each shelter stands, by its address."""
    names = {a.name: a.quarter for a in town.areas}
    return np.array([next(q for n, q in names.items() if n in address) for address in shelters["address"]])
