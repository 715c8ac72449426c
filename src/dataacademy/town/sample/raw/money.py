"""財政課 hands over: the budget as it is printed, the costs of projects as they were noted down, a broken file."""

from __future__ import annotations

from typing import Any

from dataacademy.town.contract.services import COST_KINDS
from dataacademy.town.sample import geography as geo
from dataacademy.town.sample.files import csv_bytes
from dataacademy.town.sample.raw.defects import Page
from dataacademy.town.sample.raw.workbook import workbook
from dataacademy.town.sample.raw.writing import comma, triangle_comma
from dataacademy.town.sample.town import Town

SPENDING, INCOME, COSTS = "歳出予算_令和8年度.xlsx", "歳入予算_令和8年度.xlsx", f"{geo.CITY}_事業費一覧.csv"
YEAR = 2026
AMOUNTS = ["当初予算額（千円）", "前年度当初予算額（千円）", "比較増減（千円）"]


def make(town: Town, tables: dict[str, Any]) -> tuple[dict[str, bytes], list]:
    """The files and what is planted in them."""
    spending, costs = _spending(tables), _costs(tables)
    whole = workbook([_budget(tables, INCOME, "revenue", "歳入")])
    broken = Page(INCOME, [[]])
    broken.mark_file("unreadable", "コピーの途中で切れて、ファイルの後ろ半分がない。")
    files = {
        SPENDING: workbook([spending]),
        INCOME: whole[: len(whole) // 2],
        COSTS: csv_bytes(costs.rows, encoding="utf-8-sig"),
    }
    return files, [*spending.defects, *broken.defects, *costs.defects]


def _budget(tables: dict[str, Any], file: str, side: str, sheet: str) -> Page:
    """One side of the budget: heads and items, this year and the year before, and the total."""
    budget = tables["budget"]
    budget = budget[budget["side"] == side]
    now, before = (
        {(b.head, b.item): int(b.initial_thousand_yen) for b in budget[budget["fiscal_year"] == year].itertuples()}
        for year in (YEAR, YEAR - 1)
    )
    rows: list[list] = [[f"令和8年度　{geo.CITY}一般会計　{sheet}予算", "", "", "", ""], ["款", "項", *AMOUNTS]]
    for (head, item), amount in now.items():
        rows.append([head, item, amount, before[head, item], amount - before[head, item]])
    rows.append(["合計", "", *(sum(row[c] for row in rows[2:]) for c in (2, 3, 4))])
    return Page(file, rows, sheet, head=range(1, 2), merged=[(0, 0, 0, 4)])


def _spending(tables: dict[str, Any]) -> Page:
    """歳出: heads in merged cells, amounts with commas as text, losses with triangles."""
    page = _budget(tables, SPENDING, "expenditure", "歳出")
    rows, last = page.rows, len(page.rows) - 1
    data = range(2, last)
    starts = [r for r in data if rows[r][0] != rows[r - 1][0]]
    ends = [r - 1 for r in [*starts[1:], last]]
    boxes = [(a, 0, b, 0) for a, b in zip(starts, ends, strict=True) if b > a]
    for top, _, bottom, _ in boxes:
        for r in range(top + 1, bottom + 1):
            rows[r][0] = ""
    page.merged += boxes
    page.mark_ranges("merged_cells", boxes, "款の欄を縦に結合した。")
    for c in (2, 3, 4):
        large = [r for r in data if rows[r][c] >= 1000]
        losses = [r for r in data if rows[r][c] < 0]
        small = [r for r in data if 0 <= rows[r][c] < 1000]
        page.spoil("thousands_separator", c, large, "桁区切りのコンマを付けて、文字で入れた。", comma)
        if losses:
            page.spoil("triangle_negative", c, losses, "マイナスを▲で書いた。", triangle_comma)
        for r in small:
            rows[r][c] = str(rows[r][c])
        rows[last][c] = triangle_comma(rows[last][c])
    page.mark_rows("title_row", 0, 0, "表の上に表題がある。")
    page.mark_rows("total_row", last, last, "歳出の合計の行で、款ではない。")
    return page


def _costs(tables: dict[str, Any]) -> Page:
    """事業費一覧: yen in the cells, hours without a unit, a heading twice, a blank column and a blank row."""
    head = ["事業", "年度", "種類", "内訳", "金額", "職員の時間", "現金の出入りがある", "備考", "", "備考"]
    rows = []
    for c in tables["costs"].itertuples():
        hours = "" if c.hours is tables["costs"]["hours"].dtype.na_value else int(c.hours)
        cash = "はい" if c.cash else "いいえ"
        rows.append([c.project, c.fiscal_year, COST_KINDS[c.kind], c.item, int(c.amount_yen), hours, cash, "", "", ""])
    page = Page(COSTS, [head, *rows])
    rows = page.rows
    rows[4][7], rows[20][9] = "時間は1時間あたりの単価で金額に直した", "見積書による"
    blank = next(r for r in range(2, len(rows)) if rows[r][0] != rows[r - 1][0])
    rows.insert(blank, [""] * len(head))
    page.mark_rows("blank_row", blank, blank, "事業の間を1行あけた。")
    page.mark("blank_column", (0, 8, len(rows) - 1, 8), "備考の前に、空の列がある。")
    page.spoil_cells("duplicate_heading", [(0, 9)], "「備考」という見出しが2つある。", true="備考2")
    filled = [r for r in page.body() if r != blank]
    page.spoil("unit_in_cell", "金額", filled, "金額に「円」を付けて打った。", lambda n: f"{n}円")
    page.spoil_cells("unit_missing", [(0, 5)], "単位がどこにも書かれていない。", true="職員の時間（時間）")
    return page
