"""People and the areas they live in: rows of ``areas`` and ``population`` from recognised files.

Every function returns ``(rows, notes)``; nothing is dropped without a note.
"""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pandas as pd

from dataacademy import eras
from dataacademy.areanames import match_names
from dataacademy.notes import Note
from dataacademy.tables import tidy_heading
from dataacademy.tables.known import age_bands
from dataacademy.tables.lint.sums import holds_both, mismatched
from dataacademy.town.places import DEGREES, usable_shapes, valid_shapes

TOTALS = {"合計", "総計", "計", "総数", "市計", "町計", "村計", "全市", "全体"}


def areas(look, *, code: str):
    """``areas`` from an e-Stat 小地域 table (points or polygons) or from 町丁目 polygons.

    Rows of other municipalities and the smaller pieces of an area in several parts (same KEY_CODE) are set aside and
    counted.  Columns: area_id, name, population, households, geometry (degrees), and ``lon``/``lat`` where the table
    states a representative point.
    """
    import geopandas as gpd

    data, notes = look.data.copy(), []
    key = look.columns.get("key_code", "KEY_CODE")
    data[key] = data[key].astype(str).str.replace(r"\.0$", "", regex=True)
    mine = data[key].str.startswith(code[:5])
    if not mine.any():
        found = "、".join(sorted(data[key].str[:5].unique())[:3])
        notes.append(
            Note(
                "other_town",
                f"団体コード {code} の行がありません（{found}…の行だけです）。",
                f"No rows of {code}.",
                level="error",
                fix="別の町のファイルではないか、--code が正しいか確かめてください。",
                file=look.file,
            )
        )
        return None, notes
    if (~mine).any():
        notes.append(
            Note(
                "other_town",
                f"ほかの市区町村の {int((~mine).sum()):,} 行を除きました。",
                f"{int((~mine).sum())} rows of other municipalities were set aside.",
                file=look.file,
            )
        )
    data = data[mine]
    pieces = data[key].duplicated(keep=False)
    name = next((c for c in ("MOJI", "S_NAME", "町丁目名", look.columns.get("name")) if c in data.columns), key)
    numbers = {"population": "JINKO", "households": "SETAI"}
    out = pd.DataFrame({"area_id": data[key], "name": data[name].fillna("").astype(str)})
    for column, source in numbers.items():
        out[column] = pd.to_numeric(data[source]).astype("Int64") if source in data.columns else pd.NA
    out["date"] = _census_date(data.columns)
    if {"X_CODE", "Y_CODE"} <= set(data.columns):
        out["lon"], out["lat"] = pd.to_numeric(data["X_CODE"]), pd.to_numeric(data["Y_CODE"])
    if hasattr(data, "geometry"):
        data, found = usable_shapes(replace(look, data=data))
        notes += found
        shapes, out = valid_shapes(data.geometry).to_crs(DEGREES), out.loc[data.index]
    else:
        shapes = gpd.GeoSeries(gpd.points_from_xy(out["lon"], out["lat"]), index=out.index, crs=4612).to_crs(DEGREES)
    out = gpd.GeoDataFrame(out, geometry=shapes)
    if pieces.any():
        out = _join_pieces(out, data, pieces, look, notes)
    blank = out["name"].str.strip() == ""
    out.loc[blank, "name"] = out.loc[blank, "area_id"]
    return out.reset_index(drop=True), notes


def _census_date(headings):
    """The census day that an e-Stat small-area table is of; its year stands in a heading such as ``H27KA22_``."""
    for heading in headings:
        if found := re.match(r"^([HR])(\d{1,2})KA", str(heading)):
            return f"{(1988 if found[1] == 'H' else 2018) + int(found[2])}-10-01"
    return pd.NA


def _join_pieces(out, data, pieces, look, notes):
    """One row an area: the main piece's numbers and point, all pieces' polygons."""
    main = data.get("AREA_MAX_F", pd.Series("", index=data.index)) == "M"
    order = out.assign(_main=main.to_numpy()).sort_values("_main", ascending=False, kind="stable")
    first = order.drop_duplicates("area_id").drop(columns="_main")
    for column in ("population", "households"):
        first[column] = first["area_id"].map(out.groupby("area_id")[column].sum(min_count=1)).astype("Int64")
    if (out.geom_type != "Point").all():
        merged = out.dissolve("area_id").geometry
        first = first.set_geometry(first["area_id"].map(merged).set_axis(first.index).set_crs(out.crs))
    notes.append(
        Note(
            "pieces",
            f"飛び地などで分かれた行が {int(pieces.sum())} 行あり、"
            f"{out.loc[pieces, 'area_id'].nunique()} 地区にまとめました。人口は合計しました。",
            f"{int(pieces.sum())} pieces of multipart areas were joined.",
            file=look.file,
        )
    )
    return first.sort_index()


