"""What goes into a calculation of costs and benefits: one row a year and item, or a plain list of yearly sums."""

from __future__ import annotations

import numbers
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dataacademy.arguments import check_names_once, check_whole
from dataacademy.costs.rates import Rate
from dataacademy.errors import DataAcademyError, check_choice, check_columns
from dataacademy.inputs import check_table, floats

COLUMNS = ("fiscal_year", "kind", "item", "amount_yen")
COSTS = {"initial": "初期費用", "running": "毎年の費用"}
BENEFITS = {"saving": "節減・収入", "benefit": "便益", "residual": "残存価値"}
KINDS = COSTS | BENEFITS


@dataclass(frozen=True)
class Flows:
    """Money by year, in yen.

    rows
        ``fiscal_year, kind, item, amount_yen`` (never negative), ``sign`` (-1 cost, 1 benefit), ``cash`` and ``hours``.
    base_year
        Year 0: its amounts are not discounted.
    left_out
        What was not counted and why.
    """

    rows: pd.DataFrame
    base_year: int
    left_out: tuple[str, ...] = ()
    project: str = ""

    @property
    def years(self) -> np.ndarray:
        return (self.rows["fiscal_year"] - self.base_year).to_numpy(dtype=float)

    @property
    def signs(self) -> np.ndarray:
        return self.rows["sign"].to_numpy()

    @property
    def unit(self) -> str:
        """What a year is called: 年度, or 年目 for a list without a base year."""
        return "年度" if self.base_year else "年目"

    @property
    def discounting(self) -> str:
        """How years before and after the base year are counted, for ``assumptions``."""
        before = "" if (self.years >= 0).all() else "基準年度より前の金額は、同じ率で増やしています。"
        return f"基準年度（0年目）の金額は割り引かず、翌年度から1年ずつ割り引いています。{before}"

    def present(self, rate: Rate) -> np.ndarray:
        """What each row's amount, without a sign, is worth in the base year."""
        return self.rows["amount_yen"].to_numpy(dtype=float) * rate.factors(self.years)

    def yearly(self) -> pd.DataFrame:
        """``fiscal_year, benefit_yen, cost_yen, net_yen`` for every year from the first to the last."""
        first, last = int(self.rows["fiscal_year"].min()), int(self.rows["fiscal_year"].max())
        years = range(min(first, self.base_year), last + 1)
        sums = {
            name: self.rows[self.rows["sign"] == sign].groupby("fiscal_year")["amount_yen"].sum()
            for name, sign in (("benefit_yen", 1), ("cost_yen", -1))
        }
        table = pd.DataFrame({name: s.reindex(years, fill_value=0.0) for name, s in sums.items()}).astype(float)
        table["net_yen"] = table["benefit_yen"] - table["cost_yen"]
        return table.rename_axis("fiscal_year").reset_index()


