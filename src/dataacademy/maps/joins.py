"""表の結合: an area table with a table of statistics, or points with the zones they lie in; nothing lost in silence."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import shapely

from dataacademy.analysis import Analysis
from dataacademy.areanames import match_names, name_key
from dataacademy.arguments import check_names_once
from dataacademy.distinct import plain_text
from dataacademy.errors import DataAcademyError, check_choice, check_columns, nearest_guess
from dataacademy.inputs import check_table
from dataacademy.labels import label_of
from dataacademy.maps.plane import POLYGONS, locations, need_plane
from dataacademy.maps.shares import converted, one_layer, polygons

WAYS = ("code", "name", "location")
_SHOWN = 5  # names in a sentence
_GUESSES = 250_000  # pairs of names that are compared letter by letter


@dataclass(frozen=True)
class Joined(Analysis):
    """An :class:`~dataacademy.analysis.Analysis` that keeps what did not find its partner.

    left_only, right_only
        The rows of the left (right) table without a partner, with the column ``hint`` on what may be the matter.
    reconciled
        Spellings that were taken for the same: ``written, read_as, why, count``.
    """

    left_only: pd.DataFrame = field(default_factory=pd.DataFrame)
    right_only: pd.DataFrame = field(default_factory=pd.DataFrame)
    reconciled: pd.DataFrame = field(default_factory=pd.DataFrame)


def join(
    left: pd.DataFrame,
    right: pd.DataFrame,
    *,
    by: str = "code",
    on: str | None = None,
    right_on: str | None = None,
    columns: list[str] | None = None,
) -> Joined:
    """The rows of ``left``, each with the columns of its row of ``right``; and what is in one table only.

    by
        ``code``: the codes are the same but for full width, blanks, ".0" and a lost leading 0;
        ``name``: the 町名 are the same but for 一丁目/1丁目, ケ/ヶ, 大字, width and blanks;
        ``location``: the points of ``left`` (of polygons the representative point) lie in the polygons of ``right``.
    on, right_on
        The columns of codes or names (``right_on`` only where it has another name on the right).
    columns
        The columns to take from the right (None: all others).

    Table: ``left`` (same rows, same order) and the columns of ``right``, empty where there is no partner.  Value:
    number of rows with a partner.  Figures: ``matched, left_only, right_only, reconciled``.  The result also has the
    tables ``left_only``, ``right_only`` and ``reconciled``, see :class:`Joined`.  A point on a border is counted once,
    in the zone that comes first.
    Errors: ``duplicate_keys`` (several rows of ``right`` for one of ``left``: rows would multiply), ``no_match``,
    ``code_in_exponent`` (9.92E+10: Excel has eaten the digits), ``column_exists``, ``on_missing``, ``needs_polygons``,
    ``several_layers``.
    Checked against ``pandas.merge`` and ``geopandas.sjoin`` on the sample town.
    When not to use: to guess names that are written otherwise: look at ``hint`` and mend the table.

    >>> import dataacademy as da
    >>> areas = da.load("areas")[["area_id", "name", "geometry"]]
    >>> calls = da.load("ambulance_calls").groupby("area_id").size().rename("calls").reset_index()
    >>> found = da.maps.join(areas, calls.head(100), on="area_id")
    >>> found.value, len(found.left_only), len(found.right_only)
    (100, 19, 0)
    """
    for table in (left, right):
        check_table(table)
        check_names_once(table)
    check_choice("結び付け方", by, WAYS, en="Way to join")
    if by == "location":
        partner, notes = _by_location(left, right)
        taken = _columns(left, right, columns, [right.geometry.name, "layer"])
        reconciled = pd.DataFrame(columns=["written", "read_as", "why", "count"])
    else:
        on, right_on = _keys(left, right, on, right_on)
        partner, reconciled, hints = _by_key(left[on], right[right_on], by)
        notes = {}
        taken = _columns(left, right, columns, [right_on, *right.columns[right.dtypes == "geometry"]])
    has = partner >= 0
    if not has.any():
        raise _no_match(left, right, by, on, right_on)
    table = left.copy()
    for column in taken:
        values = right[column].reset_index(drop=True).reindex(partner)  # −1 is no row: empty
        table[column] = values.set_axis(left.index)
    unused = ~np.isin(np.arange(len(right)), partner)
    left_only, right_only = left[~has].copy(), right[unused].copy()
    if by != "location":
        left_only["hint"], right_only["hint"] = hints
    return _told(table, left_only, right_only, reconciled, by, on, right_on, partner, notes)


def _keys(left, right, on, right_on) -> tuple[str, str]:
    if on is None:
        raise DataAcademyError(
            "on_missing",
            "どの列で結び付けるかが指定されていません。",
            "Which column joins the tables is not said.",
            fix='on="area_id" のように、両方の表にある列を指定します（右で名前がちがえば right_on= も）。'
            '位置で結び付けるなら by="location" です。',
            fix_en="Give on=… (and right_on=…), or by='location'.",
        )
    right_on = right_on or on
    check_columns(left, [on], table="左の表")
    check_columns(right, [right_on], table="右の表")
    return on, right_on


def _columns(left, right, columns, never) -> list[str]:
    if columns is not None:
        check_columns(right, columns, table="右の表")
        taken = list(columns)
    else:
        taken = [c for c in right.columns if c not in never]
    for column in taken:
        if column in left:
            raise DataAcademyError(
                "column_exists",
                f"列「{column}」は両方の表にあります。どちらの値か分からなくなります。",
                f"Column {column!r} is in both tables.",
                fix="右から使う列を columns=[…] で選ぶか、右の列の名前を先に変えてください（rename）。",
                fix_en="Choose the columns of the right with columns=[…], or rename it first.",
                column=str(column),
            )
    return taken


def _by_key(left: pd.Series, right: pd.Series, by: str):
    """Position of the partner of each row of ``left`` (−1: none), the spellings reconciled, and hints."""
    texts = [_each(side.reset_index(drop=True), plain_text) for side in (left, right)]
    if by == "code":
        for side, text in zip((left, right), texts, strict=True):
            _no_exponents(side, text)
        keys = _code_keys(*texts)
    else:
        keys = [_each(text, name_key) for text in texts]
    keys = [key.where(text != "", None) for key, text in zip(keys, texts, strict=True)]
    _no_duplicates(right, keys[1], keys[0])
    place = {key: i for i, key in enumerate(keys[1]) if key is not None}
    partner = np.array([place.get(key, -1) for key in keys[0]])
    written = pd.DataFrame(
        {"written": left.map(_shown).to_numpy(), "read_as": right.map(_shown).reset_index(drop=True).reindex(partner)}
    )
    written = written[(partner >= 0) & (written["written"].to_numpy() != written["read_as"].to_numpy())]
    reconciled = written.groupby(["written", "read_as"], sort=False).size().rename("count").reset_index()
    why = [_why(row.written, row.read_as, by) for row in reconciled.itertuples(index=False)]
    reconciled.insert(2, "why", why)
    unused = right[~np.isin(np.arange(len(right)), partner)]
    return partner, reconciled, (_hints(left[partner < 0], unused, by), _hints(unused, left[partner < 0], by))


def _code_keys(left: pd.Series, right: pd.Series) -> list[pd.Series]:
    """Codes as they are; without leading zeros for those that only so have a partner, if that is not ambiguous."""
    left, right = (_each(side, lambda code: re.sub(r"\s", "", code)) for side in (left, right))
    # two codes that differ in zeros only are one code written twice, unless one table holds both
    bare = pd.concat([pd.Series(side.unique(), dtype=object).str.lstrip("0") for side in (left, right)], keys=(0, 1))
    both = {code for _, codes in bare.groupby(level=0) for code in codes[codes.duplicated()]}
    return [_each(side, lambda c: c if c.lstrip("0") in both else c.lstrip("0")) for side in (left, right)]


def _no_exponents(side: pd.Series, text: pd.Series) -> None:
    eaten = _each(text, lambda cell: bool(re.fullmatch(r"[0-9](\.[0-9]+)?[eE]\+[0-9]+", cell)))
    if eaten.any():
        row = int(eaten.to_numpy().argmax())
        raise DataAcademyError(
            "code_in_exponent",
            f"列「{side.name}」のコードが「{text[row]}」になっています（{int(eaten.sum())} 行）。"
            "Excelが桁を落としたので、元に戻せません。",
            f"Codes of {side.name!r} were turned into {text[row]!r} by Excel; the digits are lost.",
            fix="元のファイルを「文字」の列として読み直してください（da.tables.read はコードを文字のまま読みます）。",
            fix_en="Read the original again with the column as text.",
            column=str(side.name),
        )


def _no_duplicates(right: pd.Series, keys: pd.Series, left_keys: pd.Series) -> None:
    twice = keys[keys.duplicated(keep=False) & keys.notna()]
    if len(twice):
        key = twice.iloc[0]
        each = keys.value_counts()
        rows = int(left_keys.map(each).fillna(1).sum())
        raise DataAcademyError(
            "duplicate_keys",
            f"右の表に「{_shown(right.iloc[twice.index[0]])}」の行が {int((twice == key).sum())} あります。"
            f"このまま結び付けると、左の {len(left_keys):,} 行が {rows:,} 行に増え、人数などを何度も数えます。",
            f"{_shown(right.iloc[twice.index[0]])!r} stands in {int((twice == key).sum())} rows of the right table; "
            f"{len(left_keys):,} rows would become {rows:,}.",
            fix=f'先に一行にまとめてください（例：right.groupby("{right.name}", as_index=False)["人数の列"].sum()）。'
            "日付や男女の列があれば、一つに絞ります。",
            fix_en="Add the rows up first (groupby), or keep one date.",
            column=str(right.name),
        )


def _why(written: str, read_as: str, by: str) -> str:
    a, b = plain_text(written), plain_text(read_as)
    if a == b:
        return "全角・空白・小数点"
    return "先頭の 0 が落ちている" if by == "code" else "町名の書き方"


def _hints(side: pd.Series, others: pd.Series, by: str) -> list[str]:
    """For each code or name without a partner, what may be the matter with it."""
    texts, pool = ([plain_text(v) for v in s] for s in (side, others))
    asked, pool = list(dict.fromkeys(texts)), [other for other in dict.fromkeys(pool) if other]
    found = dict.fromkeys(asked, "")
    if len(asked) * len(pool) <= _GUESSES:
        guesses = {text: nearest_guess(text, pool) for text in asked}
        found = {text: f"もしかして「{guess}」" if guess else "" for text, guess in guesses.items()}
    if by == "name":
        for whole, parts in match_names(pool, asked).pairs.items():
            found |= {asked[i]: f"「{whole}」の一部" for i in parts}
        for whole, parts in match_names(asked, pool).pairs.items():
            found[whole] = f"「{pool[parts[0]]}」など {len(parts)} 区域に分かれている"
    found |= {"": "空欄"}
    return [found[text] for text in texts]


def _by_location(left, right) -> tuple[np.ndarray, dict]:
    need_plane(left)
    notes = {}
    right = converted(right, left.crs, "区域", notes)
    zones = right.geometry.to_numpy()
    if not np.isin(shapely.get_type_id(zones), (-1, *POLYGONS)).all():
        raise DataAcademyError(
            "needs_polygons",
            "右の表は区域（面）にしてください。点の行があります。",
            "The right table must hold polygons.",
            fix="左右が逆なら入れ替えます。最も近い施設を付けるなら da.maps.nearest です。",
            fix_en="Swap the tables, or use da.maps.nearest.",
        )
    one_layer(right)
    zones = polygons(right, "区域", notes)
    xy = locations(left)
    points = shapely.points(xy)
    points[np.isnan(xy[:, 0])] = None
    point, zone = shapely.STRtree(zones).query(points, predicate="intersects")
    first = np.full(len(left), len(right))
    np.minimum.at(first, point, zone)
    shared = int((np.bincount(point, minlength=len(left)) > 1).sum())
    if shared:
        notes["境界か重なりの上で、先の区域に入れた行"] = shared
    if np.isnan(xy[:, 0]).any():
        notes["位置の分からない行"] = int(np.isnan(xy[:, 0]).sum())
    return np.where(first < len(right), first, -1), notes


def _told(table, left_only, right_only, reconciled, by, on, right_on, partner, notes) -> Joined:
    matched = int((partner >= 0).sum())
    repeats = int(np.unique(partner[partner >= 0], return_counts=True)[1].max()) > 1
    spelt = f"書き方のちがう {len(reconciled)} 通りを同じとみました（reconciled）。" if len(reconciled) else ""
    ja = f"左の {len(table):,} 行のうち {matched:,} 行に、右の表の値が付きました。"
    lost = []
    if len(left_only):
        lost.append(f"左だけにある {len(left_only):,} 行")
    if len(right_only):
        lost.append(f"右だけにある {len(right_only):,} 行")
    ja += f"{'と'.join(lost)}は結び付いていません。" if lost else "どちらの表にも余りはありません。"
    where = {"code": "コード", "name": "名前", "location": "位置"}[by]
    left_out = [
        _names("左の表だけにある", where, left_only, on),
        _names("右の表だけにある", where, right_only, right_on),
    ]
    return Joined(
        table,
        matched,
        ja + spelt,
        f"{matched:,} of {len(table):,} rows found a partner; {len(left_only):,} only on the left, {len(right_only):,} "
        f"only on the right; {len(reconciled)} spellings reconciled.",
        used={"左の行": len(table), "右の行": len(right_only) + len(np.unique(partner[partner >= 0])), **notes},
        left_out=tuple(line for line in left_out if line),
        figures={
            "matched": matched,
            "left_only": len(left_only),
            "right_only": len(right_only),
            "reconciled": len(reconciled),
        },
        assumptions=("右の一行の値が、左の何行にも入っています。その列を足し上げると、二重に数えます。",)
        if repeats
        else (),
        left_only=left_only,
        right_only=right_only,
        reconciled=reconciled,
    )


def _names(side: str, where: str, rows: pd.DataFrame, key: str | None) -> str:
    if rows.empty:
        return ""
    if key is None:
        return f"{side}行 {len(rows):,}（位置が合わない）"
    shown = "、".join(_shown(v) for v in rows[key].head(_SHOWN)) + ("、ほか" if len(rows) > _SHOWN else "")
    return f"{side}{where} {len(rows):,} 行（{label_of(key)}：{shown}）"


def _no_match(left, right, by, on, right_on) -> DataAcademyError:
    if by == "location":
        return DataAcademyError(
            "no_match",
            "左の点が、右の区域のどれにも入りません。",
            "No point of the left lies in a zone of the right.",
            fix="同じ市町村のデータか、座標系（CRS）が正しく付いているかを確かめてください。",
            fix_en="Check the town and the CRS of both.",
        )
    samples = [_shown(side.dropna().iloc[0]) if side.notna().any() else "空欄" for side in (left[on], right[right_on])]
    digits = [bool(re.fullmatch(r"[0-9]+", plain_text(s))) for s in samples]
    other = "一方がコードで、もう一方が名前ではありませんか。" if digits[0] != digits[1] else ""
    lengths = [len(plain_text(s)) for s in samples]
    if all(digits) and lengths[0] != lengths[1]:
        other = f"桁数がちがいます（{lengths[0]} 桁と {lengths[1]} 桁）。市町村コードの有無を確かめてください。"
    return DataAcademyError(
        "no_match",
        f"左の「{on}」（例：{samples[0]}）と右の「{right_on}」（例：{samples[1]}）で、同じものが一つもありません。",
        f"No value of {on!r} (e.g. {samples[0]!r}) is in {right_on!r} (e.g. {samples[1]!r}).",
        fix=other
        or (
            '名前なら by="name" にすると、書き方のちがいを合わせます。' if by == "code" else "別の列を選んでください。"
        ),
        fix_en="Is one a code and the other a name? Use by='name' for 町名.",
    )


def _shown(value) -> str:
    """A cell as it is written."""
    return "" if pd.isna(value) else str(value)


def _each(side: pd.Series, work) -> pd.Series:
    """``work`` done once for each different cell."""
    place, cells = pd.factorize(side, use_na_sentinel=False)
    return pd.Series([work(cell) for cell in cells], dtype=object).take(place).reset_index(drop=True)
