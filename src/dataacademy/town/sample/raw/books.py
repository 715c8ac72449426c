"""Statistics in Excel as 統計 staff lay them out: births and deaths, households, waste, waiting at the counters."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dataacademy.town.sample import geography as geo
from dataacademy.town.sample.raw.defects import Failed, Formula, Page
from dataacademy.town.sample.raw.workbook import workbook
from dataacademy.town.sample.raw.writing import era, triangle, wide
from dataacademy.town.sample.town import Town

EVENTS, HOUSEHOLDS, WASTE, WAITING = (
    *("人口動態_令和7年度.xlsx", "世帯と人口_旧市街.xlsx"),
    *("ごみ排出量_推移.xlsx", "窓口の待ち時間.xlsx"),
)
KINDS = ("births", "deaths", "moved_in", "moved_out")
YEAR = tuple(f"{2025 + (m > 12)}-{(m - 1) % 12 + 1:02d}" for m in range(4, 16))  # fiscal year 2025
MONTHS_ROW = 4  # where the months begin on the first sheet
VILLAGES, OLD_TOWN = ("沢自治会", "水原自治会", "東原自治会"), ("中央自治会", "本町自治会")
HIDDEN = ("寺前", "鍛冶町")


def make(town: Town, tables: dict[str, Any]) -> tuple[dict[str, bytes], list]:
    """The files and what is planted in them."""
    books = {
        EVENTS: [_events_by_month(tables), _events_by_area(tables)],
        HOUSEHOLDS: [_households(tables)],
        WASTE: [_waste_by_month(tables), _waste_of_towns(tables)],
        WAITING: [_waiting(tables)],
    }
    defects = [d for pages in books.values() for page in pages for d in page.defects]
    return {name: workbook(pages) for name, pages in books.items()}, defects


def _events_by_month(tables: dict[str, Any]) -> Page:
    """人口動態: two levels of headings, formulas of which some were never calculated and one is broken."""
    sums = tables["vital_events"].groupby("month")[list(KINDS)].sum()
    rows: list[list] = [
        [f"令和7年度　{geo.CITY}の人口動態", *[""] * 7],
        ["（単位：人）", *[""] * 7],
        ["年月", "自然動態", "", "", "社会動態", "", "", "備考"],
        ["", "出生", "死亡", "増減", "転入", "転出", "増減", ""],
    ]
    changes = []
    for r, month in enumerate(YEAR, start=MONTHS_ROW + 1):
        births, deaths, came, left = (int(sums.loc[month, kind]) for kind in KINDS)
        changes.append((births - deaths, came - left))
        natural, social = Formula(f"B{r}-C{r}", births - deaths), Formula(f"E{r}-F{r}", came - left)
        rows.append([era(f"{month}-01"), births, deaths, natural, came, left, social, ""])
    first, last = MONTHS_ROW + 1, MONTHS_ROW + len(YEAR)
    totals = [sum(row[c] for row in rows[MONTHS_ROW:]) for c in (1, 2, 4, 5)]
    totals[2:2] = [sum(natural for natural, _ in changes)]
    totals.append(sum(social for _, social in changes))
    rows.append(["計", *(Formula(f"SUM({c}{first}:{c}{last})", n) for c, n in zip("BCDEFG", totals, strict=True)), ""])
    rows.append(["※ 外国人住民を含みます。", *[""] * 7])
    merged = [(0, 0, 0, 7), (2, 0, 3, 0), (2, 1, 2, 3), (2, 4, 2, 6), (2, 7, 3, 7)]
    page = Page(EVENTS, rows, "月別", head=range(2, 4), merged=merged)
    months = range(MONTHS_ROW, last)
    broken, uncalculated = (MONTHS_ROW + 5, 3), [(r, 6) for r in months[-3:]]
    right = iter([changes[5][0]])
    page.spoil_cells(
        *("error_cell", [broken], "式の参照先のセルを消した。", Failed("B10-#REF!", "#REF!")),
        true=lambda _: next(right),
    )
    page.spoil_cells(
        *("formula_no_value", uncalculated, "計算させずに保存したので、値がない。"),
        *(lambda f: Formula(f.text, None),),
        true=lambda f: f.value,
    )
    formulas = [(r, c) for r in range(MONTHS_ROW, last + 1) for c in range(1, 7) if isinstance(rows[r][c], Formula)]
    calculated = [(r, c) for r, c in formulas if rows[r][c].value is not None]
    page.spoil_cells("formula", calculated, "計算式のままになっている。", true=lambda f: f.value)
    true = dict(zip([row[0] for row in rows[MONTHS_ROW:last]], YEAR, strict=True))
    page.spoil("era_date", 0, months, "年が和暦だけで書かれている。", true=lambda shown: true[shown])
    page.spoil("machine_dependent", 7, [months[-1]], "丸数字は機種依存文字。", "①速報値", true="(1)速報値")
    page.mark_rows("title_row", 0, 1, "表の上に表題と単位の行がある。")
    page.mark_rows("merged_heading", 2, 3, "見出しが2段で、結合されている。")
    page.mark_rows("total_row", last, last, "年度の計の行で、月ではない。")
    page.mark_rows("note_row", last + 1, last + 1, "表の下に注記がある。")
    return page


def _by_association(tables: dict[str, Any], names: Iterable[str]) -> list[tuple[str, list[dict]]]:
    areas = tables["areas"].drop(columns="geometry").to_dict("records")
    return [(name, [a for a in areas if a["association"] == name]) for name in names]


def _events_by_area(tables: dict[str, Any]) -> Page:
    """The year by area: associations named once, losses with a triangle."""
    events = tables["vital_events"]
    sums = events[events["month"].isin(YEAR)].groupby("area_id")[list(KINDS)].sum()
    rows: list[list] = [["自治会", "町名", "出生", "死亡", "転入", "転出", "増減"]]
    for association, areas in _by_association(tables, VILLAGES):
        for area in areas:
            births, deaths, came, left = (int(sums.loc[area["area_id"], kind]) for kind in KINDS)
            counts = [births, deaths, came, left, births - deaths + came - left]
            rows.append([association, area["name"], *counts])
    page = Page(EVENTS, rows, "町丁目別（農村部）")
    again = [r for r in page.body() if r > 1 and rows[r][0] == rows[r - 1][0]]
    page.spoil("omitted_label", 0, again, "上と同じ自治会なので、空欄にした。", "")
    losses = [r for r in page.body() if rows[r][6] < 0]
    page.spoil("triangle_negative", 6, losses, "マイナスを▲で書いた。", triangle)
    return page


def _households(tables: dict[str, Any]) -> Page:
    """世帯と人口: laid out for paper, with merged cells, a blank row, hidden rows, and digits of every kind."""
    people = tables["population"]
    last = people[(people["date"] == people["date"].max()) & (people["age_from"] >= 65)]
    old = last.groupby("area_id")["count"].sum()
    rows: list[list] = [["自治会", "町名", "地区の性格", "人口（人）", "世帯数（世帯）", "65歳以上（人）"]]
    merged, blank = [], 0
    for association, areas in _by_association(tables, OLD_TOWN):
        if len(rows) > 1:
            blank = len(rows)
            rows.append([""] * 6)
        merged.append((len(rows), 0, len(rows) + len(areas) - 1, 0))
        for k, a in enumerate(areas):
            numbers = (int(a["population"]), int(a["households"]), int(old[a["area_id"]]))
            rows.append([association if not k else "", a["name"], a["quarter"], *numbers])
    page = Page(HOUSEHOLDS, rows, "旧市街", merged=merged)
    filled = [r for r in page.body() if r != blank]
    for box in merged:
        page.mark("merged_cells", box, "自治会の欄を縦に結合した。")
    page.mark_rows("blank_row", blank, blank, "自治会の間を1行あけた。")
    page.hidden_rows = [page.find("町名", name) for name in HIDDEN]
    page.mark_rows("hidden_rows", page.hidden_rows[0], page.hidden_rows[-1], "行が隠れている。")
    padded = [(r, 1) for r in filled if rows[r][1].startswith("元町")]
    spaced = iter(["町　　名", *("　" + rows[r][1] for r, _ in padded)])
    page.spoil_cells("spaces_for_looks", [(0, 1), *padded], "見た目のために空白を入れた。", lambda _: next(spaced))
    page.spoil_cells("heading_missing", [(0, 2)], "値があるのに、見出しがない。", "")
    typed = [r for r in filled if rows[r][1].startswith("栄町")]
    page.spoil("full_width_digits", 3, typed, "全角の数字で打った。", wide)
    page.spoil("number_as_text", 4, filled, "数字を文字として入れた（セルの左上に緑の印が出る）。", str)
    page.spoil_cells("line_break", [(0, 5)], "見出しの中で改行した。", lambda h: h.replace("（", "\n（"))
    return page


def _own_waste(tables: dict[str, Any]):
    waste = tables["waste_monthly"]
    return waste[waste["municipality"] == geo.CITY].set_index("month")


def _waste_by_month(tables: dict[str, Any]) -> Page:
    """Waste of a year in two halves beside each other, to fit on a page."""
    own = _own_waste(tables)
    head = ["年月", "可燃ごみ（kg）", "資源物（kg）"]
    lines = [[month, *(int(own.loc[month, c]) for c in ("burnable_kg", "recyclables_kg"))] for month in YEAR]
    rows = [[*head, "", *head], *([*lines[k], "", *lines[k + 6]] for k in range(6))]
    page = Page(WASTE, rows, f"{geo.CITY}（月別）")
    page.mark("split_table", (0, 4, 6, 6), "紙に収めるため、年度の後半を右に並べた。")
    return page


def _waste_of_towns(tables: dict[str, Any]) -> Page:
    """Two tables on one sheet: waste by year, and the neighbours in one month."""
    own, waste = _own_waste(tables), tables["waste_monthly"]
    rows: list[list] = [["年度", "可燃ごみ（kg）", "資源物（kg）", ""]]
    for year in range(2020, 2026):
        part = own.loc[f"{year}-04" : f"{year + 1}-03"]
        rows.append([year, int(part["burnable_kg"].sum()), int(part["recyclables_kg"].sum()), ""])
    rows += [[""] * 4, [f"近隣市町（{YEAR[-1]}）", *[""] * 3]]
    title = len(rows) - 1
    rows.append(["市町", "月末人口（人）", "可燃ごみ（kg）", "資源物（kg）"])
    for line in waste[waste["month"] == YEAR[-1]].itertuples():
        rows.append([line.municipality, line.population, line.burnable_kg, line.recyclables_kg])
    page = Page(WASTE, rows, "年度別と近隣市町")
    page.mark_rows("several_tables", title, len(rows) - 1, "別の表を、同じシートの下に置いた。")
    page.mark_rows("title_row", title, title, "2つめの表の上に表題がある。")
    return page


def _waiting(tables: dict[str, Any]) -> Page:
    """窓口の待ち時間: nobody is told of which town, two numbers in a cell, an arrow over the table."""
    log = tables["counter_log"]
    log = log[log["office"] == "本庁"]
    log = log.assign(month=log["date"].str[:7], waited=_seconds(log["called"]) - _seconds(log["arrived"]))
    rows: list[list] = [["窓口の待ち時間（本庁）", "", ""], ["年月", "件数（うち転入・転居）", "平均待ち時間（分）"]]
    for month, part in log.groupby("month"):
        moves = int((part["procedure"] == "転入・転居").sum())
        rows.append([month, f"{len(part)}（{moves}）", round(int(part["waited"].sum()) / 60 / len(part), 1)])
    page = Page(WAITING, rows, "本庁", head=range(1, 2))
    note = "件数と、そのうちの件数を、1つのセルに書いた。"
    page.spoil("several_values", 1, page.body(), note, true=lambda both: both.replace("（", " と ").rstrip("）"))
    page.mark_file("area_missing", "どの市の数字か、どこにも書かれていない。")
    page.mark_rows("title_row", 0, 0, "表の上に表題がある。")
    page.pictures = [(3, 3, 6, 5)]
    page.rows[3:7] = [[*row, "", "", ""] for row in page.rows[3:7]]
    page.mark("object", page.pictures[0], "「ここに注目」という矢印の図形が置いてある。")
    return page


def _seconds(clock):
    h, m, s = (clock.str.slice(k, k + 2).astype(int) for k in (0, 3, 6))
    return h * 3600 + m * 60 + s
