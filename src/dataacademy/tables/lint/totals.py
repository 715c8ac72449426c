"""Totals that are not the sum of their parts, and parts that hold the total."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from dataacademy.notes import Note
from dataacademy.tables.known import age_bands, match_columns
from dataacademy.tables.lint.address import letters
from dataacademy.tables.lint.numbers import spelling
from dataacademy.tables.lint.sums import holds_both, mismatched
from dataacademy.tables.lint.table import Field, Table
from dataacademy.tables.lint.values import is_quantity

_TOTAL = re.compile("^(?:総数|合計|総計|計|小計|全体|男女計)(?:[(（].*)?$")
_NO_SUM = re.compile("率|割合|平均|指数|密度|順位|[%％]|比|偏差|単価|年$|年齢$|緯度|経度|lat|lon", re.IGNORECASE)
_FEW_PARTS = 6  # men and women, kinds of households; not age bands
_AGREE = 0.8  # share of rows that must agree before the others are called wrong


@dataclass
class _Group:
    """A total and its parts, columns by their place; ``sure``: the headings alone say that it is one."""

    total: int
    parts: list[int]
    sure: bool = False


@dataclass
class _Wrong:
    """Cells that were found wrong: (row of data, column) -> by how much they are too large."""

    excess: dict[tuple[int, int], float] = field(default_factory=dict)

    def in_column(self, column: int) -> list[float]:
        return [value for (_, c), value in self.excess.items() if c == column]


def totals(table: Table, skip: set[int]) -> list[Note]:
    """Notes ``sum_in_part`` and ``total_mismatch`` on rows and on the rows of totals."""
    fields = {f.place: f for f in table.fields if f.place not in skip and is_quantity(f)}
    if not fields or not len(table.rows):
        return []
    numbers = pd.DataFrame({c: np.append(f.numbers.values, np.nan)[f.column.codes] for c, f in fields.items()})
    wrong = _Wrong()
    groups = _groups(table, fields)
    notes, mended = _both_in_part(table, fields, numbers, groups, wrong)
    for group in groups:
        notes += _mismatches(table, fields, mended, group, wrong)
    return notes + _total_rows(table, fields, numbers, wrong)


def _named(table: Table, fields: dict[int, Field]) -> dict[str, int]:
    by_name = {f.name: f.place for f in reversed(list(fields.values()))}
    found = match_columns(list(by_name), ["total", "male", "female"])
    return {name: by_name[heading] for name, heading in found.items()}


def _bands(fields: dict[int, Field]) -> dict[str, dict[tuple, int]]:
    """The columns of age bands: sex -> band -> column."""
    found: dict[str, dict[tuple, int]] = {"male": {}, "female": {}}
    places = {f.name: f.place for f in reversed(list(fields.values()))}
    for heading, (sex, *band) in age_bands(list(places)).items():
        found[sex][tuple(band)] = places[heading]
    return found


def _groups(table: Table, fields: dict[int, Field]) -> list[_Group]:
    """Totals and their parts, the deepest first."""
    named, bands = _named(table, fields), _bands(fields)
    groups = [
        _Group(named[sex], list(bands[sex].values()), True) for sex in ("male", "female") if sex in named and bands[sex]
    ]
    if named.keys() >= {"total", "male", "female"}:
        groups.append(_Group(named["total"], [named["male"], named["female"]], True))
    elif "total" in named and bands["male"] and bands["female"]:
        groups.append(_Group(named["total"], [*bands["male"].values(), *bands["female"].values()], True))
    known = {group.total for group in groups}
    places = list(fields)
    for at, place in enumerate(places):
        name = fields[place].name
        if place in known or not _TOTAL.match(fields[place].last):
            continue
        stem = name.rpartition("_")[0]
        parts = [c for c in places if c != place and fields[c].name.rpartition("_")[0] == stem and stem]
        if len(parts) < 2 and not stem:  # a total at the right end, or before its parts
            before = [c for c in places[:at] if not _NO_SUM.search(fields[c].name)]
            parts = before or [c for c in places[at + 1 :] if not _NO_SUM.search(fields[c].name)]
        if len(parts) >= 2:
            groups.append(_Group(place, parts))
    return groups


def _both_in_part(table, fields, numbers, groups, wrong: _Wrong) -> tuple[list[Note], pd.DataFrame]:
    """Rows in which a part is as large as the total although the other parts are not empty, or men are everybody.

    Returns the notes and the numbers without these rows' sums.
    """
    named, bands = _named(table, fields), _bands(fields)
    mended, notes = numbers.copy(), []
    for group in (group for group in groups if len(group.parts) <= _FEW_PARTS):
        off = _off(numbers, group)
        for part in group.parts:
            others = numbers[[c for c in group.parts if c != part]].sum(axis=1)
            equal = off & (numbers[part] == numbers[group.total]) & (others > 0)

            def same(_, value: str, n: int, part=fields[part], total=fields[group.total]) -> str:
                ja = f"「{part.name}」の{value}は「{total.name}」と同じ値です。"
                return ja + f"「{part.last}」に合計が入っているようです（{n:,}セル）。"

            notes += _part_notes(table, fields[part], np.flatnonzero(equal), others, wrong, same)
            mended.loc[equal, [group.total, *group.parts]] = np.nan
    if bands["male"] and bands["male"].keys() == bands["female"].keys():
        men = numbers[[bands["male"][band] for band in bands["male"]]]
        women = numbers[[bands["female"][band] for band in bands["male"]]]
        place = named.get("male", men.columns[0])
        rows = [row for row in np.flatnonzero(holds_both(men, women)).tolist() if (row, place) not in wrong.excess]
        columns = column_names(sorted({place, *men.columns}), set(women.columns))

        def both(row: int, _, n: int) -> str:
            at = int(table.rows[row]) + 1
            more = f"ほか{n - 1:,}行も同じです。" if n > 1 else ""
            ja = f"{at}行目は、男性の列（{columns}）に男女の合計が入っているようです。{more}"
            if named.keys() >= {"total", "male"} and _holds_all(numbers.loc[row], named, float(women.sum(axis=1)[row])):
                ja += f"{fields[named['total']].last} {letters(named['total'])}{at} も大きすぎます。"
            return ja

        notes += _part_notes(table, fields[place], rows, women.sum(axis=1), wrong, both)
    return notes, mended


def _holds_all(row: pd.Series, named: dict[str, int], women: float) -> bool:
    """Whether a total is the sum of men who are everybody and the women, who are so counted twice."""
    return bool(np.isclose(row[named["total"]], row[named["male"]] + women))


def column_names(columns: list[int], between: set[int]) -> str:
    """Columns by their letters; runs that only columns ``between`` interrupt are told by their ends.

    >>> column_names([8, 10, 12, 14], {9, 11, 13}), column_names([1, 2, 5], set())
    ('I〜O', 'B〜C、F')
    """
    spans: list[list[int]] = []
    for c in columns:
        if spans and all(other in between for other in range(spans[-1][1] + 1, c)):
            spans[-1][1] = c
        else:
            spans.append([c, c])
    return "、".join(letters(a) if a == b else f"{letters(a)}〜{letters(b)}" for a, b in spans)


def _part_notes(table, part: Field, rows, excess: pd.Series, wrong: _Wrong, say) -> list[Note]:
    """Notes on parts that hold the total; ``say(row, value, n)`` is the sentence for the first of n rows."""
    for row in rows:
        wrong.excess[int(row), part.place] = float(excess.iloc[row])
    first = {table.cell(int(table.rows[row]), part.place): int(row) for row in list(rows)[::-1]}
    return table.cell_notes(
        "sum_in_part",
        lambda value, n: (
            say(first[value], value, n),
            f"{part.name} {value} seems to be the total of all parts ({n:,} cells).",
        ),
        part,
        np.array(rows, dtype=int),
    )


def _off(numbers: pd.DataFrame, group: _Group) -> pd.Series:
    """The rows whose total is not the sum; none if too many of them are not, for then it is no total."""
    total, parts = numbers[group.total], numbers[group.parts].sum(axis=1, skipna=False)
    known, off = total.notna() & parts.notna(), mismatched(total, parts)
    agree = int(known.sum() - off.sum())
    enough = 0.5 * known.sum() if group.sure else max(3, _AGREE * known.sum())
    return off if agree >= enough else off & False


def _mismatches(table, fields, numbers: pd.DataFrame, group: _Group, wrong: _Wrong) -> list[Note]:
    """Notes on the rows whose total is off; from then on the sum stands in ``numbers`` for it."""
    total, parts = numbers[group.total], numbers[group.parts].sum(axis=1, skipna=False)
    off = _off(numbers, group)
    rows = np.flatnonzero(off)
    for row in rows:
        wrong.excess[int(row), group.total] = float(total.iloc[row] - parts.iloc[row])
    numbers.loc[off, group.total] = parts[off]
    found = fields[group.total]
    sums = {table.cell(int(table.rows[row]), found.place): parts.iloc[row] for row in rows[::-1]}
    return table.cell_notes(
        "total_mismatch",
        lambda value, n: (
            f"「{found.name}」の{value}が、部分の合計 {sums[value]:,.10g} と合いません（{n:,}セル）。",
            f"{found.name} {value} is not the sum of its parts, {sums[value]:,.10g} ({n:,} cells).",
        ),
        found,
        rows,
    )


def _total_rows(table, fields, numbers: pd.DataFrame, wrong: _Wrong) -> list[Note]:
    """Rows of totals that differ from the sum of the rows above, of all rows, or of the subtotals."""
    notes: list[Note] = []
    top = table.box[0]
    at = table.totals
    columns = [c for c, f in fields.items() if not _NO_SUM.search(f.name) and numbers[c].notna().all()]
    stated = {row: {c: spelling(table.cell(row, c))[1] for c in columns} for row in at}
    before = top
    for i, row in enumerate(at):
        ways = [table.rows >= before, np.ones(len(table.rows), dtype=bool)]
        ways[0] &= table.rows < row
        sums = [numbers.loc[way, columns].sum() for way in ways if way.any()]
        if i:
            sums.append(pd.DataFrame([stated[r] for r in at[:i]]).sum())
        before = row + 1
        values = pd.Series(stated[row], dtype=float)
        offs = [mismatched(values, parts.reindex(values.index)) for parts in sums]
        if not offs or not len(values.dropna()):
            continue
        best = min(range(len(offs)), key=lambda k: int(offs[k].sum()))
        off, parts = offs[best], sums[best]
        if off.sum() > 0.5 * len(values.dropna()) and not _near(values, parts):
            continue
        for c in off.index[off]:
            difference = parts[c] - values[c]
            if any(np.isclose(difference, excess) for excess in [*wrong.in_column(c), sum(wrong.in_column(c))]):
                continue
            ja = f"合計の行の{table.cell(row, c)}が、各行の合計 {parts[c]:,.10g} と合いません。"
            en = f"The total row says {table.cell(row, c)}; the rows add up to {parts[c]:,.10g}."
            value = table.cell(row, c)
            notes.append(table.note("total_mismatch", ja, en, {c: [row]}, field=fields[c], value=value))
    return notes


def _near(values: pd.Series, parts: pd.Series) -> bool:
    """Whether totals that disagree are at least of the size of the sums (else the row is something else)."""
    ratio = (values / parts.where(parts != 0)).dropna()
    return bool(len(ratio)) and bool(ratio.between(0.5, 1.5).all())
