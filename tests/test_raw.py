"""The dirty twin: every planted problem stands where the list says, is true, and is found by the linter, nothing else.

The files are read here with openpyxl, csv and plain bytes, not with the project's readers.
"""

from __future__ import annotations

import csv
import io
import re
import warnings
import zipfile
from collections import Counter
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
import shapely
from openpyxl.utils import column_index_from_string, range_boundaries

from dataacademy.tables.lint import RULES, check, problems
from dataacademy.town.contract import TABLES
from dataacademy.town.sample import found_town, make_tables, raw
from dataacademy.town.sample.build import table_bytes

FILE_KINDS = {"duplicate_file", "missing_period", "not_utf8", "file_type", "unreadable", "macro", "hidden_sheet"}
FILE_KINDS |= {"tokyo_datum", "area_missing"}


@pytest.fixture(scope="module")
def town():
    return found_town()


@pytest.fixture(scope="module")
def clean(town):
    return make_tables(town)


@pytest.fixture(scope="module")
def made(town, clean):
    return raw.make(town, clean)


@pytest.fixture(scope="module")
def files(made) -> dict[str, bytes]:
    return made[0]


@pytest.fixture(scope="module")
def defects(made) -> list[dict]:
    return list(csv.DictReader(io.StringIO(raw.defects_csv(made[1]).decode())))


@pytest.fixture(scope="module")
def folder(files, tmp_path_factory) -> Path:
    place = tmp_path_factory.mktemp("twin")
    for name, content in files.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(content)
    return place


@pytest.fixture(scope="module")
def grids(files) -> dict[tuple[str, str], list[list[str]]]:
    """Every sheet as rows of texts: (file, sheet) -> rows; formulas as written."""
    return {key: rows for name in files for key, rows in _grids(name, files[name])}


def _encoding(content: bytes) -> str:
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return "cp932"
    return "utf-8-sig"


def _grids(name: str, content: bytes):
    if name.endswith(".csv"):
        yield (name, ""), list(csv.reader(io.StringIO(content.decode(_encoding(content)), newline="")))
    elif name.endswith((".xlsx", ".xlsm")) and zipfile.is_zipfile(io.BytesIO(content)):
        book = openpyxl.load_workbook(io.BytesIO(content), keep_vba=name.endswith("m"))
        for sheet in book:
            rows = [["" if v is None else str(v) for v in row] for row in sheet.iter_rows(values_only=True)]
            yield (name, sheet.title), rows


def _results(content: bytes, sheet: str):
    """A sheet as it was last calculated."""
    return openpyxl.load_workbook(io.BytesIO(content), data_only=True)[sheet]


def _cells(address: str) -> list[tuple[int, int]]:
    """Rows and columns from 0, range by range, row by row."""
    found = []
    for part in address.split(", "):
        left, top, right, bottom = range_boundaries(part)
        found += [(r, c) for r in range(top - 1, bottom) for c in range(left - 1, right)]
    return found


def _texts(grid, address: str) -> list[str]:
    return [grid[r][c] if r < len(grid) and c < len(grid[r]) else "" for r, c in _cells(address)]


def _split(text: str, n: int) -> list[str]:
    parts = text.split(" | ")
    return parts * n if len(parts) == 1 else parts


# --- the list ---------------------------------------------------------------------------------------------------------


def test_every_kind_of_problem_is_planted(defects):
    assert {d["kind"] for d in defects} == set(RULES)


def test_each_problem_is_listed_once(defects):
    times = Counter((d["file"], d["sheet"], d["kind"], d["cells"]) for d in defects)
    assert set(times.values()) == {1}
    assert all(d["note"] and not d["note"].isascii() for d in defects)
    assert {d["kind"] for d in defects if not d["cells"]} == FILE_KINDS
    assert {d["kind"] for d in defects if d["cells"]} == set(RULES) - FILE_KINDS | {"missing_period"}


