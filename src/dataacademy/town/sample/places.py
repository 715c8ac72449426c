"""The places of the sample town: shelters, evacuation sites, nurseries, clinics, bus stops, halls and AEDs."""

from __future__ import annotations

import pandas as pd
import shapely

from dataacademy.town.contract import FACILITY_KINDS, HAZARDS
from dataacademy.town.sample import geography as geo
from dataacademy.town.sample.dice import Dice
from dataacademy.town.sample.land import Area

SOURCE = "みらい市（架空の町）"

# Designated shelters: name, its area, offset from the centre (metres), capacity.  The new town is near to its shelters,
# but they are small; the old town has room to spare and lies in the flood zone; farms and the island have few.
SHELTERS = (
    ("みらい小学校", "みらい三丁目", -60, 80, 1400),
    ("みらい中学校", "みらい六丁目", 70, -50, 1800),
    ("市民会館", "栄町二丁目", 90, 40, 1600),
    ("栄町小学校", "栄町四丁目", -80, 60, 1300),
    ("旭町体育館", "旭町三丁目", 60, -70, 1500),
    ("本町小学校", "本町二丁目", 100, -60, 1200),
    ("本町公民館", "本町六丁目", -50, 50, 400),
    ("元町中学校", "元町五丁目", 40, 90, 1500),
    ("元町公民館", "元町一丁目", -90, -40, 350),
    ("川端公民館", "川端町二丁目", 30, 40, 300),
    ("舟入小学校", "舟入町一丁目", 80, 20, 900),
    ("あおば台小学校", "あおば台二丁目", 60, -90, 520),
    ("あおば台公民館", "あおば台七丁目", -70, 60, 160),
    ("あおば台中学校", "あおば台八丁目", 90, 70, 560),
    ("みどりが丘集会所", "みどりが丘一丁目", 40, 30, 120),
    ("みどりが丘会館", "みどりが丘四丁目", 30, -50, 150),
    ("ひかりヶ丘小学校", "ひかりヶ丘三丁目", -80, 60, 540),
    ("ひかりヶ丘公民館", "ひかりヶ丘一丁目", 60, 70, 150),
    ("ひかりヶ丘中学校", "ひかりヶ丘六丁目", 70, -60, 580),
    ("星見台集会所", "星見台二丁目", -50, 60, 110),
    ("星見台体育館", "星見台三丁目", 90, 40, 420),
    ("希望が丘小学校", "希望が丘二丁目", 50, -60, 520),
    ("希望が丘公民館", "希望が丘六丁目", -60, -70, 140),
    ("花園小学校", "花園二丁目", 70, 80, 500),
    ("希望が丘集会所", "希望が丘四丁目", 60, 40, 120),
    ("ひかりヶ丘集会所", "ひかりヶ丘八丁目", -50, -40, 130),
    ("花園集会所", "花園六丁目", -40, 50, 120),
    ("潮見小学校", "潮見町三丁目", 80, 160, 900),
    ("潮見公民館", "潮見町二丁目", -90, 60, 260),
    ("松原公民館", "松原一丁目", 120, -80, 240),
    ("塩浜公民館", "塩浜一丁目", 60, 70, 220),
    ("港町公民館", "港町二丁目", -40, -60, 260),
    ("港町小学校", "港町五丁目", 70, 80, 700),
    ("浜町小学校", "浜町二丁目", -60, 90, 850),
    ("浜町公民館", "浜町三丁目", 50, 40, 230),
    ("砂山小学校", "砂山二丁目", -150, 60, 780),
    ("磯﨑公民館", "磯﨑一丁目", 90, 110, 240),
    ("北沢小学校", "北沢", 350, -200, 480),
    ("中沢公民館", "中沢", 220, 180, 260),
    ("水原小学校", "水原", -180, 120, 620),
    ("南原公民館", "南原", 200, -160, 250),
    ("東原公民館", "東原", -220, 140, 260),
)
OPEN_SPACES = (  # name, area, offset, people it holds
    ("中央公園", "栄町三丁目", 60, 60, 3200),
    ("寺前広場", "寺前", 60, -40, 600),
    ("鍛冶町公園", "鍛冶町", -60, 80, 700),
    ("あおば台中央公園", "あおば台三丁目", 40, 60, 2400),
    ("星見台公園", "星見台一丁目", -60, 50, 1900),
    ("希望が丘公園", "希望が丘五丁目", 40, 40, 1700),
    ("花園公園", "花園四丁目", 60, -60, 1500),
    ("松原運動場", "松原二丁目", 160, 120, 2100),
    ("砂山高台広場", "砂山一丁目", 180, 120, 1600),
    ("灯台下広場", "灯台下二丁目", 120, 90, 1200),
    ("磯﨑広場", "磯﨑二丁目", 60, 80, 900),
    ("上水原農村広場", "上水原", 180, 120, 1100),
    ("桑畑広場", "桑畑", -150, 160, 800),
    ("梅ヶ原広場", "梅ヶ原", 200, 150, 900),
    ("柿ノ木広場", "柿ノ木", -200, 180, 700),
    ("沖ノ島灯台広場", "沖ノ島", 60, 80, 600),
)
NURSERIES = (  # area, places
    *(("みらい一丁目", 90), ("みらい七丁目", 120), ("栄町一丁目", 110), ("旭町二丁目", 100), ("本町三丁目", 90)),
    *(("元町四丁目", 80), ("川端町一丁目", 60), ("舟入町二丁目", 70), ("あおば台一丁目", 60), ("あおば台六丁目", 70)),
    *(("みどりが丘三丁目", 50), ("ひかりヶ丘二丁目", 70), ("ひかりヶ丘八丁目", 60), ("星見台四丁目", 50)),
    *(("希望が丘三丁目", 60), ("花園一丁目", 60), ("潮見町一丁目", 90), ("港町一丁目", 70), ("浜町一丁目", 90)),
    *(("砂山三丁目", 60), ("水原", 60), ("中沢", 45), ("東原", 50)),
)
CLINICS = (
    *(
        "みらい二丁目",
        "みらい五丁目",
        "みらい八丁目",
        "栄町二丁目",
        "旭町一丁目",
        "旭町四丁目",
        "本町一丁目",
        "本町五丁目",
    ),
    *("元町二丁目", "元町六丁目", "寺前", "あおば台四丁目", "あおば台五丁目", "ひかりヶ丘四丁目", "ひかりヶ丘七丁目"),
    *(
        "星見台二丁目",
        "希望が丘一丁目",
        "花園三丁目",
        "潮見町四丁目",
        "松原一丁目",
        "港町三丁目",
        "浜町四丁目",
        "砂山一丁目",
    ),
    *("灯台下一丁目", "水原", "中沢", "沖ノ島"),
)
HALLS = ("公民館", "集会所", "市民会館")  # shelters so named are halls too
NO_BUS = ("奥野", "大平", "杉ノ入", "竹ノ内", "沖ノ島")


