"""市民課 hands over: population by area month by month and each April, and an extract of the register."""

from __future__ import annotations

from typing import Any

import numpy as np

from dataacademy.town.sample import geography as geo
from dataacademy.town.sample.files import csv_bytes
from dataacademy.town.sample.people import BANDS
from dataacademy.town.sample.raw.defects import Page
from dataacademy.town.sample.raw.writing import era, era_short, old_spelling
from dataacademy.town.sample.town import Town

MONTHLY = "人口/地域・年齢別人口_{}.csv"
YEARLY = "人口_各年4月/年齢別人口_令和{}年.csv"
REGISTER = "住民基本台帳_抜粋.csv"
CODES = ["全国地方公共団体コード", "地域コード", "地方公共団体名", "調査年月日", "地域名"]  # since 2025
OLD_CODES = ["都道府県コード又は市区町村コード", "地域コード", "都道府県名", "市区町村名", "調査年月日", "地域名"]
COPIED, GARBLED, MALE, TOTAL = "2025-09-01", "2025-12-01", "2026-02-01", "2025-11-01"
YEARS = (3, 4, 6, 7)  # of 令和; 5 is missing
WRONG_AREA = "ひかりヶ丘三丁目"
_LETTERS = "髙﨑"
_LOST = {ord(letter): "\ufffd" for letter in _LETTERS}
EXTRACT = ("奥野", "大平", "杉ノ入")


def make(town: Town, tables: dict[str, Any]) -> tuple[dict[str, bytes], list]:
    """The files and what is planted in them."""
    people = _People(tables)
    pages = [*_months(town, people), *_years(people)]
    files = {page.file: csv_bytes(page.rows, encoding=encoding) for page, encoding in pages}
    copied = MONTHLY.format(era(COPIED))
    files[copied] = files[MONTHLY.format(era("2025-08-01"))]
    copy = Page(copied, [[]])
    copy.mark_file("duplicate_file", "8月の人口のファイルを、9月の名前で登録した。9月の人口は届いていない。")
    register = _register(tables)
    files[register.file] = csv_bytes(register.rows, encoding="utf-8-sig")
    return files, [d for page in (*(p for p, _ in pages), copy, register) for d in page.defects]


class _People:
    """Population by date: one row an area, total, men, women, then each band of men and women in turn."""

    def __init__(self, tables: dict[str, Any]):
        table = tables["population"]
        n = len(tables["areas"])
        counts = table["count"].to_numpy(dtype=np.int64).reshape(-1, n, 2, BANDS)
        self.dates = table["date"].to_numpy()[:: n * 2 * BANDS].tolist()
        self.areas = list(zip(tables["areas"]["area_id"], tables["areas"]["name"], strict=True))
        self.counts = counts

    def rows(self, date: str) -> list[list[int]]:
        found = []
        for male, female in self.counts[self.dates.index(date)].tolist():
            bands = [n for pair in zip(male, female, strict=True) for n in pair]
            found.append([sum(bands), sum(male), sum(female), *bands])
        return found


def _bands() -> list[str]:
    names = [*(f"{age}-{age + 4}歳" for age in range(0, 5 * BANDS - 5, 5)), f"{5 * BANDS - 5}歳以上"]
    return [f"{name}の{sex}" for name in names for sex in ("男性", "女性")]


def _months(town: Town, people: _People) -> list[tuple[Page, str]]:
    """The last twelve months; UTF-8 except for the last one, which the office made by hand in Excel."""
    pages = []
    head = [*CODES, "総人口", "男性", "女性", *_bands()]
    for date in town.dates[-12:]:
        last = date == town.dates[-1]
        said = date.replace("-0", "/").replace("-", "/") if last else date
        rows = [
            [geo.CODE, area, geo.CITY, said, name, *numbers]
            for (area, name), numbers in zip(people.areas, people.rows(date), strict=True)
        ]
        page = Page(MONTHLY.format(era(date)), [head, *rows])
        if date == TOTAL:
            row = page.find("地域名", "潮見町二丁目")
            note = "総人口を打ちまちがえた。男性と女性の計とも、年齢別の計とも合わない。"
            page.spoil("total_mismatch", "総人口", [row], note, page.rows[row][5] + 100)
        if date == GARBLED:
            note = "古い文字コードの文書を変換したときに、髙・﨑が失われた。"
            page.spoil("mojibake", "地域名", _with_old_letters(page, 4), note, lambda name: name.translate(_LOST))
        if date == MALE:
            row = page.find("地域名", WRONG_AREA)
            page.spoil("sum_in_part", "男性", [row], "男性の欄に、男女の計（総人口）を入れた。", page.rows[row][5])
        if last:
            _by_hand(page)
        if date != COPIED:
            pages.append((page, "cp932" if last else "utf-8-sig"))
    return pages


