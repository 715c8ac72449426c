"""What a town has: ``load`` its tables, ``about`` itself."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

from dataacademy import paths
from dataacademy.codes import FICTIONAL
from dataacademy.errors import DataAcademyError, check_choice, nearest_guess
from dataacademy.paths import SAMPLE_TOWN
from dataacademy.town.contract import TABLES

LISTS = {"inventory": "ファイルの一覧", "problems": "見つかった問題の一覧", "codebook": "項目の説明"}
OLD = 65
_COORDINATES = ("facilities", "buildings")


@dataclass(frozen=True)
class About:
    """A town as lessons see it.

    epsg
        Its plane rectangular coordinate system; every table with a place is loaded in it (metres).
    shelter
        The facility kind that lessons measure distances to, with ``shelter_label``.
    tables
        Names of the tables it brings.
    missing
        Japanese labels of the tables it does not bring.
    source
        The line to print below figures.
    ages
        Whether its population is told apart by age.
    areas_date, ages_date
        Survey dates (Japanese) of the areas' population and of the population by age.
    unplaced
        Facilities left out because their place is unknown.
    """

    code: str
    name: str
    epsg: int
    shelter: str
    shelter_label: str
    source: str
    ages: bool = False
    areas_date: str = ""
    ages_date: str = ""
    unplaced: int = 0
    tables: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    @property
    def counted(self) -> str:
        """The column of ``areas`` that counts the people the flow is about: ``elderly`` where ages are known."""
        return "elderly" if self.ages else "population"

    @property
    def counted_label(self) -> str:
        """Who they are, for sentences."""
        return "65歳以上の人" if self.ages else "住民"

    @property
    def _two_dates(self) -> str:
        """What to mind where people by age were counted on another day than the people of ``areas``."""
        if not self.ages or self.areas_date == self.ages_date:
            return ""
        return "（地区の人口と日が違います。65歳以上の割合は、年齢別の人口どうしで割ります）"

    def has(self, table: str) -> bool:
        """Whether the town brings this table."""
        check_choice("表", table, list(TABLES), en="Table")
        return table in self.tables

    def without(self, what: str) -> LeftOut:
        """What a lesson shows in place of a result that this town has no data for (a table's name, or ``ages``)."""
        check_choice("表", what, [*TABLES, "ages"], en="Table")
        label = "年齢別の人口" if what == "ages" else TABLES[what].label
        return LeftOut(f"{self.name}には「{label}」の表がありません。ここは読むだけにして、次へ進んでください。")

    def _repr_html_(self) -> str:
        known = "練習用の架空の町" if self.code.startswith(FICTIONAL) else f"団体コード {self.code}"
        rows = {
            "町": f"{self.name}（{known}）",
            "避難所として測る施設": self.shelter_label or "なし",
            "地区の人口の調査日": self.areas_date or "不明",
            "年齢別の人口の調査日": (self.ages_date or "なし") + self._two_dates,
            "位置が分からず入っていない施設": f"{self.unplaced} か所",
            "ある表": "、".join(table.label for name, table in TABLES.items() if name in self.tables),
            "ない表": "、".join([*self.missing, *([] if self.ages else ["年齢別の人口"])]) or "ありません",
            "距離の測り方": "地図の上の直線（m）",
        }
        cells = "".join(
            f"<tr><th style='text-align:left'>{escape(k)}</th><td style='text-align:left'>{escape(v)}</td></tr>"
            for k, v in rows.items()
        )
        return f"<table>{cells}</table>"


@dataclass(frozen=True)
class LeftOut:
    """A sentence in place of a result."""

    sentence: str

    def __str__(self) -> str:
        return self.sentence

    def _repr_html_(self) -> str:
        return f"<p>（{escape(self.sentence)}）</p>"


def towns() -> list[str]:
    """The towns that can be opened: the sample town and every town with tables in ``datasets/``."""
    found = [p.parent.name for p in (paths.output() / "datasets").glob("*/town.json")]
    return [SAMPLE_TOWN, *sorted(t for t in found if t != SAMPLE_TOWN)]


def practice_files() -> Path:
    """The folder of the sample town's files as an office would hand them over: with faults to find and to mend.

    >>> practice_files().name
    'raw'
    """
    return paths.dataset(SAMPLE_TOWN) / "raw"


def about(town: str = SAMPLE_TOWN) -> About:
    """The name, code, coordinate system and tables of a town.

    >>> about("mirai").name
    'みらい市'
    """
    file = paths.dataset(str(town)) / "town.json"
    if not file.is_file():
        known, guess = towns(), nearest_guess(town, towns())
        raise DataAcademyError(
            "unknown_town",
            f"「{town}」の表はまだありません。" + (f"もしかして「{guess}」ですか。" if guess and guess != town else ""),
            f"There are no tables for {town!r}.",
            fix=f"いまあるのは {'、'.join(known)} です。"
            "新しい町は dataacademy town inspect フォルダ --code 団体コード で作ります。",
            fix_en=f"Available: {', '.join(known)}. New towns: `dataacademy town inspect FOLDER --code CODE`.",
        )
    return About(**json.loads(file.read_text(encoding="utf-8")))


def load(table: str, *, town: str = SAMPLE_TOWN) -> Any:
    """A town's table, ready for analysis.

    Tables with places (areas, zones, facilities, hazard_zones, buildings) come as GeoDataFrames in the town's plane
    rectangular coordinate system, so distances are metres; the others as DataFrames.  ``inventory`` and ``problems``
    are the lists that ``town inspect`` made, ``codebook`` explains the columns.  Where the town's population is told
    apart by age, areas have the column ``elderly``: residents of 65 and over on the newest date (a share of them is
    taken of ``population`` of that date, not of the areas' own, which may be years older).  Raises
    DataAcademyError with the nearest guess for an unknown table, and says what the town does have where the table is
    missing.

    >>> load("areas", town="mirai").crs.axis_info[0].unit_name
    'metre'
    """
    check_choice("表", table, [*TABLES, *LISTS], en="Table")
    place = about(town)
    folder = paths.dataset(str(town))
    if table in LISTS:
        import pandas as pd

        return pd.read_csv(folder / f"{table}.csv", dtype=str, keep_default_na=False, encoding="utf-8-sig")
    if table not in place.tables:
        raise DataAcademyError(
            "missing_table",
            f"{place.name}には「{TABLES[table].label}」（{table}）の表がありません。",
            f"{place.name} has no table {table!r}.",
            fix=f"ある表は {'、'.join(place.tables)} です。"
            "表を足すには、ファイルをフォルダに入れて town inspect からやり直します。",
            fix_en=f"Available: {', '.join(place.tables)}.",
        )
    data = _read(table, folder, place.epsg)
    if table == "areas" and place.ages:
        data["elderly"] = data["area_id"].map(_elderly(folder))
    return data


def _elderly(folder):
    """Residents of 65 and over on the newest date, by area."""
    import pandas as pd

    stored = pd.read_csv(folder / TABLES["population"].file, dtype={"date": str, "area_id": str})
    old = [c for c in stored.columns if c.split("-")[0].isdecimal() and int(c.split("-")[0]) >= OLD]
    newest = stored[stored["date"] == stored["date"].max()]
    return newest.groupby("area_id")[old].sum().sum(axis=1).astype("Int64")


def _stored_types(types):
    from dataacademy.town.bands import BAND_COLUMNS

    return {name: dtype for name, dtype in types.items() if name not in BAND_COLUMNS}


def _read(table, folder, epsg):
    import pandas as pd

    contract = TABLES[table]
    types = {name: column.dtype for name, column in contract.columns.items()}
    if contract.has_geometry:
        import pyogrio

        data = pyogrio.read_dataframe(folder / contract.file).to_crs(epsg)
        return data.astype({name: dtype for name, dtype in types.items() if name in data.columns})
    data = pd.read_csv(folder / contract.file, dtype=types if not contract.by_band else _stored_types(types))
    if contract.by_band:
        from dataacademy.town.bands import to_rows

        data = to_rows(data)
    if contract.open:  # codes of its own questions: whole numbers with gaps
        codes = [c for c in data.columns if c not in types and data[c].dtype.kind in "if"]
        data = data.astype(dict.fromkeys(codes, "Int64"))
    if table not in _COORDINATES:
        return data
    import geopandas as gpd

    points = gpd.points_from_xy(data["lon"], data["lat"], crs=6668).to_crs(epsg)
    return gpd.GeoDataFrame(data, geometry=points)
