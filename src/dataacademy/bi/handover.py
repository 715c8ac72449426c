"""Hand-over to Power BI, Tableau and Excel: the tables of a star, how they join, and a data dictionary."""

from __future__ import annotations

import io
from dataclasses import dataclass
from html import escape
from pathlib import Path

import pandas as pd

from dataacademy.bi.star import Star
from dataacademy.files import replacing_folder, write_bytes, write_text
from dataacademy.labels import label_of

_EXCEL_ROWS = 1_048_575  # below the heading
_SMALL = 10
_HOW = """# 読み方（Power BI・Tableau・Excel）

つなぐ列は **番号** です。番号は文字なので、数に変えさせないでください（先頭の 0 が消えます）。
表のつなぎ方は「つなぎ方.csv」、列の意味は「データ辞書.csv」にあります。

| 道具 | 手順 |
|---|---|
| Power BI | 「データを取得」で {book} を選ぶ。番号の列を「テキスト」にし、「モデル」で多対一につなぐ |
| Tableau | {book} を開く。事実の表を置き、右にまわりの表を並べて「関係」を作る。番号の列を「文字列」にする |
| Excel | {book} を開く。「データ」の「リレーションシップ」でつなぎ、ピボットテーブルで「データ モデル」を選ぶ |

CSV を Excel で見るときは、ダブルクリックしません。「データ」の「テキストまたは CSV から」で、
番号の列を「テキスト」にして取り込みます。
{stock}"""


@dataclass(frozen=True)
class Export:
    """What was written: ``folder``, its ``files``, the data ``dictionary``, the ``joins``, and ``notes`` for people."""

    folder: Path
    files: tuple[str, ...]
    dictionary: pd.DataFrame
    joins: pd.DataFrame
    notes: tuple[str, ...]

    def _repr_html_(self) -> str:
        files = "".join(f"<li>{escape(name)}</li>" for name in self.files)
        notes = "".join(f"<li>{escape(note)}</li>" for note in self.notes)
        return f"<p><strong>「{escape(self.folder.name)}」に書き出しました。</strong></p><ul>{files}</ul>" + (
            f"<p>渡す前に</p><ul>{notes}</ul>" if notes else ""
        )


def export(star: Star, folder: str | Path) -> Export:
    """Write a star for other BI tools: every table as CSV and as a table of one workbook, joins, dictionary, how-to.

    CSVs are UTF-8 with a byte order mark (Excel reads Japanese), codes stay text in the workbook.  The folder is
    replaced as a whole.  The dictionary has a line a column: table, column, meaning, kind, how many values, empty
    cells, an example, role (つなぐ番号・分ける列・足す数・時点).  Facts with sums below ten are told, before they
    leave the house.  Errors: ``cannot_write``.
    When not to use: for tables of persons: make them safe first (``da.privacy``).
    Checked by reading everything back.

    >>> import dataacademy as da, os, tempfile
    >>> people = da.load("population").query("date == '2026-04-01'")[["area_id", "date", "sex", "age_from", "count"]]
    >>> made = da.bi.star(people, measures=["count"], snapshot="date",
    ...     dimensions={"area_id": da.load("areas")[["area_id", "name", "quarter"]]})
    >>> out = export(made, os.path.join(tempfile.mkdtemp(), "渡す表"))
    >>> out.files[:2], len(out.dictionary)
    (('事実.csv', '表_地区コード.csv'), 8)
    """
    folder = Path(folder)
    tables = {"事実": star.fact} | {f"表_{_plain(label_of(k))}": t for k, t in star.dimensions.items()}
    dictionary, joins = _dictionary(star, tables), _joins(star)
    book = "取り込み用.xlsx"
    notes = list(star.notes)
    too_long = [name for name, table in tables.items() if len(table) > _EXCEL_ROWS]
    if too_long:
        notes.append(f"「{too_long[0]}」は行が多く、Excel に入りません。CSV だけを書きました。")
    for measure in star.measures:
        small = int(((star.fact[measure] > 0) & (star.fact[measure] < _SMALL)).sum())
        if small:
            notes.append(
                f"「{label_of(measure)}」が {_SMALL} より小さい行が {small:,} あります。"
                "庁外に出すなら、先にまとめるか伏せます。"
            )
    with replacing_folder(folder) as fresh:
        for name, table in {**tables, "つなぎ方": joins, "データ辞書": dictionary}.items():
            write_bytes(fresh / f"{name}.csv", table.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig"))
        if not too_long:
            write_bytes(fresh / book, _workbook({**tables, "つなぎ方": joins, "データ辞書": dictionary}))
        stock = (
            star.snapshot
            and f"\n**「{label_of(star.snapshot)}」のちがう行は、足してはいけません。** 日を一つ選びます。\n"
        )
        write_text(fresh / "読み方.md", _HOW.format(book="CSV" if too_long else book, stock=stock))
    names = [*(f"{n}.csv" for n in [*tables, "つなぎ方", "データ辞書"]), *([] if too_long else [book]), "読み方.md"]
    return Export(folder, tuple(names), dictionary, joins, tuple(notes))


def _plain(name: str) -> str:
    return "".join(c for c in name if c not in '\\/:*?"<>|[]')[:25]


def _dictionary(star: Star, tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    rows = []
    for name, table in tables.items():
        for column in table.columns:
            values = table[column].dropna()
            role = (
                "つなぐ番号"
                if column in star.dimensions
                else "時点（ちがう時点は足さない）"
                if column == star.snapshot
                else "足す数"
                if name == "事実" and column in star.measures
                else "分ける列"
            )
            number = pd.api.types.is_numeric_dtype(table[column]) and not pd.api.types.is_bool_dtype(table[column])
            rows.append(
                {
                    "表": name,
                    "列": str(column),
                    "意味": label_of(column),
                    "種類": "数" if number else "文字",
                    "役割": role,
                    "値の種類": int(values.nunique()),
                    "空欄": int(table[column].isna().sum()),
                    "例": str(values.iloc[0]) if len(values) else "",
                }
            )
    return pd.DataFrame(rows)


def _joins(star: Star) -> pd.DataFrame:
    rows = [("事実", k, f"表_{_plain(label_of(k))}", k, "多対一") for k in star.dimensions]
    return pd.DataFrame(rows, columns=["から", "列", "へ", "相手の列", "つなぎ方"])


def _workbook(tables: dict[str, pd.DataFrame]) -> bytes:
    import xlsxwriter

    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    text = book.add_format({"num_format": "@"})
    for number, (name, table) in enumerate(tables.items(), start=1):
        sheet = book.add_worksheet(name[:31])
        numeric = {c: pd.api.types.is_numeric_dtype(table[c]) for c in table.columns}
        for at, column in enumerate(table.columns):
            sheet.set_column(at, at, 16, None if numeric[column] else text)
            for row, value in enumerate(table[column].astype(object), start=1):
                if pd.isna(value):
                    continue
                if numeric[column]:
                    sheet.write_number(row, at, float(value))
                else:
                    sheet.write_string(row, at, str(value), text)
        if len(table):
            headings = [{"header": str(c)} for c in table.columns]
            sheet.add_table(0, 0, len(table), len(table.columns) - 1, {"columns": headings, "name": f"表_{number}"})
        sheet.freeze_panes(1, 0)
    book.close()
    return stream.getvalue()
