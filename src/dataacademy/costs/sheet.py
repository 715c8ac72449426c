"""The evaluation sheet of a public work: the figures, what they rest on, and what has no price, on one page."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from dataacademy.analysis import Analysis
from dataacademy.costs.flows import flows_of
from dataacademy.costs.rates import REFERENCE, rate_of
from dataacademy.costs.worth import irr, present_value
from dataacademy.errors import DataAcademyError

_LONGEST = 32_767  # letters of a cell of Excel
_CONTROL = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f]")  # no workbook may hold them
_FORMATS = {"円": "#,##0", "年": "0"}


def evaluation_sheet(
    data,
    *,
    rate,
    base_year: int | None = None,
    project: str | None = None,
    qualitative: Sequence[str] | str = (),
    path: Path | str | None = None,
) -> Analysis:
    """The table in which public works are evaluated: 総便益, 総費用, B/C, 純現在価値, 内部収益率, 感度分析, 前提.

    data, rate, base_year, project
        As in :func:`npv`; cash only.
    qualitative
        Effects without a price, one sentence each; they are listed beside the figures, not added.  Letters that no
        workbook can hold (control characters) are taken out, and that is told.
    path
        Where to write the sheet as .xlsx as well (to a temporary name, then moved into place).

    Table: ``item, amount, measure, note``; the rows 前提 say base year, discount rate with source, period, prices and
    what was counted.  Value: net present value.  Errors: those of ``flows_of`` and rates, ``not_xlsx``,
    ``not_sentences``.  Checked against :func:`npv`, :func:`irr` and :func:`bcr`, which it must repeat.
    When not to use: as the decision; it says nothing of who gains and who pays (see :func:`distribution`).

    >>> import dataacademy as da
    >>> found = evaluation_sheet(da.load("costs"), rate="mlit_4", project="ごみ有料化", qualitative=["分別が進む"])
    >>> found.table["item"].tolist()[:4]
    ['総便益', '総費用', '費用便益比（B/C）', '純現在価値']
    """
    effects = [qualitative] if isinstance(qualitative, str) else qualitative
    if not isinstance(effects, Sequence) or not all(isinstance(e, str) and len(e.strip()) > 0 for e in effects):
        raise _not_sentences("定性的効果（qualitative）に、文でないものか空の文があります。")
    if any(len(e) > _LONGEST for e in effects):
        raise _not_sentences(
            f"定性的効果（qualitative）の一文が長すぎます（Excel の一マスは {_LONGEST:,} 字までです）。"
        )
    flows, by = flows_of(data, base_year=base_year, project=project), rate_of(rate)
    present, value = flows.present(by), present_value(flows, by)
    gains, costs = (float(present[flows.signs == sign].sum()) for sign in (1, -1))
    last = int(flows.rows["fiscal_year"].max())
    rows = [
        ("総便益", gains, "円", f"{flows.base_year}年度の現在価値"),
        ("総費用", costs, "円", f"{flows.base_year}年度の現在価値"),
        ("費用便益比（B/C）", gains / costs if costs else np.nan, "", "" if costs else "費用がないため求めていません"),
        ("純現在価値", value, "円", "総便益から総費用を引いた額"),
        _return(data, base_year, project),
    ]
    rows += [
        (f"純現在価値（割引率{100 * rate_of(n).steps[0][1]:g}％）", present_value(flows, rate_of(n)), "円", "感度分析")
        for n in REFERENCE
    ]
    source = f"{by.source}{'、' + by.date if by.date else ''}"
    rows += [
        ("前提：基準年度", np.nan, "", f"{flows.base_year}{flows.unit}。{flows.discounting}"),
        ("前提：割引率", 100 * by.steps[0][1], "％", f"{by.label}（{source}）"),
        ("前提：評価の期間", last - flows.base_year + 1, "年", f"{flows.base_year}〜{last}{flows.unit}"),
        ("前提：物価", np.nan, "", "表の金額のまま計算しています。物価の動きは除いていません"),
        ("前提：数えたもの", np.nan, "", "現金の出入りだけです。職員の時間はお金に換えていません"),
    ]
    rows += [("定性的効果", np.nan, "", text) for text in effects]
    rows += [("数えていないもの", np.nan, "", text) for text in flows.left_out]
    notes = pd.Series([note for *_, note in rows])
    cleaned = notes.str.replace(_CONTROL, "", regex=True)
    table = pd.DataFrame(rows, columns=["item", "amount", "measure", "note"]).assign(note=cleaned)
    removed = int((notes.str.len() - cleaned.str.len()).sum())
    if path is not None:
        _write(table, Path(path), flows.project)
    subject = f"「{flows.project}」の" if flows.project else ""
    ratio = f"{gains / costs:.2f}" if costs else "なし"
    return Analysis(
        table,
        value,
        f"{subject}費用便益比は {ratio}、純現在価値は {value:,.0f} 円です（{by.label}）。"
        f"お金に換えていない効果は {len(effects)} 件です。",
        f"Benefit-cost ratio {ratio}, net present value {value:,.0f} yen; effects without a price: {len(effects)}.",
        used={"行": len(flows.rows)},
        left_out=flows.left_out,
        figures={"benefit_yen": gains, "cost_yen": costs, "npv_yen": value},
        assumptions=(
            "お金に換えられない効果は足していません。並べて読んでください。",
            *([f"説明から、目に見えない文字（制御文字）を {removed} 字除きました。"] if removed else []),
        ),
    )


def _not_sentences(ja: str) -> DataAcademyError:
    return DataAcademyError(
        "not_sentences",
        ja,
        "qualitative must be sentences, none empty or longer than a cell of Excel.",
        fix='qualitative=["待ち時間が減る", "分別が進む"] のように、文を並べて書きます。',
        fix_en='For example qualitative=["Shorter waiting", "Better sorting"].',
    )


def _return(data, base_year, project) -> tuple:
    try:
        found = irr(data, base_year=base_year, project=project)
    except DataAcademyError as error:
        if error.note.kind not in ("no_sign_change", "no_solution"):
            raise
        return "経済的内部収益率", np.nan, "", error.note.ja
    note = "" if len(found.table) == 1 else "符号が何度も変わるため、一つに決まりません"
    return "経済的内部収益率", 100 * found.value if not note else np.nan, "％", note


def _write(table: pd.DataFrame, path: Path, project: str) -> None:
    from openpyxl import Workbook
    from openpyxl.styles import Alignment
    from openpyxl.worksheet.properties import PageSetupProperties

    from dataacademy.files import write_bytes

    if path.suffix.lower() != ".xlsx":
        raise DataAcademyError(
            "not_xlsx",
            f"「{path.name}」には書けません。Excel のファイル（.xlsx）にしてください。",
            f"{path.name!r} is no .xlsx file.",
            fix=f"{path.stem}.xlsx とします。",
            fix_en=f"Use {path.stem}.xlsx.",
        )
    book = Workbook()
    sheet = book.active
    sheet.title = "事業評価"
    sheet.append(["事業評価", _CONTROL.sub("", project)])
    sheet.append(["項目", "値", "単位", "説明"])
    for item, amount, measure, note in table.itertuples(index=False):
        sheet.append([item, None if pd.isna(amount) else float(amount), measure, note])
    for row in sheet.iter_rows():
        for cell in row:
            if isinstance(cell.value, str) and cell.value.startswith("="):
                cell.data_type, cell.quotePrefix = "s", True  # what somebody wrote is no formula
    for row in sheet.iter_rows(min_row=3):
        row[1].number_format = _FORMATS.get(row[2].value, "#,##0.00")
        row[3].alignment = Alignment(wrap_text=True, vertical="top")
    for letter, width in zip("ABCD", (30, 18, 6, 60), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.orientation, sheet.page_setup.paperSize, sheet.page_setup.fitToWidth = "landscape", 9, 1
    content = io.BytesIO()
    book.save(content)
    write_bytes(path, content.getvalue())