def test_every_defect_stands_where_the_list_says(defects, grids, files):
    for d in (d for d in defects if d["cells"]):
        grid, where = grids[d["file"], d["sheet"]], (d["file"], d["cells"], d["kind"])
        assert int(d["row"]) == min(r for r, _ in _cells(d["cells"])) + 1, where
        texts = _texts(grid, d["cells"])
        if d["kind"] == "error_cell":
            sheet = _results(files[d["file"]], d["sheet"])
            texts = [str(sheet.cell(r + 1, c + 1).value) for r, c in _cells(d["cells"])]
        if d["true"]:
            assert texts == _split(d["found"], len(texts)), where
            assert len(_split(d["true"], len(texts))) == len(texts), where
        else:
            assert next((t for t in texts if t), "") == d["found"], where


# --- faults that are no text in a cell --------------------------------------------------------------------------------


def _of(defects, kind) -> list[dict]:
    return [d for d in defects if d["kind"] == kind]


def test_files_at_fault_are_as_the_list_says(defects, files):
    old = {d["file"] for d in _of(defects, "not_utf8")}
    assert old == {n for n, c in files.items() if n.endswith(".csv") and _encoding(c) == "cp932"}
    (copy,) = (d["file"] for d in _of(defects, "duplicate_file"))
    assert [n for n, c in files.items() if c == files[copy] and n != copy] == [copy.replace("9月", "8月")]
    (gap,) = (d["file"] for d in _of(defects, "missing_period") if not d["cells"])
    assert (
        gap in files and gap.replace("令和6年", "令和4年") in files and gap.replace("令和6年", "令和5年") not in files
    )
    (leaflet,) = (d["file"] for d in _of(defects, "file_type"))
    start = int(re.search(rb"startxref\n(\d+)\n%%EOF\n$", files[leaflet])[1])
    assert files[leaflet].startswith(b"%PDF-") and files[leaflet][start:].startswith(b"xref")
    (broken,) = (d["file"] for d in _of(defects, "unreadable"))
    assert files[broken].startswith(b"PK") and not zipfile.is_zipfile(io.BytesIO(files[broken]))
    (macro,) = (d["file"] for d in _of(defects, "macro"))
    assert "xl/vbaProject.bin" in zipfile.ZipFile(io.BytesIO(files[macro])).namelist()


def test_workbooks_hide_merge_and_draw_what_the_list_says(defects, files):
    hidden = {"hidden_rows": set(), "hidden_columns": set(), "hidden_sheet": set()}
    drawn, merged = set(), {}
    for name, content in files.items():
        if not name.endswith((".xlsx", ".xlsm")) or not zipfile.is_zipfile(io.BytesIO(content)):
            continue
        for sheet in openpyxl.load_workbook(io.BytesIO(content)):
            rows = [r for r, about in sheet.row_dimensions.items() if about.hidden]
            hidden["hidden_rows"] |= {(name, sheet.title, r - 1) for r in rows}
            columns = [column_index_from_string(c) for c, about in sheet.column_dimensions.items() if about.hidden]
            hidden["hidden_columns"] |= {(name, sheet.title, c - 1) for c in columns}
            hidden["hidden_sheet"] |= {(name, sheet.title)} if sheet.sheet_state == "hidden" else set()
            merged[name, sheet.title] = {str(r) for r in sheet.merged_cells.ranges}
        for part in (n for n in zipfile.ZipFile(io.BytesIO(content)).namelist() if "drawings/" in n):
            text = zipfile.ZipFile(io.BytesIO(content)).read(part).decode()
            corners = [int(n) for n in re.findall(r"<xdr:(?:col|row)>(\d+)<", text)]
            drawn.add((name, *corners))
    for kind, axis in (("hidden_rows", 0), ("hidden_columns", 1)):
        listed = {(d["file"], d["sheet"], cell[axis]) for d in _of(defects, kind) for cell in _cells(d["cells"])}
        assert listed == hidden[kind]
    assert {(d["file"], d["sheet"]) for d in _of(defects, "hidden_sheet")} == hidden["hidden_sheet"]
    for d in _of(defects, "object"):
        left, top, right, bottom = range_boundaries(d["cells"])
        assert drawn == {(d["file"], left - 1, top - 1, right - 1, bottom - 1)}
    for d in _of(defects, "merged_cells"):
        ranges = [set(_cells(r)) for r in merged[d["file"], d["sheet"]]]
        listed = set(_cells(d["cells"]))
        assert listed == set().union(*(r for r in ranges if r & listed))
    for d in _of(defects, "merged_heading"):
        block = set(_cells(d["cells"]))
        assert sum(set(_cells(r)) <= block for r in merged[d["file"], d["sheet"]]) >= 4


