"""Numbers as offices write them: full-width, 1,234, △12, with a unit, and the marks that stand for no number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dataacademy.notes import Note
from dataacademy.tables.cells import Cells
from dataacademy.tables.reading import quote, row_list

SUPPRESSED, NONE, UNKNOWN = "秘匿", "該当なし", "不詳"
MARKS = {
    **dict.fromkeys(("X", "x", "χ", "*", "**", "***"), SUPPRESSED),
    **dict.fromkeys(("-", "--", "---", "ー"), NONE),
    **dict.fromkeys(("…", "...", "‥", "・・・", "・", "NA", "N/A", "n/a", "#N/A"), UNKNOWN),
}
_MEANINGS, _MEANINGS_EN = (SUPPRESSED, NONE, UNKNOWN), ("suppressed", "none", "unknown")
_DASHES = "－−‐‑‒–—―─"
HALF = str.maketrans(
    "０１２３４５６７８９．，＋％＊Ｘｘ￥　\u00a0" + _DASHES, "0123456789.,+%*Xx¥  " + "-" * len(_DASHES)
)
UNITS = (
    "百万円|千円|万円|億円|円|千人|万人|人|名|世帯|件|戸|棟|台|箇所|か所|カ所|ヶ所|ヵ所|施設|校|回|歳|才|年|日|時間|分|秒"
    "|%|‰|ポイント|平方メートル|㎡|m2|㎢|km2|ha|㎞|km|m|cm|㎜|mm|kg|t|トン|席|床|枚|本|冊|点|票|倍"
)
NUMBER = re.compile(
    r"(?P<sign>[-+△▲])?\s?(?P<yen>¥)?"
    r"(?P<whole>\d{1,3}(?:,\d{3})+|\d{1,3}(?: \d{3})+|\d+)?(?P<part>\.\d+)?(?P<power>[eE][-+]\d+)?"
    rf"\s?(?P<unit>{UNITS})?"
)
_PLAIN = b"0123456789.-\n"
_ODD = re.compile(r"\n-?(?:0\d|\.)")
EXACT = 15  # digits that a number keeps; longer ones are names


@dataclass(frozen=True)
class Words:
    """What each of some distinct texts reads as; words are named by their place.

    numbers
        float per word, NaN where it is no number.
    marks
        The marks of a missing number, and their meaning.
    strays
        Neither number nor mark.
    rewritten
        Numbers not written plainly (full-width, thousands separators, △, unit).
    unit
        The unit that every number carries, or "".
    whole
        Whether all numbers are whole and written without a decimal point.
    leading_zero
        Whether some number starts with a zero that is no decimal's: most likely a code.
    """

    numbers: np.ndarray
    marks: dict[int, str]
    strays: list[int]
    rewritten: list[int]
    unit: str
    whole: bool
    leading_zero: bool


def examine(words: Sequence[str]) -> Words:
    """Read each distinct text as a number, a missing mark or neither."""
    joined = "\n".join(["", *words, ""])
    plain = joined.isascii() and not joined.encode().translate(None, _PLAIN) and not _has_odd(joined)
    if plain and words and joined.count("\n") == len(words) + 1 and max(map(len, words)) <= EXACT:
        try:
            return Words(np.array(words, dtype=float), {}, [], [], "", "." not in joined, False)
        except ValueError:  # "-" or "1-2": the careful way tells them apart
            return _examine_each(words)
    return _examine_each(words)


def _has_odd(lines: str) -> bool:
    """Whether some line is 012, .5 or 5. (the search is slow; most columns have nothing to search for)."""
    doubtful = "\n0" in lines or "\n-" in lines or "\n." in lines
    return ".\n" in lines or (doubtful and bool(_ODD.search(lines)))


def _examine_each(words: Sequence[str]) -> Words:
    numbers = np.full(len(words), np.nan)
    marks: dict[int, str] = {}
    units: dict[str, list[int]] = {}
    rewritten, whole, leading_zero = [], True, False
    for place, word in enumerate(words):
        half = word.translate(HALF).strip()
        if half in MARKS:
            marks[place] = MARKS[half]
            continue
        found = NUMBER.fullmatch(half)
        if not found or not (found["whole"] or found["part"]) or (found["yen"] and found["unit"]):
            continue
        digits = re.sub("[, ]", "", found["whole"] or "")
        if len(digits) > EXACT:
            continue
        sign = "-" if found["sign"] in ("-", "△", "▲") else ""
        plain = f"{sign}{digits}{found['part'] or ''}{found['power'] or ''}"
        numbers[place] = float(plain)
        units.setdefault("円" if found["yen"] else found["unit"] or "", []).append(place)
        whole = whole and not found["part"] and not found["power"]
        leading_zero = leading_zero or bool(re.match(r"0\d", digits))
        if plain != word:
            rewritten.append(place)
    if len(units) > 1:  # 12人 beside 5 or 3世帯: not one quantity, so the ones with a unit stay what they are
        for unit, places in units.items():
            if unit:
                numbers[places] = np.nan
    unit = next(iter(units)) if len(units) == 1 else ""
    strays = [place for place in np.flatnonzero(np.isnan(numbers)).tolist() if place not in marks]
    rewritten = [place for place in rewritten if not np.isnan(numbers[place])]
    return Words(numbers, marks, strays, rewritten, unit, whole, leading_zero)


def is_number(text: str) -> bool:
    """Whether a single text reads as a number (missing marks do not).

    >>> [is_number(t) for t in ("１，２３４", "△12", "12人", "1,2,3", "(12)", "①", "12E3", "-")]
    [True, True, True, False, False, False, False, False]
    """
    found = examine([text])
    return not found.strays and not found.marks


def number_share(cells: Cells, *, marks: bool = False, sample: int = 1000) -> float:
    """The share of the filled rows that hold a number (``marks``: or a missing mark).

    Judged by at most ``sample`` rows spread over the table.
    """
    filled = np.flatnonzero(~cells.blank)
    if not len(filled):
        return 0.0
    if len(filled) > sample:
        filled = filled[np.linspace(0, len(filled) - 1, sample).astype(int)]
    some = cells.take(filled)
    found = examine(some.words)
    counted = ~np.isnan(found.numbers)
    if marks:
        counted[list(found.marks)] = True
    return float(some.counts()[counted].sum() / len(filled))


def numbers_of(cells: Cells, found: Words) -> pd.Series:
    """The column as numbers: int64 if all are whole and none is missing, else float64 with NaN."""
    values = cells.spread(found.numbers, np.nan)
    if found.whole and len(values) and not np.isnan(values).any():
        return pd.Series(values.astype("int64"))
    return pd.Series(values)


def number_notes(cells: Cells, found: Words, column: str, rows: np.ndarray) -> list[Note]:
    """Notes on what the numbers of a column were made from: marks, spelling, unit."""
    notes: list[Note] = []
    if not (found.marks or found.unit or found.rewritten):
        return notes
    counts, blank = cells.counts(), int(cells.blank.sum())
    if found.marks:
        marks = sorted((_MEANINGS.index(meaning), cells.words[i], int(counts[i])) for i, meaning in found.marks.items())
        ja = [f"{_MEANINGS[m]}「{mark}」{n:,}件" for m, mark, n in marks] + [f"空欄{blank:,}件"] * bool(blank)
        en = [f"{_MEANINGS_EN[m]} {mark!r} {n:,}" for m, mark, n in marks] + [f"blank {blank:,}"] * bool(blank)
        notes.append(
            Note(
                "missing_marks",
                "数字でない印を欠測にしました：" + "、".join(ja) + "。",
                "Marks taken as missing: " + ", ".join(en) + ".",
                fix="「-」が 0 を意味する表なら、その列の「-」を 0 に直してください。秘匿の印は 0 ではありません。",
                fix_en="If '-' means 0 in this table, fill in 0. Marks of suppression never mean 0.",
                column=column,
            )
        )
    if found.unit:
        notes.append(
            Note(
                "unit",
                f"すべての値に付いていた「{found.unit}」を取り、数値にしました（単位：{found.unit}）。",
                f"The unit {found.unit!r} was taken off every value.",
                column=column,
                value=found.unit,
            )
        )
    elif found.rewritten:
        example, total = found.rewritten[0], int(counts[found.rewritten].sum())
        notes.append(
            Note(
                "numbers_converted",
                f"全角・桁区切り・△などで書かれた数字 {total:,}件を数値にしました。",
                f"{total:,} specially written numbers (full-width, separators, △) were converted.",
                row=int(rows[np.argmax(cells.codes == example)]),
                column=column,
                value=quote(cells.words[example]),
            )
        )
    return notes


def stray_note(cells: Cells, found: Words, column: str, rows: np.ndarray, done: tuple[str, str]) -> Note:
    """The note on values that are no numbers: first rows and values.  Many different ones are free text: not quoted."""
    at = rows[np.isin(cells.codes, found.strays)]
    where = row_list(at.tolist())
    quoted = [quote(cells.words[i])[:20] for i in found.strays[:3]] if len(found.strays) <= 10 else []
    values = "".join(f"「{text}」" for text in quoted)
    return Note(
        "not_a_number",
        f"数字でない値が {len(at):,}件あります（{where}行目{'：' + values if values else ''}）。{done[0]}",
        f"{len(at):,} values are not numbers (rows {where}). {done[1]}",
        level="warning",
        fix="誤りなら元のファイルで直し、注釈なら別の列に分けてください。",
        fix_en="Correct them in the file, or move remarks to a column of their own.",
        row=int(at[0]),
        column=column,
        value=quoted[0] if quoted else "",
    )


def to_number(values, *, column: str = "", rows=None) -> tuple[pd.Series, list[Note]]:
    """Read texts as numbers, and say what was done.

    values
        Sequence or Series of texts (numbers pass unchanged); never mutated.
    column, rows
        For the notes: the column's name, and the file row of each value (else counted from 1).

    Returns a Series with the same index (int64, or float64 with NaN) and the notes.  Understood: １，２３４ · 1,234 ·
    1 234 · △12 ▲12 −12 · a unit (円, 人, ％ …) if every value has the same; ``-`` (none), ``X`` ``*`` (suppressed),
    ``…`` (unknown) are missing.  ``(12)`` is no number: in Japanese tables brackets mark a part of the number above as
    often as a negative one.  What is no number becomes missing and is reported with row and value.

    >>> numbers, notes = to_number(["1,234", "△５", "X", "約10"], column="人口")
    >>> numbers.tolist(), [note.kind for note in notes]
    ([1234.0, -5.0, nan, nan], ['missing_marks', 'numbers_converted', 'not_a_number'])
    """
    series = pd.Series(values)
    if pd.api.types.is_numeric_dtype(series) and not pd.api.types.is_bool_dtype(series):
        return series.copy(), []
    column = column or str(series.name or "")
    rows = np.arange(1, len(series) + 1) if rows is None else np.asarray(rows)
    cells = Cells.of(["" if missing else str(v) for v, missing in zip(series, series.isna(), strict=True)])
    found = examine(cells.words)
    notes = number_notes(cells, found, column, rows)
    if found.strays:
        notes.append(stray_note(cells, found, column, rows, ("欠測にしました。", "They are now missing.")))
    numbers = numbers_of(cells, found)
    numbers.index, numbers.name = series.index, series.name
    return numbers, notes
