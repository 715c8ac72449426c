"""Tables of places and of the people who live there: areas, population, buildings, facilities, roads, hazards."""

from __future__ import annotations

from dataacademy.labels.maps import HAZARDS
from dataacademy.town.contract.columns import Column, Table

SHELTER_KINDS = ("shelter", "evacuation_site")  # in this order: what "the shelters of a town" are measured by
FACILITY_KINDS = {
    "shelter": "指定避難所",
    "evacuation_site": "指定緊急避難場所",
    "tsunami_building": "津波避難ビル",
    "aed": "AED設置箇所",
    "nursery": "子育て施設",
    "community_centre": "公民館・集会所",
    "public_toilet": "公衆トイレ",
    "wifi": "公衆無線LAN",
    "park": "公園",
    "medical": "医療機関",
    "cultural_property": "文化財",
    "care_facility": "福祉施設",
    "bus_stop": "バス停",
    "public_facility": "公共施設",
}
NOT_A_REFUGE = {"": "避難施設でない、または分からない"}
SEXES = {"male": "男性", "female": "女性", "total": "男女計"}
ROAD_KINDS = {"main": "幹線道路", "local": "生活道路", "bridge": "橋"}

_LON = Column("経度", "float64", "度", minimum=122, maximum=154, en="Longitude (JGD2011)")
_LAT = Column("緯度", "float64", "度", minimum=20, maximum=46, en="Latitude (JGD2011)")

TABLES = {
    "areas": Table(
        "地区",
        "areas.geojson",
        {
            "area_id": Column("地区コード", unique=True, en="Area code (KEY_CODE)"),
            "name": Column("地区名", en="Area name"),
            "population": Column("人口", "Int64", "人", required=False, minimum=0, en="Residents"),
            "households": Column("世帯数", "Int64", "世帯", required=False, minimum=0, en="Households"),
            "quarter": Column("地区の性格", required=False, en="Kind of quarter"),
            "association": Column("自治会", required=False, en="Neighbourhood association"),
        },
        en="Areas",
    ),
    "zones": Table(
        "区域（自治会・学校区など）",
        "zones.geojson",
        {
            "layer": Column("区域の種類", en="Kind of zone"),
            "zone_id": Column("区域番号", unique=True, en="Zone number"),
            "name": Column("区域名", en="Zone name"),
        },
        en="Zones",
    ),
    "population": Table(
        "人口",
        "population.csv",
        {
            "date": Column("調査年月日", en="Survey date"),
            "source": Column("出典", en="Source"),
            "area_id": Column("地区コード", required=False, en="Area code"),
            "area_name": Column("地区名", en="Area name"),
            "sex": Column("性別", en="Sex", values=SEXES),
            "age_from": Column("年齢（から）", "Int64", "歳", minimum=0, en="Age from"),
            "age_to": Column(
                "年齢（まで）",
                "Int64",
                "歳",
                required=False,
                minimum=0,
                en="Age to",
                missing={"": "上限なし（以上）"},
            ),
            "count": Column("人数", "Int64", "人", minimum=0, en="Persons"),
        },
        by_band=True,
        en="Population",
    ),
    "vital_events": Table(
        "人口の動き",
        "vital_events.csv",
        {
            "month": Column("月（1日から末日まで）", en="Month"),
            "area_id": Column("地区コード", en="Area code"),
            "births": Column("出生", "Int64", "人", minimum=0, en="Births"),
            "deaths": Column("死亡", "Int64", "人", minimum=0, en="Deaths"),
            "moved_in": Column("転入・転居して来た人", "Int64", "人", minimum=0, en="Moved in"),
            "moved_out": Column("転出・転居して出た人", "Int64", "人", minimum=0, en="Moved out"),
        },
        en="Births, deaths and moves",
    ),
    "residents": Table(
        "住民（個票）",
        "residents.csv",
        {
            "resident_id": Column("住民番号", unique=True, en="Resident number"),
            "household_id": Column("世帯番号（建物番号-世帯）", en="Household number (building-household)"),
            "name": Column("氏名", en="Name"),
            "sex": Column("性別", en="Sex", values={"male": "男性", "female": "女性"}),
            "birth_date": Column("生年月日", en="Date of birth"),
            "area_id": Column("地区コード", en="Area code"),
        },
        en="Residents (microdata)",
    ),
    "facilities": Table(
        "施設",
        "facilities.csv",
        {
            "facility_id": Column("施設番号", unique=True, en="Facility number"),
            "kind": Column("種類", en="Kind", values=FACILITY_KINDS),
            "kind_label": Column("種類の名前", en="Kind in Japanese"),
            "name": Column("名称", en="Name"),
            "address": Column("住所", required=False, en="Address"),
            "lon": _LON,
            "lat": _LAT,
            "capacity": Column(
                "想定収容人数",
                "Int64",
                "人",
                required=False,
                minimum=0,
                en="Capacity",
                missing={"": "避難施設・子育て施設でない、または分からない"},
            ),
            **{
                key: Column(f"{label}に使える", "boolean", required=False, en=f"Usable in: {key}", missing=NOT_A_REFUGE)
                for key, label in HAZARDS.items()
            },
            "yearly_cost": Column(
                "年間維持費",
                "Int64",
                "円",
                required=False,
                minimum=0,
                en="Running cost a year",
                missing={"": "町の費用でない、または分からない"},
            ),
            "inside": Column("町の範囲の中にある", "boolean", en="Inside the town"),
            "source": Column("出典", en="Source"),
        },
        en="Facilities",
    ),
    "hazard_zones": Table(
        "災害の想定区域",
        "hazard_zones.geojson",
        {
            "hazard": Column("災害の種類", en="Hazard", values=HAZARDS),
            "rank": Column("区分", required=False, en="Class"),
            "source": Column("出典", en="Source"),
        },
        en="Hazard zones",
    ),
    "buildings": Table(
        "建物",
        "buildings.csv",
        {
            "building_id": Column("建物番号", unique=True, en="Building number"),
            "lon": _LON,
            "lat": _LAT,
            "residents": Column("居住者数", "Int64", "人", minimum=0, en="Residents"),
        },
        en="Residential buildings",
    ),
    "roads": Table(
        "道路",
        "roads.geojson",
        {
            "road_id": Column("道路番号", unique=True, en="Road number"),
            "kind": Column("種類", en="Kind", values=ROAD_KINDS),
            "from_node": Column("起点の交差点", en="From node"),
            "to_node": Column("終点の交差点", en="To node"),
            "slope_percent": Column("勾配", "float64", "％", required=False, minimum=0, en="Slope"),
        },
        en="Roads",
    ),
}