def test_rows_are_what_the_list_says(defects, grids):
    for kind in ("blank_row", "blank_column"):
        for d in _of(defects, kind):
            assert not any(_texts(grids[d["file"], d["sheet"]], d["cells"]))
    for d in _of(defects, "duplicate_row"):
        grid = grids[d["file"], d["sheet"]]
        row = int(d["row"]) - 1
        assert grid[row] in grid[:row] and grid.count(grid[row]) == 2
    for d in _of(defects, "ragged_row"):
        grid = grids[d["file"], d["sheet"]]
        assert [len(row) for row in grid].count(len(grid[0])) == len(grid) - 1
        assert len(grid[int(d["row"]) - 1]) == len(grid[0]) + 1
    for d in _of(defects, "total_row"):
        grid = grids[d["file"], d["sheet"]]
        assert set(grid[int(d["row"]) - 1]) & {"合計", "計"} and int(d["row"]) >= len(grid) - 1
    for d in _of(defects, "duplicate_period"):
        grid = grids[d["file"], d["sheet"]]
        row = int(d["row"]) - 1
        assert grid[row][:2] == grid[row - 1][:2] and grid[row] != grid[row - 1]


def test_names_in_the_old_datum_are_half_a_kilometre_off(defects, grids, clean):
    (d,) = _of(defects, "tokyo_datum")
    halls = clean["facilities"].query("kind == 'community_centre'").set_index("name")
    for row in grids[d["file"], ""][1:]:
        lat, lon = float(row[3]), float(row[4])
        # the published approximation, the other way round
        new = (
            lat - 0.00010695 * lat + 0.000017464 * lon + 0.0046017,
            lon - 0.000046038 * lat - 0.000083043 * lon + 0.010040,
        )
        assert new == pytest.approx(tuple(halls.loc[row[1], ["lat", "lon"]]), abs=2e-6)
        assert 300 < 111_000 * (halls.loc[row[1], "lat"] - lat) < 450


def test_nobody_is_told_which_area(defects, grids):
    (d,) = _of(defects, "area_missing")
    texts = [d["file"], d["sheet"], *(t for row in grids[d["file"], d["sheet"]] for t in row)]
    assert not [t for t in texts if re.search("[都道府県市区町村]", t)]


# --- what is true -----------------------------------------------------------------------------------------------------


def test_true_values_are_those_of_the_clean_tables(defects, grids, clean):
    """The true value of every cell that holds a datum, looked up in the clean tables by the row's other cells."""
    truth = _Truth(clean)
    looked_up = Counter()
    for d in (d for d in defects if d["true"] and d["cells"]):
        grid = grids[d["file"], d["sheet"]]
        places = _cells(d["cells"])
        for (r, c), true in zip(places, _split(d["true"], len(places)), strict=True):
            right = truth.of(d, grid, r, c)
            if right is not None:
                looked_up[d["kind"]] += 1
                assert true == right, (d["file"], d["kind"], r + 1, c + 1)
    assert set(looked_up) == {d["kind"] for d in defects if d["true"] and d["cells"]}


def _bare(text: str) -> str:
    """A text as it should have been written: no spaces or breaks for looks, no letters that only look right."""
    return re.sub(r"[\s　]", "", text).replace("―", "ー").replace("①", "(1)")