def flows_of(
    data, *, base_year: int | None = None, project: str | None = None, count_hours: bool = False, by: str | None = None
) -> Flows:
    """The flows of one project.

    data
        A table with the columns of ``da.load("costs")`` (``fiscal_year, kind, item, amount_yen``, and perhaps
        ``project, hours, cash``), or a list: the net sum of each year from year 0 on (costs negative).
    base_year
        Year 0; the first year if left out.
    count_hours
        Whether staff hours turned into money (``cash`` False) are counted as if they were money.
    by
        One more column to keep: whom a row concerns.

    Errors: ``not_a_table``, ``no_rows``, ``unknown_column``, ``not_numeric``, ``several_projects``, ``unknown_choice``,
    ``unknown_kind``, ``mixed_signs``, ``missing_amount``, ``base_year_outside``, ``cash_unclear``,
    ``duplicate_columns``, ``not_whole_between`` (base_year).
    """
    if base_year is not None:
        check_whole("基準年度（base_year）", base_year, 0, 9999, en="base_year")
    if isinstance(data, Sequence | np.ndarray | pd.Series) and not isinstance(data, str):
        return _from_list(data, base_year)
    check_table(data)
    check_names_once(data)
    check_columns(data, [*COLUMNS, *([by] if by else [])], table="渡した表")
    chosen, name, left_out = _one_project(data, project)
    rows, place = data[chosen], np.flatnonzero(chosen) + 1
    amounts = floats(rows["amount_yen"], "amount_yen")
    years = floats(rows["fiscal_year"], "fiscal_year")
    bad = np.isnan(amounts) | np.isnan(years) | (years != np.round(years))
    if bad.any():
        raise DataAcademyError(
            "missing_amount",
            f"年度か金額が空欄の行、または年度が整数でない行が {int(bad.sum())} 行あります"
            f"（最初は {place[bad][0]} 行目）。",
            f"{int(bad.sum())} rows lack the amount or a whole fiscal year (first in row {place[bad][0]}).",
            fix="金額が 0 円なら 0 と書き、分からない行は除いて、そう書き残してください。",
            fix_en="Write 0 for no money; leave unknown rows out and say so.",
        )
    unknown = sorted({"" if pd.isna(kind) else str(kind) for kind in rows["kind"]} - KINDS.keys())
    if unknown:
        raise DataAcademyError(
            "unknown_kind",
            f"種類（kind）に「{'」「'.join(unknown)}」があります。使えるのは {'、'.join(KINDS)} です。",
            f"Unknown kind {unknown}; allowed are {list(KINDS)}.",
            fix="、".join(f"{key}＝{words}" for key, words in KINDS.items()),
            fix_en="initial and running are costs; saving, benefit and residual are gains.",
        )
    sign = np.where(rows["kind"].isin(list(COSTS)), -1, 1)
    if (amounts < 0).any():
        raise DataAcademyError(
            "mixed_signs",
            f"金額がマイナスの行が {int((amounts < 0).sum())} 行あります"
            f"（最初は {place[amounts < 0][0]} 行目）。"
            "費用か便益かは種類（kind）で決めるので、金額はどちらもプラスで書きます。",
            "Amounts are written without a sign; the kind says whether they are costs or gains.",
            fix="費用は kind を initial か running にして、金額をプラスにしてください。",
            fix_en="Use kind initial or running for costs, with a positive amount.",
        )
    cash = _cash(rows["cash"]) if "cash" in rows else np.ones(len(rows), dtype=bool)
    hours = floats(rows["hours"], "hours") if "hours" in rows else np.full(len(rows), np.nan)
    table = rows[["fiscal_year", "kind", "item", *([by] if by else [])]].assign(
        fiscal_year=years.astype(int),
        item=rows["item"].astype(object).where(rows["item"].notna(), "（内訳なし）"),
        amount_yen=amounts,
        sign=sign,
        cash=cash,
        hours=hours,
    )
    if not count_hours and not table["cash"].all():
        hidden = table[~table["cash"]]
        timed = hidden["hours"].notna().any()
        what = f"職員の時間 {hidden['hours'].sum():,.0f} 時間" if timed else f"現金でない {len(hidden)} 行"
        left_out.append(f"{what}（{hidden['amount_yen'].sum():,.0f} 円分）は、現金の出入りではないので足していません")
        table = table[table["cash"]]
    if table.empty:
        raise DataAcademyError(
            "no_rows",
            "現金の行がありません（職員の時間だけの表です）。",
            "There is no row of cash.",
            fix="時間は costs.time_saved で数えます。",
            fix_en="Count hours with costs.time_saved.",
        )
    first = int(table["fiscal_year"].min())
    base = first if base_year is None else int(base_year)
    if base > int(table["fiscal_year"].max()) or base < first - 50:
        raise DataAcademyError(
            "base_year_outside",
            f"基準年度 {base} が、表の年度（{first}〜{int(table['fiscal_year'].max())}）から外れています。",
            f"The base year {base} lies outside of the table ({first} to {int(table['fiscal_year'].max())}).",
            fix=f"base_year={first} のように、評価する年度を書きます。",
            fix_en=f"For example base_year={first}.",
        )
    return Flows(table.reset_index(drop=True), base, tuple(left_out + _doubts(table)), name)