def make_facilities(areas: list[Area], hazards: dict, dice: Dice) -> pd.DataFrame:
    """The canonical ``facilities`` table: what each place can hold, withstand and costs a year."""
    by_name = {area.name: area for area in areas}
    rows: list[dict] = []

    def add(kind, name, area, dx, dy, *, capacity=None, cost=None, flags=None):
        x, y = by_name[area].centre
        lon, lat = geo.degrees(x + dx, y + dy)
        number = sum(row["kind"] == kind for row in rows) + 1
        house = f"{number % 9 + 1}番{number % 17 + 1}号" if area.endswith("丁目") else f"{number * 13}番地"
        rows.append(
            {
                "facility_id": f"{kind}-{number}",
                "kind": kind,
                "kind_label": FACILITY_KINDS[kind],
                "name": name,
                "address": f"{geo.CITY}{area}{house}",
                "lon": lon,
                "lat": lat,
                "capacity": capacity,
                **(flags or {}),
                "yearly_cost": cost,
                "inside": True,
                "source": SOURCE,
            }
        )

    def spread(n=1):
        return [int(v) for v in 10 * (dice.below(n, 25) - 12)]

    for name, area, dx, dy, capacity in SHELTERS:
        flags = _usable(hazards, *geo.degrees(by_name[area].centre[0] + dx, by_name[area].centre[1] + dy))
        add("shelter", name, area, dx, dy, capacity=capacity, cost=9000 * capacity + 1_200_000, flags=flags)
    for name, area, dx, dy, capacity in OPEN_SPACES + tuple(s for s in SHELTERS if s[0].endswith("学校")):
        flags = _usable(hazards, *geo.degrees(by_name[area].centre[0] + dx, by_name[area].centre[1] + dy))
        add("evacuation_site", name, area, dx, dy, capacity=capacity * 2, flags=flags)
    for area, places in NURSERIES:
        add("nursery", f"{area}保育園", area, *spread(2), capacity=places, cost=1_050_000 * places)
    for area in CLINICS:
        add("medical", f"{area}医院", area, *spread(2))
    for name, area, dx, dy, _ in SHELTERS:
        if name.endswith(HALLS):
            add("community_centre", name, area, dx, dy, cost=4_000_000 + 10_000 * (abs(dx) + abs(dy)))
    for area in areas:
        if area.name not in NO_BUS:
            add("bus_stop", area.name, area.name, *spread(2), cost=280_000)
    for name, area, dx, dy, _ in SHELTERS:
        add("aed", name, area, dx + 5, dy - 5, cost=66_000)
    for area in CLINICS[::2]:
        add("aed", f"{area}医院", area, *spread(2), cost=66_000)
    table = pd.DataFrame(rows)
    return table.reindex(columns=[*list(rows[0])[:8], *HAZARDS, "yearly_cost", "inside", "source"])


def _usable(hazards: dict, lon: float, lat: float) -> dict[str, bool]:
    """For which hazards a place can be used: it lies outside of their zones."""
    wet = {
        hazard: [rank for rank, zone in zones if shapely.contains_xy(zone, lon, lat)]
        for hazard, zones in hazards.items()
    }
    return {
        "flood": not wet["flood"],
        "landslide": not wet["landslide"],
        "storm_surge": not wet["tsunami"],
        "earthquake": True,
        "tsunami": not wet["tsunami"],
        "fire": True,
        "inland_flood": not wet["flood"],
        "volcano": False,
    }
