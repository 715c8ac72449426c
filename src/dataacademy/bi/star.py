"""A star schema: one table of facts in the middle, tables that describe its keys around it, every key checked."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import pandas as pd

from dataacademy.errors import DataAcademyError, check_columns
from dataacademy.inputs import check_table, floats
from dataacademy.labels import label_of

UNKNOWN = "（表にない）"  # what a fact is called whose key no table describes


@dataclass(frozen=True)
class Star:
    """Facts and the tables that describe them; made by :func:`star`, which checked the keys.

    fact
        One row a fact: keys, further columns to group by, measures.
    dimensions
        Key column of the fact → the table that describes it (the key is unique there).
    measures
        The columns that are added up.
    snapshot
        The column of dates over which the measures must not be added (a stock: people on a day), or ``""``.
    notes
        What is to be known about the keys, one Japanese sentence each.
    """

    fact: pd.DataFrame
    dimensions: dict[str, pd.DataFrame]
    measures: tuple[str, ...]
    snapshot: str = ""
    notes: tuple[str, ...] = ()

    @property
    def table(self) -> pd.DataFrame:
        """The facts with everything that describes them: as many rows as ``fact``, the sums unchanged."""
        table = self.fact
        for key, dimension in self.dimensions.items():
            table = table.merge(dimension, on=key, how="left", validate="many_to_one")
            for column in dimension.columns.drop(key):
                if isinstance(table[column].dtype, pd.CategoricalDtype):
                    table[column] = table[column].cat.add_categories([UNKNOWN])
                if not pd.api.types.is_numeric_dtype(table[column]):
                    known = table[key].isin(dimension[key])
                    table[column] = table[column].where(known, UNKNOWN)
        return table

    @property
    def groups(self) -> list[str]:
        """The columns by which one can group: everything but measures, the snapshot and numbers of dimensions."""
        table = self.table.drop(columns=[*self.measures, *([self.snapshot] if self.snapshot else [])])
        keys = list(self.dimensions)
        return [c for c in table.columns if c not in keys and not pd.api.types.is_numeric_dtype(table[c])]

    def _repr_html_(self) -> str:
        rows = [("真ん中の表（事実）", "", len(self.fact), "、".join(map(label_of, self.measures)) + "を足す")]
        for key, table in self.dimensions.items():
            described = "、".join(label_of(c) for c in table.columns.drop(key))
            rows.append((f"まわりの表：{label_of(key)}", label_of(key), len(table), described))
        own = [c for c in self.fact.columns if c not in (*self.dimensions, *self.measures, self.snapshot)]
        rows += [(f"真ん中の表の列：{label_of(c)}", "", self.fact[c].nunique(), "そのまま分けるのに使う") for c in own]
        if self.snapshot:
            dates = self.fact[self.snapshot]
            rows.append((f"時点：{label_of(self.snapshot)}", "", dates.nunique(), "ちがう日の数は、足さない"))
        head = "".join(
            f"<th style='text-align:left'>{h}</th>" for h in ("表", "つなぐ列", "行・種類の数", "何をするか")
        )
        body = "".join(
            "<tr>" + "".join(f"<td style='text-align:left'>{escape(_text(v))}</td>" for v in row) + "</tr>"
            for row in rows
        )
        notes = "".join(f"<li>{escape(note)}</li>" for note in self.notes)
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>" + (
            f"<p>鍵を確かめて分かったこと</p><ul>{notes}</ul>" if notes else "<p>鍵は、すべて合っています。</p>"
        )


def _text(value) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


def star(
    fact: pd.DataFrame,
    *,
    measures: list[str],
    dimensions: dict[str, pd.DataFrame] | None = None,
    snapshot: str = "",
    grain: list[str] | None = None,
) -> Star:
    """A star schema from tables, with the keys checked before anything is joined.

    fact
        One row a fact (persons of an area, age and sex on a day; a visit; a bill).
    measures
        Columns of the fact that are added up: numbers, no empty cell.
    dimensions
        Key column (same name in both tables) → the table that describes it.  A geometry is left out.
    snapshot
        Where the measure is a stock (people on a day), the column of the day: pivots of this star take the newest day
        and say so, as adding days would count everyone once a day.
    grain
        The columns that together tell one row of the fact from the others; a second row is an error.

    Facts whose key is empty or in no table stay, under 「（表にない）」, and are told in ``notes``; so are rows of a
    dimension without facts.  Errors: ``duplicate_key`` (a key twice in a dimension: joining would multiply the sums;
    says from how many to how many), ``empty_key``, ``key_type`` (text against numbers: a leading 0 is lost),
    ``no_key_fits``, ``same_column``, ``duplicate_rows``, ``empty_measure``, those of columns that are not there.
    When not to use: for one table that has everything already: use :func:`pivot` on it.
    Source: dimensional modelling after Kimball, The Data Warehouse Toolkit.  Checked against sums before the join.

    >>> import dataacademy as da
    >>> people = da.load("population").query("date == '2026-04-01'")
    >>> areas = da.load("areas")[["area_id", "name", "quarter"]]
    >>> made = star(people, measures=["count"], dimensions={"area_id": areas}, snapshot="date")
    >>> int(made.table["count"].sum()) == int(people["count"].sum()), made.notes
    (True, ())
    """
    check_table(fact)
    dimensions = {k: pd.DataFrame(t).drop(columns="geometry", errors="ignore") for k, t in (dimensions or {}).items()}
    check_columns(fact, [*measures, *dimensions, *([snapshot] if snapshot else []), *(grain or [])], table="事実の表")
    for measure in measures:
        _check_measure(fact, measure)
    if grain:
        _check_grain(fact, grain)
    notes = []
    for key, table in dimensions.items():
        check_table(table)
        check_columns(table, [key], table=f"「{label_of(key)}」の表")
        notes += _check_key(fact, key, table, measures)
    _check_names(fact, dimensions)
    return Star(fact.reset_index(drop=True), dimensions, tuple(measures), snapshot, tuple(notes))


def _check_measure(fact: pd.DataFrame, measure: str) -> None:
    if pd.isna(floats(fact[measure], measure)).any():
        raise DataAcademyError(
            "empty_measure",
            f"足す列「{label_of(measure)}」に空欄が {int(fact[measure].isna().sum()):,} 行あります。",
            f"Measure {measure!r} has empty cells.",
            fix="0 なのか、分からないのかを元の表で確かめ、分からない行は先に除いて、除いた数を書き残してください。",
            fix_en="Find out whether it is 0 or unknown; leave unknown rows out first and say so.",
            column=measure,
        )


def _check_grain(fact: pd.DataFrame, grain: list[str]) -> None:
    twice = fact.duplicated(grain, keep=False)
    if twice.any():
        first = fact.loc[twice, grain].iloc[0]
        raise DataAcademyError(
            "duplicate_rows",
            f"真ん中の表に、同じ組み合わせの行が {int(twice.sum()):,} 行あります（例：{'・'.join(map(str, first))}）。",
            f"{int(twice.sum())} rows of the fact share the same {grain}.",
            fix="同じファイルを二度読みこんでいないかを確かめ、一つにしてください。",
            fix_en="Was the same file read twice? Keep one row each.",
        )


def _check_key(fact: pd.DataFrame, key: str, table: pd.DataFrame, measures: list[str]) -> list[str]:
    """What is to be known about a key; raises where joining would be wrong."""
    name = label_of(key)
    if table[key].isna().any():
        raise DataAcademyError(
            "empty_key",
            f"「{name}」の表に、つなぐ列「{name}」が空欄の行があります。",
            f"The key {key!r} has empty cells in its table.",
            fix="空欄の行を元の表で確かめ、番号を入れるか、先に除いてください。",
            fix_en="Fill the key, or leave the rows out first.",
            column=key,
        )
    if pd.api.types.is_numeric_dtype(table[key]) != pd.api.types.is_numeric_dtype(fact[key]):
        raise DataAcademyError(
            "key_type",
            f"つなぐ列「{name}」が、片方の表では文字、もう片方では数になっています。"
            f"（真ん中の表「{fact[key].iloc[0]}」、まわりの表「{table[key].iloc[0]}」）",
            f"The key {key!r} is text in one table and a number in the other.",
            fix="番号は、どちらの表も文字で読みます（先頭の 0 が消えていないかも確かめます）。",
            fix_en="Read codes as text in both tables; look for lost leading zeros.",
            column=key,
        )
    known = fact[key].isin(table[key])
    if not known.any():
        raise DataAcademyError(
            "no_key_fits",
            f"つなぐ列「{name}」の値が、二つの表で一つも合いません（「{fact[key].iloc[0]}」と「{table[key].iloc[0]}」）。",
            f"No value of the key {key!r} is in both tables.",
            fix="番号のけた数や、別の番号（地区コードと連番など）を入れていないかを見比べてください。",
            fix_en="Compare how the keys are written.",
            column=key,
        )
    twice = table[key].duplicated(keep=False)
    if twice.any():
        before = float(fact[measures[0]].sum()) if measures else float(len(fact))
        joined = fact[[key, *measures[:1]]].merge(table[[key]], on=key, how="left")
        after = float(joined[measures[0]].sum()) if measures else float(len(joined))
        raise DataAcademyError(
            "duplicate_key",
            f"「{name}」の表に、同じ「{name}」が二度以上出てきます（{table.loc[twice, key].nunique():,} 種類。"
            f"例：{table.loc[twice, key].iloc[0]}）。このままつなぐと、"
            f"{label_of(measures[0]) if measures else '行の数'}の合計が {before:,.0f} から {after:,.0f} に変わります。",
            f"The key {key!r} is not unique in its table; the sum would go from {before:,.0f} to {after:,.0f}.",
            fix=f'先に groupby("{key}") でまとめ、一つの「{name}」を一行にしてからつないでください。',
            fix_en=f"Group the table by {key!r} first, so that each key is one row.",
            column=key,
        )
    notes = []
    if not known.all():
        lost = fact.loc[~known]
        much = f"（{label_of(measures[0])} {float(lost[measures[0]].sum()):,.0f}）" if measures else ""
        notes.append(
            f"真ん中の表の {len(lost):,} 行{much}は、「{name}」がまわりの表にないか、空欄です。"
            f"「{UNKNOWN}」として残しました。"
        )
    idle = int((~table[key].isin(fact[key])).sum())
    if idle:
        notes.append(f"「{name}」の表の {idle:,} 行には、真ん中の表の行がありません（数は 0 です）。")
    return notes


def _check_names(fact: pd.DataFrame, dimensions: dict[str, pd.DataFrame]) -> None:
    seen = dict.fromkeys(fact.columns, "真ん中の表")
    for key, table in dimensions.items():
        for column in table.columns.drop(key):
            if column in seen:
                raise DataAcademyError(
                    "same_column",
                    f"列「{label_of(column)}」が、{seen[column]}と「{label_of(key)}」の表の両方にあります。",
                    f"Column {column!r} is in two tables.",
                    fix=f'使わないほうを drop(columns="{column}") で除くか、rename で名前を変えてください。',
                    fix_en="Drop or rename one of them.",
                    column=str(column),
                )
            seen[column] = f"「{label_of(key)}」の表"