class _Truth:
    """What a cell should hold, according to the clean tables."""

    def __init__(self, clean):
        self.clean = clean
        self.areas = clean["areas"].set_index("area_id")
        self.facilities = clean["facilities"]
        people = clean["population"]
        self.people = people.groupby(["date", "area_id", "sex"])["count"].sum().astype(int).to_dict()
        self.last = people["date"].max()
        old = people[(people["age_from"] >= 65) & (people["date"] == self.last)]
        self.old = old.groupby("area_id")["count"].sum().astype(int).to_dict()

    def of(self, d: dict, grid, r: int, c: int) -> str | None:
        kind, file = d["kind"], d["file"]
        if kind in ("heading_changed", "heading_missing", "duplicate_heading", "unit_missing"):
            return {
                "人口総数": "総人口",
                "": "地区の性格",
                "備考": "備考2",
                "年間維持費": "年間維持費（円）",
                "職員の時間": "職員の時間（時間）",
            }[grid[r][c]]
        if kind in ("heading_character", "line_break") or (
            kind == "machine_dependent" and file != "市民意識調査_回答入力.csv"
        ):
            return _bare(grid[r][c])
        for start, look in (
            ("人口", self._population),
            ("住民基本台帳", self._resident),
            ("国勢調査", self._census),
            ("建物", self._building),
            ("ごみ集積所一覧", self._station),
            ("世帯と人口", self._household),
            ("歳出予算", self._budget),
            ("みらい市_事業費", self._cost),
            ("窓口の待ち時間", self._waiting),
            ("特定健診", self._checkup),
            ("救急搬送", self._call),
            ("新型コロナ", self._patient),
            ("健康ポイント", self._point),
            ("みらい市_就労", self._indicator),
            ("市民意識", self._answer),
            ("聞き取り", self._note),
        ):
            if file.startswith(start) and not file.startswith("人口動態"):
                return look(d, grid, r, c)
        return self._events(d, grid, r, c) if file.startswith("人口動態") else self._place(d, grid, r, c)

    def _population(self, d, grid, r, c):
        heading, line = grid[0][c], dict(zip(grid[0], grid[r], strict=True))
        area = self.areas.loc[line["地域コード"]]
        year, month = re.search(r"令和(\d+)年(?:(\d+)月)?", d["file"].split("/")[1]).groups()
        date = f"{2018 + int(year)}-{int(month or 4):02d}-01"
        male, female = (self.people[date, line["地域コード"], sex] for sex in ("male", "female"))
        return {
            "地域名": area["name"],
            "総人口": str(male + female),
            "男性": str(male),
            "調査年月日": date,
            "都道府県コード又は市区町村コード": "992011",
        }[heading]

    def _resident(self, d, grid, r, c):
        residents = self.clean["residents"].set_index("resident_id")
        assert grid[0][c] == "生年月日"
        return residents.loc[grid[r][0], "birth_date"]

    def _census(self, d, grid, r, c):
        key = grid[r][0]
        male, female = (self.people[self.last, key, sex] for sex in ("male", "female"))
        return str(
            {
                "人口（総数）": male + female,
                "男": male,
                "女": female,
                "65歳以上人口": self.old[key],
                "世帯数": self.areas.loc[key, "households"],
            }[grid[1][c]]
        )

    def _building(self, d, grid, r, c):
        return str(self.clean["buildings"].set_index("building_id").loc[grid[r][0], "residents"])

    def _station(self, d, grid, r, c):
        return str(self.clean["stations"].set_index("station_id").loc[grid[r][0], "flats_percent"])

    def _household(self, d, grid, r, c):
        if d["kind"] == "spaces_for_looks":
            return "町名" if r == 0 else next(n for n in self.areas["name"] if n == grid[r][c].strip("　"))
        column = {3: "population", 4: "households"}[c]
        return str(self.areas.set_index("name").loc[grid[r][1].strip("　"), column])

    def _budget(self, d, grid, r, c):
        budget = self.clean["budget"]
        head = next(grid[k][0] for k in range(r, 0, -1) if grid[k][0])
        mine = budget[(budget["side"] == "expenditure") & (budget["head"] == head) & (budget["item"] == grid[r][1])]
        years = mine.set_index("fiscal_year")["initial_thousand_yen"]
        return str({2: years[2026], 3: years[2025], 4: years[2026] - years[2025]}[c])

    def _cost(self, d, grid, r, c):
        kinds = {"初期費用": "initial", "毎年の費用": "running", "節減・収入": "saving"}
        costs = self.clean["costs"]
        project, year, kind, item = grid[r][:4]
        mine = costs[(costs["project"] == project) & (costs["fiscal_year"] == int(year))]
        (amount,) = mine.loc[(mine["kind"] == kinds[kind]) & (mine["item"] == item), "amount_yen"]
        return str(amount)

    def _waiting(self, d, grid, r, c):
        log = self.clean["counter_log"]
        log = log[(log["office"] == "本庁") & log["date"].str.startswith(grid[r][0])]
        return f"{len(log)} と {(log['procedure'] == '転入・転居').sum()}"

    def _checkup(self, d, grid, r, c):
        checkups = self.clean["checkups"]
        mine = checkups[(checkups["person_id"] == grid[r][0]) & (checkups["fiscal_year"] == 2025)]
        return {"年度末の年齢": str(mine["age"].item())}[grid[0][c]]

    def _call(self, d, grid, r, c):
        call = self.clean["ambulance_calls"].set_index("call_id").loc[grid[r][0]]
        return {"覚知日": call["date"], "現場到着まで": str(call["minutes"])}[grid[0][c]]

    def _patient(self, d, grid, r, c):
        patient = self.clean["covid_patients"].loc[r - 1]
        return {"No": str(patient["patient_no"]), "患者_年代": patient["age_group"]}[grid[0][c]]

    def _point(self, d, grid, r, c):
        points = self.clean["points"]
        return str(points.loc[(points["user_id"] == grid[r][0]) & (points["month"] == grid[r][1]), "steps"].item())

    def _indicator(self, d, grid, r, c):
        there = [row[c] for row in grid[1:]]
        months = self.clean["indicator_monthly"].query("indicator_id == 'K01' and month >= @there[0]")["month"].tolist()
        (lost,) = set(months) - set(there)
        return months[months.index(lost) + 1]

    def _answer(self, d, grid, r, c):
        survey = self.clean["survey"]
        column = {
            "整理番号": "respondent_id",
            "自由記述": "q12",
            "市の取組全体の満足度": "q5",
            "この市に住むことを人にすすめたい度合い（0〜10）": "q11",
        }[grid[0][c]]
        returned = survey[survey["returned"]]
        numbered = "(1)" if d["kind"] == "machine_dependent" else ""
        return f"{numbered}{returned[column].iloc[r - 1]}"

    def _note(self, d, grid, r, c):
        assert grid[0][c] == "聞いた日"
        return self.clean["hearing"].set_index("note_id").loc[grid[r][0], "date"]

    def _events(self, d, grid, r, c):
        events = self.clean["vital_events"]
        events = events[(events["month"] >= "2025-04") & (events["month"] <= "2026-03")]
        if d["sheet"] == "月別":
            era = re.fullmatch(r"令和(\d+)年(\d+)月", grid[r][0])
            month = f"{2018 + int(era[1])}-{int(era[2]):02d}" if era else None
            if c == 0:
                return month
            sums = (events[events["month"] == month] if month else events)[
                ["births", "deaths", "moved_in", "moved_out"]
            ].sum()
        else:
            area = self.areas.reset_index().set_index("name").loc[grid[r][1]]
            if c == 0:
                return area["association"]
            sums = events[events["area_id"] == area["area_id"]][["births", "deaths", "moved_in", "moved_out"]].sum()
            return str(sums["births"] - sums["deaths"] + sums["moved_in"] - sums["moved_out"])
        births, deaths, came, left = sums
        return str({1: births, 2: deaths, 3: births - deaths, 4: came, 5: left, 6: came - left}[c])

    def _place(self, d, grid, r, c):
        line = dict(zip(grid[0], grid[r], strict=True))
        kind = {"避": "shelter", "指": "evacuation_site", "バ": "bus_stop", "医": "medical", "子": "nursery"}[
            d["file"][0]
        ]
        places = self.facilities[self.facilities["kind"] == kind].reset_index(drop=True)
        heading = grid[0][c]
        at = places.index[places["name"] == line[grid[0][1] if kind != "nursery" else "名称"]][0]
        place = places.loc[at]
        if heading in ("緯度", "経度"):
            return f"{place['lat' if heading == '緯度' else 'lon']:.7f}"
        if heading == "町字ID":
            area = max((a for a in self.areas["name"] if place["address"].startswith(f"みらい市{a}")), key=len)
            key = self.areas.index[self.areas["name"] == area][0]
            return key[5:9] + (key[9:].zfill(3))
        return {
            "NO": str(at + 1),
            "電話番号": f"099912{at + 1:04d}",
            "収容定員": str(place["capacity"]),
        }[heading]


