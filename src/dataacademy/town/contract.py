"""The canonical tables a town may bring: columns, types, units, keys, and which lessons need them.

Everything a lesson loads has passed this page.  Files are UTF-8: plain tables as CSV, geometries as GeoJSON in
longitude/latitude (JGD2011).
"""

from __future__ import annotations

from dataclasses import dataclass

from dataacademy.notes import Note

HAZARDS = {
    "flood": "洪水",
    "landslide": "崖崩れ・土石流・地滑り",
    "storm_surge": "高潮",
    "earthquake": "地震",
    "tsunami": "津波",
    "fire": "大規模な火事",
    "inland_flood": "内水氾濫",
    "volcano": "火山現象",
}
SHELTER_KINDS = ("shelter", "evacuation_site")  # in this order: what "the shelters of a town" are measured by
FACILITY_KINDS = {
    "shelter": "指定避難所",
    "evacuation_site": "指定緊急避難場所",
    "tsunami_building": "津波避難ビル",
    "aed": "AED設置箇所",
    "nursery": "子育て施設",
    "public_toilet": "公衆トイレ",
    "wifi": "公衆無線LAN",
    "park": "公園",
    "medical": "医療機関",
    "cultural_property": "文化財",
    "care_facility": "福祉施設",
    "bus_stop": "バス停",
    "public_facility": "公共施設",
}


@dataclass(frozen=True)
class Column:
    """One column: its Japanese label, its pandas dtype, its unit, and whether it may be empty."""

    label: str
    dtype: str = "str"
    unit: str = ""
    required: bool = True
    unique: bool = False
    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True)
class Table:
    """One canonical table: Japanese label, file name, columns."""

    label: str
    file: str
    columns: dict[str, Column]

    @property
    def has_geometry(self) -> bool:
        return self.file.endswith(".geojson")


TABLES = {
    "areas": Table(
        "地区",
        "areas.geojson",
        {
            "area_id": Column("地区コード", unique=True),
            "name": Column("地区名"),
            "population": Column("人口", "Int64", "人", required=False, minimum=0),
            "households": Column("世帯数", "Int64", "世帯", required=False, minimum=0),
        },
    ),
    "zones": Table(
        "区域（自治会・学校区など）",
        "zones.geojson",
        {"layer": Column("区域の種類"), "zone_id": Column("区域番号", unique=True), "name": Column("区域名")},
    ),
    "population": Table(
        "人口",
        "population.csv",
        {
            "date": Column("調査年月日"),
            "source": Column("出典"),
            "area_id": Column("地区コード", required=False),
            "area_name": Column("地区名"),
            "sex": Column("性別（male・female・total）"),
            "age_from": Column("年齢（から）", "Int64", "歳", minimum=0),
            "age_to": Column("年齢（まで。空欄は「以上」）", "Int64", "歳", required=False, minimum=0),
            "count": Column("人数", "Int64", "人", minimum=0),
        },
    ),
    "facilities": Table(
        "施設",
        "facilities.csv",
        {
            "facility_id": Column("施設番号", unique=True),
            "kind": Column("種類"),
            "kind_label": Column("種類の名前"),
            "name": Column("名称"),
            "address": Column("住所", required=False),
            "lon": Column("経度", "float64", "度", minimum=122, maximum=154),
            "lat": Column("緯度", "float64", "度", minimum=20, maximum=46),
            "capacity": Column("想定収容人数", "Int64", "人", required=False, minimum=0),
            **{key: Column(f"{label}に使える", "boolean", required=False) for key, label in HAZARDS.items()},
            "inside": Column("町の範囲の中にある", "boolean"),
            "source": Column("出典"),
        },
    ),
    "hazard_zones": Table(
        "災害の想定区域",
        "hazard_zones.geojson",
        {"hazard": Column("災害の種類"), "rank": Column("区分", required=False), "source": Column("出典")},
    ),
    "buildings": Table(
        "建物",
        "buildings.csv",
        {
            "building_id": Column("建物番号", unique=True),
            "lon": Column("経度", "float64", "度", minimum=122, maximum=154),
            "lat": Column("緯度", "float64", "度", minimum=20, maximum=46),
            "residents": Column("居住者数", "Int64", "人", minimum=0),
        },
    ),
}


def schema(name: str):
    """The pandera schema of a canonical table."""
    import pandera.pandas as pa

    columns = {}
    for column, c in TABLES[name].columns.items():
        checks = [pa.Check.ge(c.minimum)] if c.minimum is not None else []
        checks += [pa.Check.le(c.maximum)] if c.maximum is not None else []
        if c.required and c.dtype == "str":
            checks.append(pa.Check(lambda s: s.str.strip() != "", name="not_empty"))
        columns[column] = pa.Column(c.dtype, checks, nullable=not c.required, unique=c.unique)
    return pa.DataFrameSchema(columns)


def validate(name: str, table) -> list[Note]:
    """What breaks the contract, one note a value: table, row of the canonical table, column, value, expectation."""
    import pandera.errors

    try:
        schema(name).validate(table, lazy=True)
    except pandera.errors.SchemaErrors as error:
        return [_explain(name, case) for case in error.failure_cases.to_dict("records")]
    return []


def _explain(name: str, case: dict) -> Note:
    contract = TABLES[name]
    column = contract.columns.get(str(case["column"]))
    label = column.label if column else str(case["column"])
    wanted = {
        "not_nullable": ("空欄にできません", "値を入れてください。"),
        "not_empty": ("空欄にできません", "値を入れてください。"),
        "field_uniqueness": ("同じ値が二度あります", "番号が重ならないようにしてください。"),
    }.get(str(case["check"]))
    if wanted is None and column and (column.minimum is not None or column.maximum is not None):
        low, high = column.minimum, column.maximum
        span = f"{low:g}" + (f"〜{high:g}" if high is not None else "以上")
        wanted = (f"{span} の範囲にありません", f"{span} {column.unit}の値にしてください。")
    said, fix = wanted or (
        f"約束（{case['check']}）に合いません",
        f"{label}の型は {column.dtype if column else '?'} です。",
    )
    row = int(case["index"]) + 1 if case["index"] == case["index"] and case["index"] is not None else None
    return Note(
        "contract",
        f"表「{contract.label}」：{label}が{said}。",
        f"{name}.{case['column']}: {case['check']}",
        level="error",
        fix=fix,
        file=contract.file,
        row=row,
        column=str(case["column"]),
        value=str(case["failure_case"]),
    )
