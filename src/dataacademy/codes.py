"""全国地方公共団体コード: six digits with a check digit, as offices write them; and each town's plane coordinates.

A code is two digits for the prefecture (01–47; 99 for made-up towns), three for the municipality (000 is the prefecture
itself) and a check digit.  Spreadsheets drop the first 0, and national map data leave out the check digit: a code of
five digits may be either, so nothing is completed unless only one reading makes sense.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from dataacademy.distinct import distinct, plain_text
from dataacademy.errors import DataAcademyError
from dataacademy.notes import Note

FICTIONAL = "99"
_PREFECTURES = {f"{n:02d}" for n in range(1, 48)} | {FICTIONAL}


def check_digit(five: str) -> str:
    """Check digit of a five-digit code: the last digit of 11 − (6a + 5b + 4c + 3d + 2e) mod 11.

    Source: 総務省 全国地方公共団体コード仕様.  Raises DataAcademyError unless ``five`` is five digits.

    >>> check_digit("37201"), check_digit("01100")
    ('3', '2')
    """
    if not re.fullmatch(r"[0-9]{5}", str(five)):
        raise _not_a_code(five)
    total = sum(weight * int(digit) for weight, digit in zip((6, 5, 4, 3, 2), str(five), strict=True))
    return str((11 - total % 11) % 10)


def complete_code(value) -> tuple[str, list[Note]]:
    """The six-digit code that ``value`` (text or number) stands for, and what was done to get it.

    Notes are of kind ``code_cleaned`` (full-width digits, blanks, ".0"), ``leading_zero_restored`` and
    ``code_completed`` (check digit added).  Raises DataAcademyError ``bad_check_digit``, ``ambiguous_code`` (two
    readings are possible; both are named) or ``not_a_code``.

    >>> complete_code("372013")
    ('372013', [])
    >>> code, notes = complete_code(11002)
    >>> code, [note.kind for note in notes]
    ('011002', ['leading_zero_restored'])
    """
    text = _digits(value)
    readings = _readings(text)
    if len(readings) != 1:
        raise _refusal(value, text, readings)
    code, kinds = readings[0]
    return code, _notes(value, text, code, kinds)


def complete_codes(
    series: pd.Series, *, file: str = "", column: str = "", rows: Sequence[int] | None = None
) -> tuple[pd.Series, list[Note]]:
    """A column of codes as six-digit text, and what was done, once per different value with its first row.

    A value with two readings takes the one that agrees with the rest of the column: of the one prefecture that the
    others are of, and written as all others are (with or without check digit), as far as they tell.  What cannot be
    read stays as it is, with a note of level error; nothing is raised.

    rows
        File row of each element; None: the first element stands in row 2.

    >>> codes, notes = complete_codes(pd.Series([11002, 12106, 12025]))
    >>> codes.tolist()
    ['011002', '012106', '012025']
    >>> [(n.row, n.value) for n in notes if n.kind == "code_from_context"]
    [(3, '12106')]
    """
    cells = distinct(series, rows)
    texts = [_digits(value) for value in cells.values]
    options = [_readings(text) for text in texts]
    settled = _settle(options)
    codes: list[str | None] = []
    notes: list[Note] = []

    def report(i, *found):
        notes.extend(cells.locate(note, i, file=file, column=column) for note in found)

    for i, (value, text) in enumerate(zip(cells.values, texts, strict=True)):
        if not text:
            codes.append(None)
            report(i, Note("code_missing", "団体コードが空です。", "The code is missing.", level="warning"))
        elif len(settled[i]) != 1:
            codes.append(plain_text(value) if isinstance(value, float) else str(value))
            report(i, _refusal(value, text, settled[i]).note)
        else:
            code, kinds = settled[i][0]
            codes.append(code)
            report(i, *_notes(value, text, code, kinds))
            if len(options[i]) > 1:
                report(i, replace(_context_note(text, code, options[i]), value=str(value)))
    result = pd.Series(codes, dtype="str").take(cells.place).set_axis(series.index).rename(series.name)
    return result, notes


def _digits(value) -> str:
    """The value without full-width forms, blanks and ``.0``."""
    return re.sub(r"\.0*$", "", re.sub(r"\s", "", plain_text(value)))


def _readings(text: str) -> list[tuple[str, tuple[str, ...]]]:
    """Every code that the digits may stand for, with the kinds of notes it takes to get there."""
    if not re.fullmatch(r"[0-9]{4,6}", text):
        return []
    found = []
    for zero in ("", "0"):
        full, kinds = zero + text, ("leading_zero_restored",) if zero else ()
        # 800 and above are associations of municipalities: believed only where nothing has to be guessed
        if not _is_numbered(full[:5], below=1000 if len(text) == 6 else 800) or (zero and not _is_in_use(full)):
            continue
        if len(full) == 6 and full[5] == check_digit(full[:5]):
            found.append((full, kinds))
        if len(full) == 5:
            found.append((full + check_digit(full), (*kinds, "code_completed")))
    return found


def _is_numbered(five: str, *, below: int) -> bool:
    number = int(five[2:])
    return five[:2] in _PREFECTURES and (number == 0 or 100 <= number < below)


def _is_in_use(code: str) -> bool:
    """Whether prefectures 01 to 09, whose 0 gets lost, ever gave out numbers of this size (wards, cities, towns)."""
    prefecture, number = code[:2], int(code[2:5])
    wards, towns = prefecture in ("01", "04"), 700 if prefecture == "01" else 629
    return number == 0 or (wards and number < 200) or 200 < number < 250 or 300 < number <= towns


def _settle(options):
    """The readings of each value that agree with the values of the column that have one reading only."""
    sure = [readings[0] for readings in options if len(readings) == 1]
    prefectures = {code[:2] for code, _ in sure}
    if not sure:
        shared = [{code[:2] for code, _ in readings} for readings in options if readings]
        prefectures = set.intersection(*shared) if shared else set()
    styles = {"code_completed" in kinds for _, kinds in sure}

    def settle(readings):
        if len(readings) < 2:
            return readings
        near = [r for r in readings if len(prefectures) == 1 and r[0][:2] in prefectures]
        alike = [r for r in readings if len(styles) == 1 and ("code_completed" in r[1]) in styles]
        kept = [r for r in readings if r in (near or readings) and r in (alike or readings)]
        return kept or readings  # prefecture and style contradict each other: no guess

    return [settle(readings) for readings in options]


def _notes(value, text, code, kinds) -> list[Note]:
    shown = str(value)
    done = {
        "code_cleaned": (
            f"団体コード「{shown}」を「{text}」と読みました（全角・空白・小数点）。",
            f"Read the code {shown!r} as {text} (full-width, blanks, decimal point).",
        ),
        "leading_zero_restored": (
            f"団体コード「{text}」は先頭の 0 が落ちているので「{code}」にしました。",
            f"The leading 0 of code {text} was lost; made it {code}.",
        ),
        "code_completed": (
            f"団体コード「{text}」に検査数字を付けて「{code}」にしました。",
            f"Added the check digit to code {text}: {code}.",
        ),
    }
    if isinstance(value, str) and value != text:
        kinds = ("code_cleaned", *kinds)
    return [Note(kind, *done[kind], value=shown) for kind in kinds]


def _context_note(text, code, readings) -> Note:
    others = "、".join(f"「{other}」" for other, _ in readings if other != code)
    return Note(
        "code_from_context",
        f"団体コード「{text}」は{others}とも読めますが、列のほかの値に合わせて「{code}」にしました。",
        f"Code {text} could also be {', '.join(o for o, _ in readings if o != code)}; the column says {code}.",
        level="warning",
        value=text,
    )


def _refusal(value, text, readings) -> DataAcademyError:
    """Why the value is no code: two readings, a wrong check digit, or nothing like a code."""
    if len(readings) > 1:
        both = [
            (code, "先頭の 0 が落ちた" if "leading_zero_restored" in kinds else "検査数字がない")
            for code, kinds in readings
        ]
        return DataAcademyError(
            "ambiguous_code",
            f"団体コード「{text}」は"
            + "とも、".join(f"「{code}」（{why}もの）" for code, why in both)
            + "とも読めます。",
            f"Code {text} may be {' or '.join(code for code, _ in both)}.",
            fix="6桁で書いてください。",
            fix_en="Write all six digits.",
            value=str(value),
        )
    for full in (text, "0" + text):
        if re.fullmatch(r"[0-9]{6}", full) and _is_numbered(full[:5], below=800):
            likely = full[:5] + check_digit(full[:5])
            return DataAcademyError(
                "bad_check_digit",
                f"団体コード「{text}」の検査数字（最後の1桁）が合いません。",
                f"The check digit of code {text} is wrong.",
                fix=f"「{likely}」ではありませんか。数字の打ち間違いがないか、確かめてください。",
                fix_en=f"Did you mean {likely}? Check the digits.",
                value=str(value),
            )
    return _not_a_code(value)


def _not_a_code(value) -> DataAcademyError:
    return DataAcademyError(
        "not_a_code",
        f"「{value}」は全国地方公共団体コードではありません。",
        f"{str(value)!r} is not a code of a Japanese local government.",
        fix="都道府県2桁（01〜47）・市区町村3桁・検査数字1桁の、6桁の数字で書いてください。例：372013（高松市）",
        fix_en="Write six digits: prefecture (2), municipality (3), check digit. Example: 372013 (Takamatsu).",
        value=str(value),
    )


# --- plane rectangular coordinate systems ---------------------------------------------------------------------------

_ZONE_PREFECTURES = {
    1: "42", 2: "40 41 43 44 45", 3: "32 34 35", 4: "36 37 38 39", 5: "28 31 33", 6: "18 24 25 26 27 29 30",
    7: "16 17 21 23", 8: "15 19 20 22", 9: "07 08 09 10 11 12 14", 10: "02 03 04 05 06",
}  # fmt: skip
_ZONE_OF = {prefecture: zone for zone, names in _ZONE_PREFECTURES.items() for prefecture in names.split()}

# Municipality numbers in Hokkaido; numbers of abolished towns go with their neighbours.
_XI = {202, 203, 233, 236, *range(331, 410), 571, 572, 573, 574, 575, 584}
_XIII = {206, 207, 208, 211, 223, *range(541, 554), 564, *range(631, 701)}
_AMAMI_TOKARA = {222, 304, *range(523, 536)}  # Kagoshima, zone I
_YAEYAMA_MIYAKO = {207, 214, *range(371, 383)}  # Okinawa, zone XVI
_DAITO = {357, 358}  # Okinawa, zone XVII
_OGASAWARA = 421  # Tokyo, zone XIV

# Origin meridian of zones I to XIX, and the latitudes of their land, rounded outward to whole degrees.
_MERIDIANS = [
    (129.5, 26, 35), (131, 30, 34), (132 + 1 / 6, 33, 37), (133.5, 32, 35), (134 + 1 / 3, 34, 36), (136, 33, 37),
    (137 + 1 / 6, 33, 38), (138.5, 33, 39), (139 + 5 / 6, 29, 38), (140 + 5 / 6, 37, 42), (140.25, 41, 44),
    (142.25, 42, 46), (144.25, 41, 45), (142, 24, 28), (127.5, 25, 28), (124, 23, 26), (131, 24, 27), (136, 20, 21),
    (154, 24, 25),
]  # fmt: skip


def plane_epsg(code: str, *, lat: float | None = None, lon: float | None = None) -> int:
    """EPSG code (6669–6687) of the plane rectangular coordinate system (JGD2011, zones I–XIX) of a municipality.

    code
        As ``complete_code`` reads it.
    lat, lon
        A point of the municipality in degrees.  Needed for made-up towns (99…: the nearest origin meridian at that
        latitude) and for 北海道 and 沖縄県 as a whole; heeded on the islands of 東京都 and 鹿児島県, which without it
        count as mainland unless the municipality itself tells.

    Raises DataAcademyError ``needs_coordinates``, ``outside_japan`` and those of ``complete_code``.
    Source: 平成14年国土交通省告示第9号 (as amended 2010).  Checked against the areas of use in the EPSG register.

    >>> plane_epsg("372013"), plane_epsg("992011", lat=34.7, lon=138.0)
    (6672, 6676)
    """
    code, _ = complete_code(code)
    point = None if _missing(lat) or _missing(lon) else (float(lat), float(lon))
    return 6668 + _zone(code, point)


def _zone(code: str, point: tuple[float, float] | None) -> int:
    prefecture, number = code[:2], int(code[2:5])
    if prefecture in _ZONE_OF:
        return _ZONE_OF[prefecture]
    if prefecture == "13":
        if point and point[0] < 28:
            return 18 if point[1] < 140.5 else 14 if point[1] < 143 else 19
        return 14 if number == _OGASAWARA and not point else 9
    if prefecture == "46":
        return 1 if number in _AMAMI_TOKARA or (point and _off_kagoshima(*point)) else 2
    if prefecture == "47" and number:
        return 16 if number in _YAEYAMA_MIYAKO else 17 if number in _DAITO else 15
    if prefecture == "01" and number:
        return 11 if number in _XI else 13 if number in _XIII else 12
    if not point:
        raise DataAcademyError(
            "needs_coordinates",
            f"団体コード「{code}」だけでは平面直角座標系の系番号が決まりません。",
            f"Code {code} alone does not tell the plane rectangular zone.",
            fix="役場などの緯度と経度も指定してください。例：lat=34.70, lon=138.00",
            fix_en="Give a latitude and longitude too, for example of the town hall: lat=34.70, lon=138.00",
            value=code,
        )
    return _nearest_zone(point, {"01": range(11, 14), "47": range(15, 18)}.get(prefecture, range(1, 20)))


def _off_kagoshima(lat: float, lon: float) -> bool:
    """Inside the box of the 告示 for zone I: 27–32° N, 128°18′–130° E, for Amami (south of 29°) to 130°13′ E."""
    return 27 <= lat <= 32 and 128.3 <= lon <= (130 + 13 / 60 if lat < 29 else 130)


def _nearest_zone(point, zones) -> int:
    lat, lon = point
    off = {}
    for zone in zones:
        meridian, south, north = _MERIDIANS[zone - 1]
        if south <= lat <= north:
            off[zone] = abs(lon - meridian)
    if not off or min(off.values()) > 3:
        swapped = 20 <= lon <= 46 and 122 <= lat <= 154
        raise DataAcademyError(
            "outside_japan",
            f"緯度 {lat}、経度 {lon} は日本の陸地から離れているので、平面直角座標系の系番号が決まりません。",
            f"Latitude {lat}, longitude {lon} is far from Japan's land.",
            fix="緯度と経度が入れ替わっています。" if swapped else "緯度と経度を確かめてください。",
            fix_en="Latitude and longitude are swapped." if swapped else "Check latitude and longitude.",
            value=f"{lat}, {lon}",
        )
    return min(off, key=off.get)


def _missing(degrees) -> bool:
    return degrees is None or math.isnan(degrees)