def _from_list(data, base_year: int | None) -> Flows:
    numbers_ = list(data)
    if not numbers_ or not all(isinstance(v, numbers.Real) and np.isfinite(v) for v in numbers_):
        raise DataAcademyError(
            "not_numeric",
            "年ごとの収支のリストは、数だけを並べてください。",
            "The list of yearly sums must hold numbers only.",
            fix="例：[-10000, 3000, 4200, 6800]（はじめが 0 年目、費用はマイナス）",
            fix_en="Example: [-10000, 3000, 4200, 6800], year 0 first, costs negative.",
        )
    base = int(base_year or 0)
    rows = pd.DataFrame({"fiscal_year": range(base, base + len(numbers_)), "amount_yen": np.abs(numbers_)})
    negative = np.array(numbers_) < 0
    rows = rows.assign(
        kind=np.where(negative, "running", "benefit"),
        item="収支",
        sign=np.where(negative, -1, 1),
        cash=True,
        hours=np.nan,
    )
    return Flows(rows, base)


def _cash(values: pd.Series) -> np.ndarray:
    """Whether each row is money that moves; an empty cell is.  A text would count as yes, whatever it says."""
    filled = values.dropna()
    if not filled.isin([True, False]).all():
        raise DataAcademyError(
            "cash_unclear",
            f"列「cash」に「{filled[~filled.isin([True, False])].iloc[0]}」があります。"
            "現金が動く行か、職員の時間の行か、決められません。",
            "Column 'cash' must be True or False.",
            fix='現金が動く行は True、時間だけの行は False にしてください（例：data["cash"] == "○"）。',
            fix_en="Write True where money moves and False for hours only.",
            column="cash",
        )
    return values.astype(object).where(values.notna(), True).to_numpy(dtype=bool)


def _one_project(data: pd.DataFrame, project: str | None) -> tuple[np.ndarray, str, list[str]]:
    """Which rows are of the project, its name, and what could not be told to belong to one."""
    everything = np.ones(len(data), dtype=bool)
    if "project" not in data:
        return everything, "", []
    names = list(data["project"].dropna().unique())
    if project is None and len(names) > 1:
        raise DataAcademyError(
            "several_projects",
            f"事業が {len(names)} 件入っています（{'、'.join(map(str, names[:5]))}）。",
            f"The table holds {len(names)} projects.",
            fix=f'project="{names[0]}" のように一つ選ぶか、costs.bcr で並べて比べてください。',
            fix_en="Choose one with project=…, or compare them with costs.bcr.",
        )
    if project is None:
        return everything, str(names[0]) if names else "", []
    check_choice("事業", project, names, en="Project")
    nobody = int(data["project"].isna().sum())
    left_out = [f"事業（project）が空欄の {nobody} 行"] if nobody else []
    return (data["project"] == project).to_numpy(dtype=bool, na_value=False), str(project), left_out


def _doubts(table: pd.DataFrame) -> list[str]:
    """What looks wrong in the rows, for a person to check; nothing is changed."""
    said = []
    repeated = table.duplicated([c for c in table if c not in ("amount_yen", "hours")], keep=False)
    if repeated.any():
        row = table[repeated].iloc[0]
        said.append(
            f"同じ年度に同じ内訳が2行以上あります（{row['fiscal_year']}年度「{row['item']}」など）。"
            "二重に数えていないか確かめてください（両方とも足しました）"
        )
    for item, amounts in table.groupby("item")["amount_yen"]:
        positive = amounts[amounts > 0]
        if len(positive) > 1 and positive.max() >= 500 * positive.median():
            said.append(f"「{item}」の金額に千倍ほどちがう年があります。円と千円がまざっていないか確かめてください")
    return said


def no_costs(name: str) -> DataAcademyError:
    """The error for a project without a cost."""
    return DataAcademyError(
        "no_costs",
        f"「{name or '渡した表'}」に費用の行がないので、計算できません。",
        f"{name or 'The table'} has no cost.",
        fix="初期費用（initial）と毎年の費用（running）の行を足してください。",
        fix_en="Add rows of kind initial and running.",
    )
