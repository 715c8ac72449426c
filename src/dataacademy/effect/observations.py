"""The observations behind an indicator: one row a period, in order, with what is odd about them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np
import pandas as pd

from dataacademy.effect.checks import check_data
from dataacademy.effect.rates import check_counts
from dataacademy.eras import fiscal_year, parse_date
from dataacademy.errors import DataAcademyError, check_columns
from dataacademy.inputs import floats
from dataacademy.notes import Note

COLUMNS = ["period", "numerator", "denominator", "target", "counted"]
CHANCE = 3  # standard errors of the difference of two counts
JUMP = 1.5  # a denominator that grows or shrinks by this factor from one period to the next was counted anew


def read_observations(data: pd.DataFrame, columns: dict[str, str], target, per: float) -> tuple[pd.DataFrame, tuple]:
    """``period, numerator, denominator, target, counted`` in the order of time; and what was left out.

    ``columns`` says what period, numerator, denominator and counted are called in ``data``; ``target`` is a number or
    None for the column "target".  Errors: ``no_target``, ``duplicate``, ``mixed_periods``, ``zero_denominator``,
    ``numerator_above_denominator``, those of :func:`~dataacademy.eras.parse_date`.
    """
    check_data(data)
    check_columns(data, [columns[c] for c in COLUMNS[:3]], table="渡した表")
    n, d = (floats(data[columns[c]], columns[c]) for c in COLUMNS[1:3])
    known = ~np.isnan(n) & ~np.isnan(d) & data[columns["period"]].notna().to_numpy()
    left_out = (f"時期・分子・分母のどれかが空欄の {int((~known).sum()):,} 行",) if not known.all() else ()
    if not known.any():
        raise DataAcademyError(
            "no_complete_rows",
            "時期・分子・分母がそろった行が一つもありません。",
            "No row has a period, a numerator and a denominator.",
            fix="列の名前と、ファイルの読み込み方を確かめてください。",
            fix_en="Check the columns and how the file was read.",
        )
    kept = data[known]
    goal = _targets(kept, target)
    counted = kept[columns["counted"]] if columns["counted"] in kept.columns else pd.Series("", index=kept.index)
    table = pd.DataFrame(
        {
            "period": named_periods(kept[columns["period"]]),
            "numerator": n[known],
            "denominator": d[known],
            "target": goal,
            "counted": counted.astype(object).where(counted.notna(), "").astype(str).to_numpy(),
        }
    )
    check_counts(table["numerator"].to_numpy(), table["denominator"].to_numpy(), table["period"].tolist(), per)
    twice = table["period"].duplicated(keep=False)
    if twice.any():
        rows = table[twice].drop_duplicates()
        raise DataAcademyError(
            "duplicate",
            f"「{rows['period'].iloc[0]}」の行が二つ以上あります（同じ時期が重なっている行は {int(twice.sum())} 行）。"
            "どちらの数を使うか決められません。",
            f"There is more than one row for {rows['period'].iloc[0]!r} ({int(twice.sum())} rows in all).",
            fix="古いほうの行を除くか、区分ごとの行なら先に合計してください（groupby）。",
            fix_en="Remove the older row, or add the rows of groups up first.",
        )
    return table.sort_values("period", ignore_index=True), left_out


def _targets(kept: pd.DataFrame, target) -> np.ndarray:
    if target is not None:
        if isinstance(target, bool) or not isinstance(target, (int, float, np.number)) or not np.isfinite(target):
            raise DataAcademyError(
                "bad_target",
                f"目標「{target}」は数ではありません。",
                f"The target {target!r} is not a number.",
                fix="率と同じ単位の数で指定してください（2.5% なら 2.5）。",
                fix_en="Give a number in the unit of the rate (2.5 for 2.5 %).",
            )
        return np.full(len(kept), float(target))
    found = floats(kept["target"], "target") if "target" in kept.columns else np.full(len(kept), np.nan)
    if np.isnan(found).all():
        raise DataAcademyError(
            "no_target",
            "目標がないので、よくなったのか足りないのかを言えません。",
            "There is no target: nobody can say whether the value is good.",
            fix="target= に目標の数を指定するか、表に「target」の列を足してください。",
            fix_en="Give target=, or add a column 'target'.",
        )
    return found


def named_periods(values: pd.Series) -> list[str]:
    """Times as ``2025-04``, ``2025年度`` or ``2025``: text that sorts in the order of time.

    >>> named_periods(pd.Series(["令和7年4月", "2025/5"])), named_periods(pd.Series(["令和6年度"]))
    (['2025-04', '2025-05'], ['2024年度'])
    """
    found = [parse_date(v) for v in values]
    kinds = {when.kind for when in found}
    if kinds == {"day"} and all(when.start.day == 1 for when in found):
        kinds = {"month"}  # a month in a workbook is often its first day
    if len(kinds) > 1 or kinds == {"day"}:
        raise DataAcademyError(
            "mixed_periods",
            f"時期の書き方が「{'」「'.join(sorted({_KIND[k] for k in kinds}))}」なので、順に並べられません。",
            f"Periods are written as {sorted(kinds)}.",
            fix="月なら「2025-04」、年度なら「2025年度」の一つの形にそろえてください。日ごとの記録は、先に月で合計します。",
            fix_en="Write all as months (2025-04) or fiscal years (2025年度); add days up to months first.",
        )
    write = {
        "month": lambda day: f"{day.year}-{day.month:02d}",
        "fiscal_year": lambda day: f"{day.year}年度",
        "year": lambda day: str(day.year),
    }[kinds.pop()]
    return [write(when.start) for when in found]


_KIND = {"day": "日", "month": "月", "year": "年", "fiscal_year": "年度"}


def by_fiscal_year(table: pd.DataFrame) -> pd.DataFrame:
    """Months added up to 年度, with ``months``: how many there are (the last target and count of each year)."""
    if not table["period"].str.fullmatch(r"\d{4}-\d{2}").all():
        raise DataAcademyError(
            "not_months",
            f"月ごとの表ではないので、年度にまとめられません（たとえば「{table['period'].iloc[0]}」）。",
            f"The table is not monthly ({table['period'].iloc[0]!r}): it cannot be added up to fiscal years.",
            fix="every= を外してください。",
            fix_en="Leave every= out.",
        )
    years = [fiscal_year(date(int(p[:4]), int(p[5:]), 1)) for p in table["period"]]
    sums = table.assign(period=[f"{y}年度" for y in years], months=1).groupby("period", as_index=False)
    return sums.agg({"numerator": "sum", "denominator": "sum", "target": "last", "counted": "last", "months": "sum"})


def odd(table: pd.DataFrame) -> Iterator[Note]:
    """Months that are missing, denominators that jump, counts that were defined anew, targets left empty."""
    missing = missing_periods(table["period"].tolist())
    if missing:
        some = "、".join(missing[:6]) + ("…" if len(missing) > 6 else "")
        yield Note(
            "missing_period",
            f"途中の時期が {len(missing)} 抜けています（{some}）。",
            f"{len(missing)} periods are missing ({', '.join(missing[:6])}).",
            level="warning",
            fix="数え忘れか、0 件か、まだ届いていないのかを担当に確かめてください。0 件なら 0 と書きます。",
            fix_en="Ask whether they were forgotten, zero, or not yet sent.",
        )
    now, then = table["denominator"].to_numpy(), table["denominator"].shift().to_numpy()
    ratio, chance = now / then, CHANCE * np.sqrt(now + then)
    for i in np.flatnonzero(((ratio >= JUMP) | (ratio <= 1 / JUMP)) & (np.abs(now - then) > chance)):
        row, last = table.iloc[i], table.iloc[i - 1]
        yield Note(
            "denominator_jump",
            f"{row['period']}に、分母が {last['denominator']:,.0f} から {row['denominator']:,.0f} に"
            f"{'減り' if ratio[i] < 1 else '増え'}ました（{ratio[i]:.2f} 倍）。",
            f"The denominator went from {last['denominator']:,.0f} to {row['denominator']:,.0f} in {row['period']}.",
            level="warning",
            fix="数え方か対象が変わっていないか、担当に確かめてください。変わったのなら、前後の率はくらべられません。",
            fix_en="Ask whether it was counted anew; if so, the rates cannot be compared.",
            value=str(row["period"]),
        )
    for i in range(1, len(table)):
        now, then = table["counted"].iloc[i], table["counted"].iloc[i - 1]
        if now != then:
            yield Note(
                "definition_changed",
                f"{table['period'].iloc[i]}から、分母の数え方が「{then}」から「{now}」に変わっています。",
                f"From {table['period'].iloc[i]} on the denominator counts {now!r} instead of {then!r}.",
                level="warning",
                fix="変わる前と後の率は、同じ数え方に直してからくらべてください。",
                fix_en="Compare rates only after counting both in the same way.",
                value=str(table["period"].iloc[i]),
            )
    if empty := int(table["target"].isna().sum()):
        yield Note(
            "target_empty",
            f"目標が空欄の時期が {empty} あります。",
            f"{empty} periods have no target.",
            level="warning",
            fix="その時期の目標を入れてください。",
            fix_en="Fill in their targets.",
        )


def missing_periods(periods: list[str]) -> list[str]:
    """Periods between the first and the last that are absent.

    >>> missing_periods(["2025-11", "2026-02"]), missing_periods(["2023年度", "2025年度"])
    (['2025-12', '2026-01'], ['2024年度'])
    """
    if "-" in periods[0]:
        steps = [12 * int(p[:4]) + int(p[5:]) - 1 for p in periods]
        return [f"{k // 12}-{k % 12 + 1:02d}" for k in range(steps[0], steps[-1]) if k not in set(steps)]
    tail = periods[0][4:]
    steps = [int(p[:4]) for p in periods]
    return [f"{k}{tail}" for k in range(steps[0], steps[-1]) if k not in set(steps)]