# --- the linter and the twin ------------------------------------------------------------------------------------------


def test_the_linter_reports_every_planted_problem_once_and_nothing_else(folder, defects):
    found = Counter((n.file, n.sheet, n.kind, n.cells) for n in check(folder))
    planted = Counter((d["file"], d["sheet"], d["kind"], d["cells"]) for d in defects)
    assert {"missed": planted - found, "more": found - planted} == {"missed": Counter(), "more": Counter()}


def test_problems_tells_the_same_rows_as_a_table(folder, defects):
    table = problems(folder)
    rows = {(t.file, t.sheet, t.kind, t.cells): "" if pd.isna(t.row) else str(t.row) for t in table.itertuples()}
    assert rows == {(d["file"], d["sheet"], d["kind"], d["cells"]): d["row"] for d in defects}
    assert (table["why"].str.len() > 10).all() and (table["fix"] != "").all()


@pytest.fixture(scope="module")
def clean_folder(clean, tmp_path_factory) -> Path:
    place = tmp_path_factory.mktemp("clean")
    for name, table in clean.items():
        (place / TABLES[name].file).write_bytes(table_bytes(name, table))
    return place


def test_the_linter_is_silent_on_the_clean_tables(clean_folder):
    assert [str(n) for n in check(clean_folder)] == []


