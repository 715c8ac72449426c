"""For every kind of problem a small dirty file (or folder), what must be said of it, and its clean counterpart."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import openpyxl

Files = dict[str, str | bytes]


@dataclass(frozen=True)
class Case:
    """Files by name; texts are written as UTF-8.  ``cells`` and ``file`` are what the one note must say."""

    dirty: Files
    clean: Files
    cells: str
    file: str = ""


def write(files: Files, folder: Path) -> Path:
    """Write the files; returns the file, or the folder if there are several."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return folder if len(files) > 1 else folder / next(iter(files))


def book(rows, *, merge=(), edit: Callable | None = None, sheets: dict | None = None) -> bytes:
    """A workbook with these rows on its first sheet; ``edit(workbook)`` may change it."""
    made = openpyxl.Workbook()
    page = made.active
    page.title = "表"
    for row in rows:
        page.append(row)
    for cells in merge:
        page.merge_cells(cells)
    for name, more in (sheets or {}).items():
        other = made.create_sheet(name)
        for row in more:
            other.append(row)
    if edit:
        edit(made)
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def repacked(content: bytes, change: Callable[[str, bytes], bytes], more: dict[str, bytes] | None = None) -> bytes:
    """The package with each part passed through ``change``, and ``more`` parts."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
        for name, part in (more or {}).items():
            new.writestr(name, part)
    return stream.getvalue()


def with_results(content: bytes, results: dict[str, str]) -> bytes:
    """The workbook with the results of its formulas stored, as Excel does; a result that begins with # is an error."""

    def change(name: str, part: bytes) -> bytes:
        if not name.startswith("xl/worksheets/"):
            return part
        text = part.decode()
        for cell, result in results.items():
            kind = ' t="e"' if result.startswith("#") else ""
            text = re.sub(
                rf'<c r="{cell}"([^>]*)><f>(.*?)</f><v ?/?>(?:</v>)?</c>',
                rf'<c r="{cell}"\1{kind}><f>\2</f><v>{result}</v></c>',
                text,
            )
        return text.encode()

    return repacked(content, change)


def lines(*rows: str) -> str:
    return "\n".join(rows) + "\n"


def column(heading: str, values, label: str = "町名") -> str:
    """A table of towns with one column of values."""
    return lines(
        f"{label},{heading}",
        *(f"{town}町,{value}" for town, value in zip("東西南北中本新上下元", values, strict=False)),
    )


def sheet(heading: str, values) -> list[list]:
    return [
        ["町名", heading],
        *([f"{town}町", value] for town, value in zip("東西南北中本新上下元", values, strict=False)),
    ]


PLAIN = ["1200", "300", "450", "80", "95", "110"]
NUMBERS = [1200, 300, 450, 80, 95, 110]
CLEAN_CSV = column("人口", PLAIN)
CLEAN_BOOK = book(sheet("人口", NUMBERS))
PLACES = [(34.501 + i / 1000, 138.201 + i / 1000) for i in range(12)]
PLACE_LINES = [f"第{i + 1}公園,{lat:.6f},{lon:.6f}" for i, (lat, lon) in enumerate(PLACES)]
PLACE_HEAD = "公園名,緯度,経度"
CLEAN_PLACES = lines(PLACE_HEAD, *PLACE_LINES)


def places(changed: str, at: int = 3) -> str:
    """The parks with another pair of coordinates in row ``at + 2`` of the file."""
    return lines(PLACE_HEAD, *PLACE_LINES[:at], f"第{at + 1}公園,{changed}", *PLACE_LINES[at + 1 :])


def months(skip: int = 0, again: int = 0) -> list[str]:
    """A monthly table of two towns; ``skip`` leaves a month out, ``again`` files another one twice."""
    rows = [f"2024-{m:02d},{t}町,{m * 10 + i}" for m in range(1, 13) if m != skip for i, t in enumerate("東西")]
    return rows + [f"2024-{again:02d},{t}町,{again * 7 + i + 3}" for i, t in enumerate("東西")] * bool(again)


def ward(year: int, *, people: str = "人口") -> str:
    return lines(f"町名,{people},世帯数", *(f"{t}町,{year % 100 * 10 + i},{i + 40}" for i, t in enumerate("東西南北")))


def hide(page_change: Callable) -> Callable:
    def edit(made):
        page_change(made["表"])

    return edit


def _hide_row(page):
    page.row_dimensions[3].hidden = True
    page.row_dimensions[4].hidden = True


