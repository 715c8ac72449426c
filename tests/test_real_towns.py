"""Known answers from real cities' files: inspect, tailor, and the executed lesson.

The figures come from the files in ``../shared/realdata`` by a route of their own (representative points of the 2015
small areas, straight lines in the right zone), see ``reference/realdata.md``.
"""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import nbformat
import pytest

from dataacademy.course.tailor import tailor
from dataacademy.town.report import inspect_and_write

TOWNS = {"222127": "yaizu_222127", "372013": "takamatsu_372013"}


class Cells(HTMLParser):
    """Rows of the tables of a page as lists of text."""

    def __init__(self, html: str):
        super().__init__()
        self.rows, self._inside = [], False
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self._inside = True
            self.rows[-1].append("")

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self._inside = False

    def handle_data(self, data):
        if self._inside:
            self.rows[-1][-1] += data


@pytest.fixture(scope="session")
def tailored(realdata, tmp_path_factory):
    """Both cities, inspected and tailored once: code -> (inspection, result)."""
    out = tmp_path_factory.mktemp("towns")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATAACADEMY_OUTPUT", str(out))
        done = {}
        for code, folder in TOWNS.items():
            found, path, _ = inspect_and_write(realdata / folder, code=code)
            done[code] = (found, tailor(path))
    return done, out


def cell(out, code, cell_id):
    """What a cell of the executed lesson a4 shows."""
    notebook = nbformat.read(out / "work" / code / "flow_a" / "a4.ipynb", as_version=4)
    shown = next(c for c in notebook.cells if c.id == cell_id).outputs
    return "".join(o.get("text", "") or o.data.get("text/html", "") for o in shown)


def shares(out, code, cell_id):
    """The numbers of a table in the executed lesson: first column -> the others."""
    rows = Cells(cell(out, code, cell_id)).rows
    return {row[0]: [float(v.replace(",", "")) for v in row[1:] if re.fullmatch(r"[\d,.]+", v)] for row in rows[1:]}


@pytest.mark.parametrize("code", TOWNS)
def test_the_whole_course_runs(tailored, code):
    _, result = tailored[0][code]
    assert [str(r) for r in result.runs if not r.ok] == []
    assert [reason for _, reason in result.left_out] == ["「特定健診（抽出した国保加入者）」の表がないため"]  # capstone
    assert {r.job.lesson for r in result.runs} >= {"start", *(f"a{step}" for step in range(10))}


def test_yaizu_bus_stops_and_shelters_by_kind(tailored):
    table = shares(tailored[1], "222127", "a4-kinds")
    assert table["バス停"] == pytest.approx([42.62, 69.23, 78.99], abs=0.0101)
    assert table["指定避難所"] == pytest.approx([26.70, 50.90, 83.66], abs=0.0101)


def test_yaizu_shelters(tailored):
    table = shares(tailored[1], "222127", "a4-repair")
    assert [table[r][-1] for r in ("300", "500", "800")] == pytest.approx([26.70, 50.90, 83.66], abs=0.0101)
    assert {row[2] for row in table.values()} == {139_462}


def test_takamatsu_shelters(tailored):
    table = shares(tailored[1], "372013", "a4-repair")
    assert [table[r][-1] for r in ("300", "500", "800")] == pytest.approx([32.04, 52.64, 76.79], abs=0.0101)
    assert {row[2] for row in table.values()} == {420_748}


def test_takamatsu_elderly_and_yaizu_without_ages(tailored):
    elderly = shares(tailored[1], "372013", "a4-elderly")
    assert all(0 < row[-1] < 100 for row in elderly.values())
    assert "年齢別の人口" in cell(tailored[1], "222127", "a4-elderly")


def test_exercise_answers_are_the_towns_own(tailored, root):
    released = {
        code: (tailored[1] / "work" / code / "exercises" / "a4" / "a4.ipynb").read_text(encoding="utf-8")
        for code in TOWNS
    }
    sample = (root / "exercises" / "a4" / "a4.ipynb").read_text(encoding="utf-8")
    hashes = [set(re.findall(r'\\"([0-9a-f]{16})\\"', text)) for text in [*released.values(), sample]]
    assert all(len(h) > 5 for h in hashes)
    assert hashes[0] != hashes[1] != hashes[2]
    assert all(f'town = \\"{code}\\"' in text for code, text in released.items())


@pytest.mark.parametrize(
    ("code", "kind", "file"),
    [
        ("372013", "duplicate_month", "population/0066_202406.xlsx"),
        ("372013", "mojibake", "population/0066_202304.xlsx"),
        ("372013", "sum_in_part", "population/0066_202602.xlsx"),
        ("372013", "null_island", "facilities/cultural_property/data.xlsx"),
        ("372013", "no_coordinates", "facilities/hospital/data.csv"),
        ("372013", "outside_town", "facilities/aed_location/data.xlsx"),
        ("222127", "renamed", "facilities/子育て施設一覧/222127_preschool.csv"),
    ],
)
def test_true_faults_are_reported(tailored, code, kind, file):
    found, _ = tailored[0][code]
    assert [n for n in found.notes if (n.kind, n.file) == (kind, file)]


def test_takamatsu_null_island_count_and_the_wrong_total(tailored):
    notes = tailored[0]["372013"][0].notes
    assert sum(n.kind == "null_island" for n in notes) == 130
    wrong = [n for n in notes if n.kind == "sum_in_part"]
    assert len(wrong) == 1
    assert (wrong[0].column, wrong[0].value) == ("male", "5,255")
    assert wrong[0].row is not None
    assert "福家" in wrong[0].ja


def test_takamatsu_uses_one_version_of_each_table(tailored):
    tables = tailored[0]["372013"][0].town.tables
    used = [t.file for t in tables if t.use and t.take_as == "facilities"]
    assert "facilities/evacuation_space/data.xlsx" in used
    assert len({f.rsplit("/", 1)[0] for f in used}) == len(used)
    assert not [t for t in tables if t.use and t.file in ("population/0066_202304.xlsx", "population/0066_202406.xlsx")]


@pytest.mark.parametrize(("code", "epsg"), [("222127", 6676), ("372013", 6672)])
def test_town_json(tailored, code, epsg):
    about = json.loads((tailored[1] / "datasets" / code / "town.json").read_text(encoding="utf-8"))
    assert about["epsg"] == epsg
    assert about["name"] in ("焼津市", "高松市")
    assert about["ages"] is (code == "372013")


@pytest.mark.parametrize("code", TOWNS)
def test_the_tables_keep_the_contract(tailored, code):
    assert [str(n) for n in tailored[0][code][1].notes if n.kind == "contract"] == []


def test_second_run_redoes_nothing(tailored, monkeypatch):
    monkeypatch.setenv("DATAACADEMY_OUTPUT", str(tailored[1]))
    again = tailor(tailored[1] / "work" / "222127" / "town.yml")
    assert not again.tables_rebuilt
    assert again.runs == []
    assert again.unchanged == len(tailored[0]["222127"][1].runs)