def test_the_linter_is_silent_on_each_clean_table_alone(clean, clean_folder):
    assert {name: len(problems(clean_folder / TABLES[name].file)) for name in clean} == dict.fromkeys(clean, 0)


# --- the files --------------------------------------------------------------------------------------------------------


def test_the_twin_is_small_and_recorded(files, defects, root):
    place = root / "datasets" / "mirai"
    assert sum(map(len, files.values())) <= 900_000
    recorded = {
        p.relative_to(place / "raw").as_posix(): p.read_bytes() for p in (place / "raw").rglob("*") if p.is_file()
    }
    assert recorded.keys() == files.keys()
    assert [name for name in files if recorded[name] != files[name]] == []
    assert list(csv.DictReader(io.StringIO((place / "defects.csv").read_text(encoding="utf-8-sig")))) == defects


def test_workbooks_open_without_complaint(files):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        opened = [key for name in files for key, _ in _grids(name, files[name]) if name.endswith(("x", "m"))]
    assert len(opened) >= 9


def test_maps_are_whole(files, clean):
    from json import loads

    areas = loads(files["町丁目境界.geojson"])["features"]
    assert [f["properties"]["KEY_CODE"] for f in areas] == clean["areas"]["area_id"].tolist()
    shapes = [shapely.geometry.shape(f["geometry"]) for f in areas]
    off = [a.symmetric_difference(b).area for a, b in zip(shapes, clean["areas"].geometry, strict=True)]
    assert max(off) < 1e-10