def _hide_column(page):
    page.column_dimensions["B"].hidden = True


def _hide_sheet(made):
    made["控え"].sheet_state = "hidden"


def _picture(made):
    from openpyxl.drawing.image import Image
    from PIL import Image as Pixels

    stream = io.BytesIO()
    Pixels.new("RGB", (8, 8), "red").save(stream, "PNG")
    stream.seek(0)
    made["表"].add_image(Image(stream), "D2")


_TOWNS = [f"{t}町{n}丁目" for t in "東西" for n in (1, 2, 3)]
_OLD = [(lat - 0.003235, lon + 0.002795) for lat, lon in PLACES]
_HEAD_LEVELS = [["町名", "人口", None, "世帯数"], [None, "男", "女", None]]
_SEXES = [[f"{t}町", 10 + i, 12 + i, 9 + i] for i, t in enumerate("東西南北")]
_FLAT = [["町名", "人口_男", "人口_女", "世帯数"], *_SEXES]
_SUMS = lines("町名,総数,男,女", *(f"{t}町,{41 + 2 * i},{20 + i},{21 + i}" for i, t in enumerate("東西南北中")))
_SERIES = {f"人口_{year}.csv": ward(year) for year in range(2019, 2025)}
_SQUARE = {"type": "Polygon", "coordinates": [[[138.2, 34.5], [138.21, 34.5], [138.21, 34.51], [138.2, 34.5]]]}
_MAP = json.dumps(
    {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": {"area_id": str(i), "name": name}, "geometry": _SQUARE}
            for i, name in enumerate(_TOWNS)
        ],
    },
    ensure_ascii=False,
)
_BROKEN_ZIP = CLEAN_BOOK[: len(CLEAN_BOOK) // 2]

CASES: dict[str, Case] = {
    "file_type": Case({"人口.csv": b"%PDF-1.7\n%..."}, {"人口.csv": CLEAN_CSV}, ""),
    "unreadable": Case({"人口.xlsx": _BROKEN_ZIP}, {"人口.xlsx": CLEAN_BOOK}, ""),
    "ragged_row": Case({"人口.csv": CLEAN_CSV.replace("南町,450", "南町,450,8")}, {"人口.csv": CLEAN_CSV}, "A4:B4"),
    "not_utf8": Case({"人口.csv": CLEAN_CSV.encode("cp932")}, {"人口.csv": CLEAN_CSV.encode("utf-8-sig")}, ""),
    "mojibake": Case({"人口.csv": CLEAN_CSV.replace("南町", "\ufffd\ufffd町")}, {"人口.csv": CLEAN_CSV}, "A4"),
    "several_values": Case(
        {"会議.csv": column("参加者数", ["12（3）", "8（2）", "10", "7（1）", "5"])},
        {"会議.csv": lines("町名,参加者数,うち職員", "東町,12,3", "西町,8,2", "南町,10,", "北町,7,1")},
        "B2:B3, B5",
    ),
    "unit_in_cell": Case(
        {"料金.csv": column("料金", ["1200円", "300円", "450円", "80円"])},
        {"料金.csv": column("料金（円）", ["1200", "300", "450", "80"])},
        "B2:B5",
    ),
    "triangle_negative": Case(
        {"収支.csv": column("増減", ["120", "▲5", "30", "△12", "7", "8"])},
        {"収支.csv": column("増減", ["120", "-5", "30", "-12", "7", "8"])},
        "B3, B5",
    ),
    "thousands_separator": Case(
        {"人口.csv": column("人口", ['"1,200"', "300", '"12,450"', "80", "95"])}, {"人口.csv": CLEAN_CSV}, "B2, B4"
    ),
    "full_width_digits": Case(
        {"人口.csv": column("人口", ["1200", "３００", "450", "８０", "95"])}, {"人口.csv": CLEAN_CSV}, "B3, B5"
    ),
    "number_as_text": Case(
        {"人口.xlsx": book(sheet("人口", [1200, "300", 450, "80", 95, 110]))}, {"人口.xlsx": CLEAN_BOOK}, "B3, B5"
    ),
    "not_a_number": Case(
        {"人口.csv": column("人口", ["1200", "300", "約450", "80", "95", "110"])}, {"人口.csv": CLEAN_CSV}, "B4"
    ),
    "merged_heading": Case(
        {"人口.xlsx": book([*_HEAD_LEVELS, *_SEXES], merge=["A1:A2", "B1:C1", "D1:D2"])},
        {"人口.xlsx": book(_FLAT)},
        "A1:D2",
    ),
    "merged_cells": Case(
        {
            "施設.xlsx": book(
                [["地区", "施設", "定員"], *[["東" if i < 3 else "西", f"{i}号館", 10 + i] for i in range(6)]],
                merge=["A2:A4"],
            )
        },
        {
            "施設.xlsx": book(
                [["地区", "施設", "定員"], *[["東" if i < 3 else "西", f"{i}号館", 10 + i] for i in range(6)]]
            )
        },
        "A2:A4",
    ),
    "spaces_for_looks": Case(
        {"施設.csv": lines("名　　称,定員", "  うち東館,20", "西館,30", "南館 ,40", "山田　太郎館,50")},
        {"施設.csv": lines("名称,定員", "東館,20", "西館,30", "南館,40", "山田　太郎館,50")},
        "A1:A2, A4",
    ),
    "line_break": Case(
        {"施設.csv": lines('名称,"収容\n人数"', "東館,20", "西館,30", "南館,40", "北館,50")},
        {"施設.csv": lines("名称,収容人数,備考", "東館,20,", '西館,30,"午前\nのみ"', "南館,40,", "北館,50,")},
        "B1",
    ),
    "heading_missing": Case(
        {"人口.csv": lines("町名,人口,", "東町,120,あり", "西町,300,なし", "南町,45,あり")},
        {"人口.csv": lines("町名,人口,集会所", "東町,120,あり", "西町,300,なし", "南町,45,あり")},
        "C1",
    ),
    "omitted_label": Case(
        {
            "人口.csv": lines(
                "地区,町名,人口", "東部,東町,12", ",朝町,30", ",旭町,41", "西部,西町,9", ",夕町,8", ",暮町,10"
            )
        },
        {"人口.csv": lines("地区,町名,人口", "東部,東町,12", "東部,朝町,30", "西部,西町,9", "西部,夕町,8")},
        "A3:A4, A6:A7",
    ),
    "formula": Case(
        {
            "人口.xlsx": with_results(
                book([["町名", "男", "女", "男女"], ["東町", 10, 12, "=B2+C2"], ["西町", 9, 8, "=B3+C3"]]),
                {"D2": "22", "D3": "17"},
            )
        },
        {"人口.xlsx": book([["町名", "男", "女", "男女"], ["東町", 10, 12, 22], ["西町", 9, 8, 17]])},
        "D2:D3",
    ),
    "formula_no_value": Case(
        {"人口.xlsx": book([["町名", "男", "女", "男女"], ["東町", 10, 12, "=B2+C2"], ["西町", 9, 8, 17]])},
        {"人口.xlsx": book([["町名", "男", "女", "男女"], ["東町", 10, 12, 22], ["西町", 9, 8, 17]])},
        "D2",
    ),
    "error_cell": Case(
        {
            "人口.xlsx": with_results(
                book([["町名", "男", "女", "比"], ["東町", 10, 12, 0.8], ["西町", 9, 0, "=B3/C3"], ["南町", 8, 4, 2]]),
                {"D3": "#DIV/0!"},
            )
        },
        {
            "人口.xlsx": book(
                [["町名", "男", "女", "比"], ["東町", 10, 12, 0.8], ["西町", 9, 0, None], ["南町", 8, 4, 2]]
            )
        },
        "D3",
    ),
    "object": Case({"人口.xlsx": book(sheet("人口", NUMBERS), edit=_picture)}, {"人口.xlsx": CLEAN_BOOK}, "D2"),
    "unit_missing": Case(
        {"公園.csv": column("面積", ["1200", "300", "450", "80"])},
        {"公園.csv": column("面積（㎡）", ["1200", "300", "450", "80"])},
        "B1",
    ),
    "machine_dependent": Case(
        {"会社.csv": lines("名称,定員", "㈱東商店,20", "西商店①,30", "南商店,40")},
        {"会社.csv": lines("名称,定員", "(株)東商店,20", "髙島屋,30", "南商店,40")},
        "A2:A3",
    ),
    "era_date": Case(
        {"履歴.csv": column("開設年月日", ["令和6年4月1日", "平成31年3月31日", "昭和60年1月5日"])},
        {"履歴.csv": column("開設年月日", ["2024-04-01", "2019-03-31", "1985-01-05"])},
        "B2:B4",
    ),
    "date_mixed": Case(
        {"履歴.csv": column("開設年月日", ["2024-04-01", "2024/5/1", "2019-03-31", "令和元年6月1日"])},
        {"履歴.csv": column("開設年月日", ["2024-04-01", "2024-05-01", "2019-03-31", "2019-06-01"])},
        "B3, B5",
    ),
    "impossible_date": Case(
        {"履歴.csv": column("開設年月日", ["2024-04-01", "2024-02-30", "2019-03-31"])},
        {"履歴.csv": column("開設年月日", ["2024-04-01", "2024-02-29", "2019-03-31"])},
        "B3",
    ),
    "area_missing": Case(
        {"ごみ.xlsx": book([["年度", "排出量（t）"], *[[2018 + i, 100 + i] for i in range(6)]])},
        {"ごみ.xlsx": book([["自治体", "年度", "排出量（t）"], *[["みらい市", 2018 + i, 100 + i] for i in range(6)]])},
        "",
    ),
    "special_symbol": Case(
        {"人口.csv": column("人口", ["1200", "-", "450", "X", "95", "110"])},
        {"人口.csv": column("人口", ["1200", "", "450"])},
        "B3, B5",
    ),
    "split_table": Case(
        {
            "人口.xlsx": book(
                [
                    ["町名", "人口", None, "町名", "人口"],
                    *[[f"{t}町", i, None, f"{t}丘", i + 5] for i, t in enumerate("東西南北")],
                ]
            )
        },
        {"人口.xlsx": CLEAN_BOOK},
        "D1:E5",
    ),
    "several_tables": Case(
        {"人口.xlsx": book([*sheet("人口", NUMBERS), [], ["施設", "定員", "床数"], ["東館", 20, 3], ["西館", 30, 4]])},
        {"人口.xlsx": CLEAN_BOOK},
        "A9:C11",
    ),
    "title_row": Case({"人口.csv": "町別の人口,\n" + CLEAN_CSV}, {"人口.csv": CLEAN_CSV}, "A1:B1"),
    "note_row": Case({"人口.csv": CLEAN_CSV + "注）住民基本台帳による。,\n"}, {"人口.csv": CLEAN_CSV}, "A8:B8"),
    "total_row": Case({"人口.csv": CLEAN_CSV + f"合計,{sum(NUMBERS)}\n"}, {"人口.csv": CLEAN_CSV}, "A8:B8"),
    "blank_row": Case({"人口.csv": CLEAN_CSV.replace("南町", ",\n,\n南町")}, {"人口.csv": CLEAN_CSV}, "A4:B5"),
    "blank_column": Case(
        {"人口.csv": lines("町名,,人口", "東町,,12", "西町,,30", "南町,,41")}, {"人口.csv": CLEAN_CSV}, "B1:B4"
    ),
    "hidden_rows": Case(
        {"人口.xlsx": book(sheet("人口", NUMBERS), edit=hide(_hide_row))}, {"人口.xlsx": CLEAN_BOOK}, "A3:B4"
    ),
    "hidden_columns": Case(
        {"人口.xlsx": book(sheet("人口", NUMBERS), edit=hide(_hide_column))}, {"人口.xlsx": CLEAN_BOOK}, "B1:B7"
    ),
    "hidden_sheet": Case(
        {"人口.xlsx": book(sheet("人口", NUMBERS), sheets={"控え": [["電話", "氏名"]]}, edit=_hide_sheet)},
        {"人口.xlsx": CLEAN_BOOK},
        "",
    ),
    "code_heading_row": Case(
        {"人口.csv": lines("KEY_CODE,T000849001,T000849002", ",人口総数,世帯数", "22212001,120,50", "22212002,80,31")},
        {"人口.csv": lines("KEY_CODE,人口総数,世帯数", "22212001,120,50", "22212002,80,31")},
        "A1:C1",
    ),
    "heading_character": Case(
        {"施設.csv": lines("名称,施設コ―ド", "東館,A1", "西館,A2")},
        {"施設.csv": lines("名称,施設コード", "東館,A1", "西館,A2")},
        "B1",
    ),
    "duplicate_heading": Case(
        {"人口.csv": lines("町名,人口,人口", "東町,12,14", "西町,30,28")},
        {"人口.csv": lines("町名,人口,前年の人口", "東町,12,14", "西町,30,28")},
        "C1",
    ),
    "heading_changed": Case(
        {**_SERIES, "人口_2024.csv": ward(2024, people="人口総数")}, _SERIES, "B1", "人口_2024.csv"
    ),
    "missing_period": Case(
        {name: text for name, text in _SERIES.items() if "2021" not in name}, _SERIES, "", "人口_2022.csv"
    ),
    "duplicate_file": Case({**_SERIES, "人口_2022.csv": ward(2021)}, _SERIES, "", "人口_2022.csv"),
    "duplicate_period": Case(
        {"人口.csv": lines("年月,町名,人口", *months(again=5))},
        {"人口.csv": lines("年月,町名,人口", *months())},
        "A26:C27",
    ),
    "duplicate_id": Case(
        {"施設.csv": lines("ID,名称", *(f"{7 if i == 8 else i},第{i}館" for i in range(1, 12)))},
        {"施設.csv": lines("ID,名称", *(f"{i},第{i}館" for i in range(1, 12)))},
        "A9",
    ),
    "duplicate_row": Case(
        {"施設.csv": lines("ID,名称", *(f"{7 if i == 8 else i},第{7 if i == 8 else i}館" for i in range(1, 12)))},
        {"施設.csv": lines("ID,名称", *(f"{i},第{i}館" for i in range(1, 12)))},
        "A9:B9",
    ),
    "lost_zero": Case(
        {"町.csv": lines("全国地方公共団体コード,名称", "11002,札幌市", "12025,函館市", "12033,小樽市")},
        {"町.csv": lines("全国地方公共団体コード,名称", "011002,札幌市", "012025,函館市", "012033,小樽市")},
        "A2:A4",
    ),
    "bad_code": Case(
        {
            "町.csv": lines(
                "全国地方公共団体コード,名称", "372013,高松市", "37202,丸亀市", "372035,坂出市", "372049,善通寺市"
            )
        },
        {
            "町.csv": lines(
                "全国地方公共団体コード,名称", "372013,高松市", "372021,丸亀市", "372030,坂出市", "372048,善通寺市"
            )
        },
        "A3:A5",
    ),
    "no_coordinates": Case({"公園.csv": places(",")}, {"公園.csv": CLEAN_PLACES}, "B5:C5"),
    "null_island": Case({"公園.csv": places("0,0")}, {"公園.csv": CLEAN_PLACES}, "B5:C5"),
    "swapped": Case({"公園.csv": places("138.204,34.504")}, {"公園.csv": CLEAN_PLACES}, "B5:C5"),
    "degrees_minutes_seconds": Case(
        {"公園.csv": places("34度30分14.4秒,138度12分14.4秒")}, {"公園.csv": CLEAN_PLACES}, "B5:C5"
    ),
    "bad_coordinates": Case({"公園.csv": places("不明,不明")}, {"公園.csv": CLEAN_PLACES}, "B5:C5"),
    "outside_japan": Case({"公園.csv": places("3.4504,138.204")}, {"公園.csv": CLEAN_PLACES}, "B5:C5"),
    "outside_town": Case({"公園.csv": places("35.504,138.204")}, {"公園.csv": CLEAN_PLACES}, "B5:C5"),
    "tokyo_datum": Case(
        {
            "公園.csv": CLEAN_PLACES,
            "遊具.csv": lines(PLACE_HEAD, *(f"第{i + 1}公園,{lat:.6f},{lon:.6f}" for i, (lat, lon) in enumerate(_OLD))),
        },
        {"公園.csv": CLEAN_PLACES, "遊具.csv": CLEAN_PLACES.replace("公園名", "名称")},
        "",
        "遊具.csv",
    ),
    "name_spelling": Case(
        {"町丁目.geojson": _MAP, "人口.csv": lines("町名,人口", *(f"{n.replace('1', '一')},9" for n in _TOWNS))},
        {"町丁目.geojson": _MAP, "人口.csv": lines("町名,人口", *(f"{n},9" for n in _TOWNS))},
        "A2, A5",
        "人口.csv",
    ),
    "total_mismatch": Case({"人口.csv": _SUMS.replace("南町,45", "南町,54")}, {"人口.csv": _SUMS}, "B4"),
    "sum_in_part": Case({"人口.csv": _SUMS.replace("南町,45,22", "南町,45,45")}, {"人口.csv": _SUMS}, "C4"),
    "out_of_range": Case(
        {"名簿.csv": column("年齢", ["34", "200", "8", "71"])},
        {"名簿.csv": column("年齢", ["34", "20", "8", "71"])},
        "B3",
    ),
    "macro": Case(
        {"人口.xlsm": repacked(CLEAN_BOOK, lambda name, part: part, {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0"})},
        {"人口.xlsm": CLEAN_BOOK},
        "",
    ),
}
