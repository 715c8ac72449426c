"""Coordinates: empty, 0,0, swapped, unreadable, outside Japan, far from all other places, in the old datum."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from dataacademy.areanames import name_key
from dataacademy.coordinates import JAPAN, clean_coordinates
from dataacademy.notes import Note
from dataacademy.tables.known import match_columns
from dataacademy.tables.lint.numbers import PLAIN
from dataacademy.tables.lint.rules import RULES
from dataacademy.tables.lint.sheet import Sheet
from dataacademy.tables.lint.table import FEW, Field, Table, sheet_note

_KM = 111.2  # of one degree of latitude
_FAR, _TOWN = 5.0, 60.0  # km: from the nearest other place; size of what may be one town
_SAME = 5  # places of the same name that must agree before a datum is called old
_SAYS = {
    "no_coordinates": "緯度・経度が空欄です",
    "null_island": "緯度・経度が 0, 0 です（アフリカの沖になります）",
    "swapped": "緯度と経度が入れかわっています",
    "degrees_minutes_seconds": "緯度・経度が度・分・秒で書かれています",
    "bad_coordinates": "緯度・経度を数として読めません",
    "outside_japan": "緯度・経度が日本の範囲にありません",
}
_NOWHERE = "位置が入っていません"  # of a feature of a map
_EMPTY = 1e30  # programs write numbers beyond for "no position"
_COMPASS = ("北", "北東", "東", "南東", "南", "南西", "西", "北西")


@dataclass(frozen=True, eq=False)
class Places:
    """Where the rows of a table or the features of a map lie.

    sheet
        The sheet without its cells, for notes.
    columns, heading
        The places of the columns of latitude and longitude (none for maps), and what the first is called.
    rows
        Sheet rows from 0 (for maps: features from 0).
    lat, lon, names
        Degrees, NaN where unknown; "" where there is no name.
    """

    sheet: Sheet
    columns: tuple[int, ...]
    heading: str
    rows: np.ndarray
    lat: np.ndarray
    lon: np.ndarray
    names: list[str]

    def notes(
        self, kind: str, at: Sequence[int], value_of: Callable[[int], str], say: Callable[[int], str] | None = None
    ) -> list[Note]:
        """Notes on some rows (their places in ``rows``): one each, or one for all if they are many.

        ``value_of`` and ``say`` give the value and the sentence (without its full stop) for the first row of a note.
        """
        found = []
        for group in [list(at)] if len(at) > FEW else [[i] for i in at]:
            ja = say(group[0]) if say else _SAYS[kind]
            if kind == "no_coordinates" and self.sheet.is_map:
                ja = _NOWHERE
            ja += (f"（{len(group):,}{'地物' if self.sheet.is_map else '行'}）" if len(group) > 1 else "") + "。"
            places = dict.fromkeys(self.columns, self.rows[group])
            note = sheet_note(
                self.sheet, kind, ja, RULES[kind].en + ".", places, column=self.heading, value=value_of(group[0])
            )
            found.append(replace(note, row=int(self.rows[group[0]]) + 1))
        return found


def coordinate_fields(table: Table) -> tuple[Field, Field] | None:
    """The columns of latitude and longitude."""
    by_name = {field.name: field for field in reversed(table.fields)}
    found = match_columns(list(by_name), ["lat", "lon"])
    return (by_name[found["lat"]], by_name[found["lon"]]) if len(found) == 2 else None


def coordinates(table: Table, fields: tuple[Field, Field]) -> tuple[Places, list[Note]]:
    """Where the rows of a table lie, and notes on those that lie nowhere or elsewhere."""
    by_name = {field.name: field for field in reversed(table.fields)}
    named = match_columns(list(by_name), ["name"])
    names = by_name[named["name"]].column.cells if named else None
    lat, lon = (np.append(field.numbers.values, np.nan)[field.column.codes] for field in fields)
    plain = _within(lat, "lat") & _within(lon, "lon")  # most rows need no closer look
    for field in fields:
        plain &= np.append(field.numbers.kinds == PLAIN, False)[field.column.codes]
    places = Places(
        replace(table.sheet, columns=[]),
        tuple(field.place for field in fields),
        fields[0].name,
        table.rows,
        lat,
        lon,
        [names[i] for i in range(len(names))] if names else [],
    )
    odd = np.flatnonzero(~plain)
    texts = [[field.column.cells[int(i)] for i in odd] for field in fields]
    return places, _examine(places, odd, *texts)


def _examine(places: Places, odd: np.ndarray, lat: Sequence, lon: Sequence) -> list[Note]:
    """Notes on the odd rows, whose coordinates as written are ``lat`` and ``lon``; what can be read goes to places."""
    y, x, found = clean_coordinates(lat, lon, file=places.sheet.file, rows=range(len(odd)))
    places.lat[odd], places.lon[odd] = y, x
    at: dict[str, list[int]] = {}
    written = {}
    for note in found:
        at.setdefault(note.kind, []).append(int(odd[note.row]))
        written[int(odd[note.row])] = ", ".join(str(part) for part in (lat[note.row], lon[note.row]) if str(part))
    return [note for kind, rows in at.items() for note in places.notes(kind, rows, written.__getitem__)]


def _within(values: np.ndarray, axis: str) -> np.ndarray:
    low, high = JAPAN[axis]
    return (values >= low) & (values <= high)


def points(sheet: Sheet, rows: np.ndarray, lat: np.ndarray, lon: np.ndarray, names: list[str]):
    """The places of a map's points, and the notes on them."""
    places = Places(sheet, (), "", rows, lat, lon, names)
    odd = np.flatnonzero(~(_within(lat, "lat") & _within(lon, "lon")))
    written = [["" if abs(degree) > _EMPTY else degree for degree in axis[odd].tolist()] for axis in (lat, lon)]
    return places, _examine(places, odd, *written)


