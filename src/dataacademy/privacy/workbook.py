"""What a file carries besides its visible table: hidden sheets, comments, authors, the data behind a pivot table."""

from __future__ import annotations

import re
import warnings
import zipfile
from pathlib import Path

SHOWN = 5
_IMAGES = (".jpg", ".jpeg", ".png", ".tif", ".tiff", ".heic", ".emf")


def carried(path: Path) -> list[tuple[str, str, str]]:
    """Kind, what was found, how to mend it; nothing of the cells themselves is quoted."""
    if path.suffix.lower() not in (".xlsx", ".xlsm"):
        if path.suffix.lower() in (".xls", ".xlsb"):
            how = "Excelで「.xlsx」に保存し直してから、もう一度調べます。"
            return [("old_workbook", "古い形式のブックなので、隠れたシートやコメントを調べられません。", how)]
        return []
    from openpyxl import load_workbook

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl names parts that it does not keep; nothing is written here
        book = load_workbook(path)
    with zipfile.ZipFile(path) as package:
        names = package.namelist()
    out = []

    def found(kind: str, what: list[str], ja: str, fix: str) -> None:
        if what:
            shown = "、".join(what[:SHOWN]) + ("…" if len(what) > SHOWN else "")
            out.append((kind, ja.format(shown), fix))

    sheets = book.worksheets
    found(
        "hidden_sheet",
        [f"「{s.title}」" for s in book._sheets if s.sheet_state != "visible"],
        "隠れたシート {} があります。",
        "見出しを右クリックして再表示し、要らなければ削除します。",
    )
    found(
        "other_sheets",
        [f"「{s.title}」" for s in sheets[1:] if s.sheet_state == "visible" and s.max_row * s.max_column > 1],
        "ほかのシート {} があります。ここで調べたのは最初の表だけです。",
        "渡すシートだけのブックにするか、シートごとに調べます。",
    )
    hidden = [
        f"「{s.title}」の{'列 ' + k if kind == 'c' else f'{k} 行目'}"
        for s in sheets
        for kind, dims in (("c", s.column_dimensions), ("r", s.row_dimensions))
        for k, d in dims.items()
        if d.hidden
    ]
    found("hidden_cells", hidden, "隠れた行や列 {} があります。", "再表示して中を確かめ、要らなければ削除します。")
    found(
        "filtered",
        [f"「{s.title}」" for s in sheets if s.auto_filter.filterColumn],
        "絞り込み（フィルター）がかかったままのシート {} があります。見えない行も渡ります。",
        "絞り込みを解いて、渡す行だけを新しいブックに写します。",
    )
    found(
        "comment",
        [f"「{s.title}」{c.coordinate}" for s in sheets for row in s.iter_rows() for c in row if c.comment],
        "コメント（メモ）が {} にあります。",
        "読んで、要らなければ削除します。",
    )
    properties = book.properties
    people = {"作成者": properties.creator, "更新者": properties.lastModifiedBy}
    found(
        "author",
        [k for k, v in people.items() if v and v != "openpyxl"],
        "ファイルの情報に {} の名前が入っています。",
        "Excelの「ファイル→情報→ドキュメント検査」で消します。",
    )
    found(
        "pivot_data",
        [n for n in names if re.match(r"xl/pivotCache/.*Records", n)],
        "ピボットテーブルが、もとのデータ（一人ずつの行）を抱えています（{}）。",
        "集計した結果だけを「値の貼り付け」で新しいブックに写します。",
    )
    found(
        "outside_link",
        [n for n in names if n.startswith("xl/externalLinks/") and n.endswith(".xml")],
        "ほかのファイルへのリンクがあり、その値が残っていることがあります（{}）。",
        "「値の貼り付け」で新しいブックに写します。",
    )
    found(
        "picture",
        [n.rsplit("/", 1)[-1] for n in names if n.lower().endswith(_IMAGES)],
        "画像 {} があります。写っている人や、撮影場所の記録（EXIF）は調べていません。",
        "画像を見て確かめ、要らなければ削除します。",
    )
    found(
        "macro",
        [n.rsplit("/", 1)[-1] for n in names if n.lower().endswith("vbaproject.bin")],
        "マクロ（{}）が入っています。",
        "マクロのない「Excelブック（*.xlsx）」で保存します。",
    )
    return out