def population(look):
    """``population`` rows (one per area, sex, age band) from a 地域・年齢別人口 table; ``area_id`` is still empty."""
    data, columns, notes = look.data, look.columns, []
    bands = age_bands(data.columns)
    names = data[columns["area_name"]].astype(str)
    numbers = {}
    for column in [*bands, *(columns[c] for c in ("total", "male", "female") if c in columns)]:
        numbers[column], found = look.number(column)
        notes += found
    numbers = pd.DataFrame(numbers, index=data.index)
    date, found = _survey_date(look)
    notes += found + _sums(look, numbers, bands) + _sum_in_part(look, numbers, bands)
    total = names.map(tidy_heading).isin(TOTALS)
    notes += _total_rows(look, numbers, total)
    names, numbers = names[~total], numbers[~total]
    parts = []
    for column, (sex, start, end) in bands.items():
        parts.append(
            pd.DataFrame({"area_name": names, "sex": sex, "age_from": start, "age_to": end, "count": numbers[column]})
        )
    out = pd.concat(parts, ignore_index=True)
    empty = out["count"].isna()
    if empty.any():
        notes.append(
            Note(
                "suppressed",
                f"人数が空欄か秘匿の欄が {int(empty.sum())} 個あり、0人とせずに除きました。",
                f"{int(empty.sum())} empty or suppressed cells were left out.",
                level="warning",
                file=look.file,
            )
        )
    out = out[~empty].astype({"age_from": "Int64", "age_to": "Int64", "count": "Int64"})
    out.insert(0, "date", date)
    out.insert(1, "source", f"住民基本台帳など（{look.file.rsplit('/', 1)[-1]}）")
    out.insert(2, "area_id", pd.Series(pd.NA, index=out.index, dtype="str"))
    return out.reset_index(drop=True), notes


def _sum_in_part(look, numbers, bands):
    """Areas where the men's columns seem to hold men and women together."""
    men, women = ({b[1:]: c for c, b in bands.items() if b[0] == sex} for sex in ("male", "female"))
    if not men or men.keys() != women.keys():
        return []
    male, female = numbers[[men[b] for b in men]], numbers[[women[b] for b in men]]
    odd = holds_both(male, female)
    column = look.columns.get("male", men[min(men)])
    notes = []
    for i in np.flatnonzero(odd.to_numpy()):
        area, together = look.data[look.columns["area_name"]].iloc[i], male.iloc[i].sum()
        notes.append(
            Note(
                "sum_in_part",
                f"{area}：「{column}」に男女の合計が入っているようです。どの年齢でも男 {together:,.0f} 人が"
                f"女 {female.iloc[i].sum():,.0f} 人を下回らず、総人口は部分の合計より大きいと思われます。",
                f"{column} seems to hold men and women together.",
                level="warning",
                fix="前の月の値と比べ、表を作った部署に確かめてください。それまでは、この町の人数は多めに出ます。",
                file=look.file,
                sheet=look.sheet,
                row=int(look.rows[i]),
                column=column,
                value=f"{together:,.0f}",
            )
        )
    return notes


def _total_rows(look, numbers, total):
    """Rows that hold the total of all areas: set aside, and compared with the sum of the others."""
    notes = []
    sums = numbers[~total].sum(min_count=1)
    for i in np.flatnonzero(total.to_numpy()):
        where = {"file": look.file, "sheet": look.sheet, "row": int(look.rows[i])}
        notes.append(
            Note("total_row", "合計の行なので、地区としては数えません。", "A row of totals was set aside.", **where)
        )
        wrong = [c for c in numbers if pd.notna(numbers[c].iloc[i]) and numbers[c].iloc[i] != sums[c]]
        if wrong:
            stated, true = numbers[wrong[0]].iloc[i], sums[wrong[0]]
            notes.append(
                Note(
                    "total_mismatch",
                    f"合計の行の「{wrong[0]}」が、地区の合計 {true:,.0f} と合いません"
                    + (f"（ほか {len(wrong) - 1} 列）。" if len(wrong) > 1 else "。"),
                    f"The total row states {stated:.0f}, the areas add up to {true:.0f}.",
                    level="warning",
                    fix="地区の行と合計の行のどちらが正しいか、表を作った部署に確かめてください。",
                    column=wrong[0],
                    value=f"{stated:,.0f}",
                    **where,
                )
            )
    return notes


def _survey_date(look):
    """The survey date (ISO text) from the column, else from the month in the file name; a disagreement is reported."""
    notes, stated = [], None
    named = eras.month_in_name(look.file.rsplit("/", 1)[-1])
    if "date" in look.columns:
        days, found = eras.to_dates(
            look.data[look.columns["date"]], file=look.file, column=look.columns["date"], rows=look.rows
        )
        notes += [n for n in found if n.level != "info"]
        days = days.dropna()
        stated = days.mode().iloc[0].date() if len(days) else None
    if stated and named and (stated.year, stated.month) != (named.year, named.month):
        notes.append(
            Note(
                "month_differs",
                f"ファイル名は{named.year}年{named.month}月、中の調査年月日は{stated.year}年{stated.month}月です。",
                f"The file name says {named:%Y-%m}, the table {stated:%Y-%m}.",
                level="warning",
                fix="前の月のファイルを、名前だけ変えて登録していないか確かめてください。",
                file=look.file,
                column=look.columns["date"],
                value=str(stated),
            )
        )
    date = stated or named
    if date is None:
        notes.append(
            Note(
                "no_date",
                "いつの人口か分かりません。",
                "The survey date is unknown.",
                level="warning",
                fix="ファイル名に 202404 のような年月を入れてください。",
                file=look.file,
            )
        )
    return (date.isoformat() if date else "不明"), notes