def far_away(places: Iterable[Places]) -> list[Note]:
    """Places far from all others of the folder.

    Far: more than 5 km from the nearest other places, and more than twice as far from the middle as 95 % are.
    """
    places = list(places)
    lat = np.concatenate([p.lat for p in places]) if places else np.array([])
    lon = np.concatenate([p.lon for p in places]) if places else np.array([])
    lat, lon = lat[~np.isnan(lat)], lon[~np.isnan(lon)]
    if len(lat) < 10:
        return []
    middle = float(np.median(lat)), float(np.median(lon))
    x, y = _plane(lat, lon, middle)
    away = np.hypot(x, y)
    limit = max(_FAR, 2 * float(np.quantile(away, 0.95)))
    if float(np.quantile(away, 0.9)) > _TOWN:
        return []
    notes = []
    for p in places:
        px, py = _plane(p.lat, p.lon, middle)
        far = [
            int(i)
            for i in np.flatnonzero(np.hypot(px, py) > limit)  # NaN is not
            if np.partition(np.hypot(x - px[i], y - py[i]), 2)[2] > _FAR  # itself, perhaps a twin, and the next
        ]
        away = np.hypot(px, py)
        notes += p.notes(
            "outside_town",
            far,
            lambda i, p=p: f"{p.lat[i]:.5f}, {p.lon[i]:.5f}",
            lambda i, away=away: f"ほかの場所から遠く離れています（町の中心から約{away[i]:,.0f}km）",
        )
    return notes


def _plane(lat, lon, middle: tuple[float, float]):
    """Kilometres east and north of the middle."""
    return (lon - middle[1]) * np.cos(np.radians(middle[0])) * _KM, (lat - middle[0]) * _KM


def from_tokyo_datum(lat: np.ndarray, lon: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Degrees of the Tokyo datum in those of the present one, to about 10 m (飛田's formula of the first order).

    >>> lat, lon = from_tokyo_datum(np.array([35.0]), np.array([135.0]))
    >>> round(float(lat[0]), 5), round(float(lon[0]), 5)
    (35.00322, 134.99722)
    """
    return (
        lat - 0.00010695 * lat + 0.000017464 * lon + 0.0046017,
        lon - 0.000046038 * lat - 0.000083043 * lon + 0.010040,
    )


def old_datum(places: Iterable[Places]) -> list[Note]:
    """Files whose places lie where the same ones of another file would in the Tokyo datum (``tokyo_datum``)."""
    named = [(p, _by_name(p)) for p in places if p.names]
    notes, told = [], set()
    for p, mine in named:
        for other, theirs in named:
            common = [key for key in mine if key in theirs]
            if p.sheet.file in told or p is other or len(common) < _SAME:
                continue
            a, b = (np.array([names[key] for key in common]) for names in (mine, theirs))
            moved = np.column_stack(from_tokyo_datum(a[:, 0], a[:, 1]))
            same, off = np.abs(moved - b).max(axis=1) < 0.0005, np.abs(a - b).max(axis=1) > 0.0015
            if (same & off).mean() >= 0.8:
                told.add(p.sheet.file)
                metres, direction = _displacement(a[same & off], b[same & off])
                ja = f"緯度・経度が日本測地系（旧）のようです。「{other.sheet.file}」にある同じ名前の場所より、"
                ja += f"どれも約{metres}m{direction}にずれています。"
                en = f"All places lie about {metres} m off those of {other.sheet.file}, as in the Tokyo datum."
                notes.append(sheet_note(p.sheet, "tokyo_datum", ja, en, {}, column=p.heading))
    return notes


def _displacement(found: np.ndarray, right: np.ndarray) -> tuple[int, str]:
    """How far (metres, to ten) and in which direction places lie from where they should; rows of (lat, lon).

    >>> _displacement(np.array([[35.0, 135.0]]), np.array([[35.00322, 134.99722]]))
    (440, '南東')
    """
    lat, lon = np.median(found - right, axis=0)
    x, y = lon * np.cos(np.radians(float(right[0, 0]))), lat
    metres = round(float(np.hypot(x, y)) * _KM * 100) * 10
    return metres, _COMPASS[round(float(np.degrees(np.arctan2(x, y))) / 45) % 8]


def _by_name(p: Places) -> dict[str, tuple[float, float]]:
    """Latitude and longitude of each name that occurs once."""
    found: dict[str, tuple[float, float] | None] = {}
    for name, lat, lon in zip(p.names, p.lat, p.lon, strict=True):
        if name and not np.isnan(lat):
            key = name_key(name)
            found[key] = None if key in found else (lat, lon)
    return {key: where for key, where in found.items() if where is not None}