def _with_old_letters(page: Page, column: int) -> list[int]:
    return [r for r in page.body() if set(_LETTERS) & set(page.rows[r][column])]


def _by_hand(page: Page) -> None:
    """The last month: typed spellings, a row of totals, saved as Excel's plain CSV."""
    spelled = [r for r in page.body() if old_spelling(page.rows[r][4]) != page.rows[r][4]]
    note = "町名を、境界の表とちがう書き方（１丁目・ケ）で打った。"
    page.spoil("name_spelling", "地域名", spelled, note, old_spelling)
    in_cp932(page, 4)
    columns = list(zip(*(page.rows[r] for r in page.body()), strict=True))
    sums = [sum(column) for column in columns[len(CODES) :]]
    page.rows.append([geo.CODE, "", geo.CITY, page.rows[1][3], "合計", *sums])
    page.mark_rows("total_row", len(page.rows) - 1, len(page.rows) - 1, "町全体の計の行で、地区ではない。")


def in_cp932(page: Page, *columns: int) -> None:
    """Write down that the file is in cp932, where 髙 and 﨑 are machine-dependent."""
    page.mark_file("not_utf8", "Excelの「CSV（コンマ区切り）」で保存した。", "cp932", "utf-8")
    for c in columns:
        note = "この文字コードでは、髙・﨑は機種依存文字になる。"
        page.spoil("machine_dependent", c, _with_old_letters(page, c), note)


def _years(people: _People) -> list[tuple[Page, str]]:
    """Each April in the older headings: cp932 up to 2022, one year missing, one heading and one code otherwise."""
    pages = []
    for year in YEARS:
        date = f"{2018 + year}-04-01"
        said = era(date, day=True) if year == YEARS[0] else date
        head = [*OLD_CODES, "総人口", "男性", "女性", *_bands()]
        rows = [
            [geo.CODE, area, geo.PREFECTURE, geo.CITY, said, name, *numbers]
            for (area, name), numbers in zip(people.areas, people.rows(date), strict=True)
        ]
        page = Page(YEARLY.format(year), [head, *rows])
        if year == 3:
            place = [(0, head.index("総人口"))]
            page.spoil_cells("heading_changed", place, "この年だけ「人口総数」という見出しを使った。", "人口総数")
            page.spoil("era_date", "調査年月日", page.body(), "年が和暦だけで書かれている。", true=date)
        if year == 4:
            page.spoil("bad_code", 0, page.body(), "検査数字のない5桁のコードを入れた。", geo.CODE[:5])
        if year == 6:
            page.mark_file("missing_period", "令和5年4月のファイルが届いていない。")
        if year < 5:
            in_cp932(page, 5)
        pages.append((page, "cp932" if year < 5 else "utf-8-sig"))
    return pages


def _register(tables: dict[str, Any]) -> Page:
    """The register of three villages: a resident twice, a day that does not exist, and dates as they were typed."""
    names = tables["areas"].set_index("name")["area_id"]
    codes = {names[name]: name for name in EXTRACT}
    residents = tables["residents"]
    found = residents[residents["area_id"].isin(list(codes))].sort_values("resident_id")
    sexes = {"male": "男", "female": "女"}
    columns = ("resident_id", "household_id", "name", "sex", "birth_date", "area_id")
    rows = [
        [number, household, name, sexes[sex], born, codes[area]]
        for number, household, name, sex, born, area in found[list(columns)].itertuples(index=False)
    ]
    page = Page(REGISTER, [["住民番号", "世帯番号", "氏名", "性別", "生年月日", "町名"], *rows])
    twice, wrong, *typed = (1 + len(rows) * k // 20 for k in (4, 15, 6, 8, 9, 17, 18))
    page.rows.insert(twice, list(page.rows[2]))
    page.mark_rows("duplicate_row", twice, twice, "3行目と同じ人の行が、もう一度入っている。")
    page.spoil("date_mixed", "生年月日", typed, "この人たちの分だけ、和暦の略号で打った。", era_short)
    page.spoil("impossible_date", "生年月日", [wrong], "2月30日はない。打ちまちがえた。", lambda d: f"{d[:4]}-02-30")
    return page