def _sums(look, numbers, bands):
    """Totals that are not the sum of their parts, a note for each row and column."""
    notes, columns = [], look.columns
    by_sex = {
        sex: numbers[[c for c, b in bands.items() if b[0] == sex]].sum(axis=1, min_count=1)
        for sex in ("male", "female")
    }
    checks = [(columns.get(sex), by_sex[sex], "年齢別の合計") for sex in by_sex]
    checks.append((columns.get("total"), by_sex["male"] + by_sex["female"], "男女・年齢別の合計"))
    for column, parts, what in checks:
        if column is None:
            continue
        wrong = mismatched(numbers[column], parts)
        for i in np.flatnonzero(wrong.to_numpy()):
            area = look.data[columns["area_name"]].iloc[i]
            notes.append(
                Note(
                    "total_mismatch",
                    f"{area}：「{column}」が{what} {parts.iloc[i]:,.0f} と合いません。教材では年齢別の値を使います。",
                    f"{column} is {numbers[column].iloc[i]:.0f}, but its parts add up to {parts.iloc[i]:.0f}.",
                    level="warning",
                    fix="どちらが正しいか、表を作った部署に確かめてください。",
                    file=look.file,
                    sheet=look.sheet,
                    row=int(look.rows[i]),
                    column=column,
                    value=f"{numbers[column].iloc[i]:,.0f}",
                )
            )
    return notes


def place_population(people, places):
    """Fill ``area_id`` by 町名; a name that covers several areas is split by their population (largest remainder)."""
    notes = []
    found = match_names(people["area_name"], places["name"])
    ids = places["area_id"].tolist()
    weights = places["population"].fillna(0).to_numpy(dtype=float)
    single = {name: ids[where[0]] for name, where in found.pairs.items() if len(where) == 1}
    people = people.assign(area_id=people["area_name"].map(single).astype("str"))
    several = {name: where for name, where in found.pairs.items() if len(where) > 1}
    whole = people["area_name"].isin(list(several))
    shares = [people[~whole]]
    for name, where in several.items():
        rows = people[people["area_name"] == name]
        part = weights[where] if weights[where].sum() else np.ones(len(where))
        split = _largest_remainder(rows["count"].to_numpy(dtype=float), part / part.sum())
        for j, position in enumerate(where):
            shares.append(rows.assign(area_id=ids[position], count=pd.array(split[:, j], dtype="Int64")))
        notes.append(
            Note(
                "split_area",
                f"「{name}」は {len(where)} 地区にまたがるので、地区の人口の割合で分けました。",
                f"{name} was split over {len(where)} areas by population.",
                value=name,
            )
        )
    if found.unknown:
        lost = int(
            people.loc[
                people["area_name"].isin(found.unknown) & (people["date"] == people["date"].max()), "count"
            ].sum()
        )
        notes.append(
            Note(
                "unplaced_names",
                f"地区の表にない町名が {len(found.unknown)} 個あり、{lost:,} 人を地図に置けません："
                + "、".join(found.unknown[:8])
                + ("ほか" if len(found.unknown) > 8 else ""),
                f"{len(found.unknown)} area names are unknown to the table of areas ({lost} people).",
                level="warning",
                fix="町名の書き方か、地区の表の年が違います。表のどちらかの町名をそろえてください。",
            )
        )
    if found.unused:
        inhabited = [ids[p] for p in found.unused if weights[p] > 0]
        notes.append(
            Note(
                "areas_without_ages",
                f"年齢別の人口がない地区が {len(found.unused)} あります（うち人の住む地区 {len(inhabited)}）。",
                f"{len(found.unused)} areas have no age data.",
                level="warning" if inhabited else "info",
            )
        )
    return pd.concat(shares).sort_values(
        ["date", "area_name", "area_id", "sex", "age_from"], kind="stable", ignore_index=True
    ), notes


def _largest_remainder(totals, shares):
    """Split each total into whole numbers by ``shares``; rows of the result add up to the totals."""
    raw = totals[:, None] * shares
    floor = np.floor(raw)
    missing = (totals - floor.sum(axis=1)).round().astype(int)
    order = np.argsort(-(raw - floor), axis=1, kind="stable")
    rank = np.argsort(order, axis=1, kind="stable")
    return (floor + (rank < missing[:, None])).astype(int)
