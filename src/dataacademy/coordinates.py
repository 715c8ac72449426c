"""Coordinates as offices write them: empty, 0,0, swapped, in degrees-minutes-seconds, or in another town."""

from __future__ import annotations

import re
import unicodedata

import numpy as np
import pandas as pd

from dataacademy.notes import Note

JAPAN = {"lat": (20.0, 46.0), "lon": (122.0, 154.0)}
_DMS = re.compile(
    r"^(?:北緯|東経|[NE])?\s*(\d{1,3})\s*(?:度|°|\s)\s*(\d{1,2})\s*(?:分|′|'|\s)\s*(\d{1,2}(?:\.\d+)?)\s*(?:秒|″|′′|''|\")?$"
)


def parse_degrees(text) -> tuple[float, bool]:
    """Degrees from text, and whether it was written in degrees, minutes and seconds.  NaN where unreadable.

    >>> parse_degrees("34.5"), parse_degrees("34度30分0秒"), parse_degrees("北緯34°30′0.0″")
    ((34.5, False), (34.5, True), (34.5, True))
    """
    if isinstance(text, (int, float, np.number)):
        return float(text), False
    plain = unicodedata.normalize("NFKC", str(text)).strip()
    try:
        return float(re.sub(r"^(北緯|東経|[NE])\s*|\s*([NE]|度|°)$", "", plain)), False
    except ValueError:
        found = _DMS.match(plain)
    if not found:
        return float("nan"), False
    degrees, minutes, seconds = (float(part) for part in found.groups())
    if minutes >= 60 or seconds >= 60:
        return float("nan"), False
    return degrees + minutes / 60 + seconds / 3600, True


def clean_coordinates(lat, lon, *, file: str, rows, columns=("緯度", "経度"), sheet: str = ""):
    """Latitude and longitude in degrees, with everything that was done or could not be done as notes.

    lat, lon
        Columns as read (text or numbers), same length as ``rows`` (row numbers in the file).

    Returns ``(lat, lon, notes)``: float arrays, NaN where a row cannot be put on a map (empty, 0,0, unreadable, outside
    Japan).  Swapped pairs and degrees-minutes-seconds are mended and reported; nothing else is guessed.

    >>> la, lo, notes = clean_coordinates(["34.5", "138.2", "0"], ["138.2", "34.5", "0"], file="x.csv", rows=[2, 3, 4])
    >>> la.tolist(), [n.kind for n in notes]
    ([34.5, 34.5, nan], ['swapped', 'null_island'])
    """
    parsed = [[parse_degrees(v) for v in column] for column in (lat, lon)]
    y = np.array([value for value, _ in parsed[0]], dtype=float)
    x = np.array([value for value, _ in parsed[1]], dtype=float)
    empty = np.array([_blank(a) or _blank(b) for a, b in zip(lat, lon, strict=True)], dtype=bool)
    notes: list[Note] = []

    def report(kind, mask, ja, en, fix, level="warning"):
        for i in np.flatnonzero(mask):
            value = "" if kind == "no_coordinates" else f"{_short(lat[i])}, {_short(lon[i])}"
            notes.append(
                Note(
                    kind,
                    ja,
                    en,
                    level=level,
                    fix=fix,
                    file=file,
                    sheet=sheet,
                    row=int(rows[i]),
                    column="・".join(columns),
                    value=value,
                )
            )

    lat, lon = list(lat), list(lon)
    dms = np.array([a[1] or b[1] for a, b in zip(*parsed, strict=True)], dtype=bool)
    swapped = _within(y, "lon") & _within(x, "lat")
    y[swapped], x[swapped] = x[swapped], y[swapped].copy()
    zero = (y == 0) & (x == 0)
    outside = ~empty & ~zero & ~np.isnan(y) & ~np.isnan(x) & ~(_within(y, "lat") & _within(x, "lon"))
    unreadable = ~empty & (np.isnan(y) | np.isnan(x))
    report(
        "no_coordinates",
        empty,
        "緯度・経度が空欄なので、地図に置けません。",
        "No coordinates.",
        "住所から調べて、緯度・経度を入れてください。",
    )
    report(
        "degrees_minutes_seconds",
        dms & ~unreadable,
        "度・分・秒で書かれていたので、十進の度に直して読みました。",
        "Degrees, minutes and seconds were converted to decimal degrees.",
        "元の表も 34.5 のような十進の度にしてください。",
    )
    report(
        "swapped",
        swapped,
        "緯度と経度が入れかわっていたので、戻して読みました。",
        "Latitude and longitude were swapped.",
        "元の表の緯度と経度を入れかえてください。",
    )
    report(
        "null_island",
        zero,
        "緯度・経度が 0, 0 です（アフリカ沖になります）。地図には置きません。",
        "The coordinates are 0, 0.",
        "正しい緯度・経度を入れるか、空欄にしてください。",
    )
    report(
        "bad_coordinates",
        unreadable,
        "緯度・経度を数として読めません。地図には置きません。",
        "The coordinates cannot be read.",
        "34.5 のような十進の度で入れてください。",
    )
    report(
        "outside_japan",
        outside,
        "緯度・経度が日本の範囲にありません。地図には置きません。",
        "The coordinates are not in Japan.",
        "緯度は20〜46、経度は122〜154の間になります。桁の打ちまちがいを確かめてください。",
    )
    bad = empty | zero | outside | unreadable
    y[bad], x[bad] = np.nan, np.nan
    return y, x, notes


def report_outside(lat, lon, extent, *, file: str, rows, sheet: str = ""):
    """Which rows lie inside the town's ``extent`` (a shapely geometry in degrees), and a note on those that do not.

    Places just outside are kept: people near the border use them, and fire districts cross borders.
    """
    import shapely

    inside = pd.array([pd.NA] * len(lat), dtype="boolean")
    known = ~np.isnan(lat)
    if extent is None:
        return inside, []
    inside[known] = shapely.contains_xy(extent, lon[known], lat[known])
    far = np.flatnonzero(known & ~inside.fillna(True).to_numpy(dtype=bool))
    if not len(far):
        return inside, []
    first = "、".join(f"{rows[i]}行目" for i in far[:5]) + ("ほか" if len(far) > 5 else "")
    note = Note(
        "outside_town",
        f"町の範囲の外にある行が {len(far)} 件あります（{first}）。残して使い、外にあることを記録しました。",
        f"{len(far)} rows lie outside of the town; they are kept and marked.",
        level="warning",
        fix="隣の町の施設として正しければ、そのままでかまいません。まちがいなら緯度・経度を直してください。",
        file=file,
        sheet=sheet,
        row=int(rows[far[0]]),
        column="緯度・経度",
        value=f"{lat[far[0]]:.5f}, {lon[far[0]]:.5f}",
    )
    return inside, [note]


def _within(values, axis):
    low, high = JAPAN[axis]
    return (values >= low) & (values <= high)


def _short(value) -> str:
    return f"{value:.7g}" if isinstance(value, float) and abs(value) > 1000 else str(value)


def _blank(value) -> bool:
    return pd.isna(value) or not str(value).strip()
