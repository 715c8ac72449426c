"""Reading and fitting what is handed in: nothing that is readable is lost, nothing of the source can be changed."""

from __future__ import annotations

import copy
import json
import random

import pytest
from handins import RIGHT, answered, given, marks, text_of, write_course
from hypothesis import HealthCheck, settings
from hypothesis import given as drawn
from hypothesis import strategies as st
from nbformat import v4, validate

from dataacademy.course.grade import reading
from dataacademy.course.grade.assignment import of_course
from dataacademy.course.grade.normalise import fit
from dataacademy.course.grade.reading import read_notebook
from dataacademy.errors import DataAcademyError


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """The notebook of a4 as the grader has it."""
    return of_course(write_course(tmp_path_factory.mktemp("course")), "a4").notebooks[0]


def as_notebook(cells):
    """Fitted cells as a notebook again."""
    made = []
    for cell in cells:
        new = v4.new_code_cell if cell.cell_type == "code" else v4.new_markdown_cell
        metadata = copy.deepcopy(cell.source.metadata) if cell.source else {}
        made.append(new(cell.text, id=cell.id, metadata=metadata))
    return v4.new_notebook(cells=made)


def answers(cells) -> dict[str, str]:
    return {c.source.grade_id: c.text for c in cells if c.source and c.source.grade_id}


def names(cells) -> list[str]:
    return [c.source.id if c.source else c.text for c in cells]


# --- reading


def read(tmp_path, content, notes=None):
    file = tmp_path / "a4.ipynb"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_notebook(file, [] if notes is None else notes)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp932", "euc_jp"])
def test_any_encoding_is_read(tmp_path, source, encoding):
    notes = []
    handed = answered(source, RIGHT)
    assert read(tmp_path, text_of(handed).encode(encoding), notes).cells[9].source == RIGHT["a4-q3"]
    assert bool(notes) == (encoding != "utf-8")


def test_latin_1_keeps_the_code(tmp_path, source):
    handed = given(source)
    for cell in handed.cells:
        cell.source = "far_people = 1234  # caf\u00e9" if cell.cell_type == "code" else "\u00e9"
    notes = []
    assert read(tmp_path, text_of(handed).encode("latin-1"), notes).cells[3].source.startswith("far_people = 1234")
    assert "latin-1" in notes[0]


REFUSED = {
    "empty": (b"", "empty_file"),
    "blank": (b" \n\n", "empty_file"),
    "cut": (text_of(v4.new_notebook(cells=[v4.new_code_cell("x = 1")]))[:-30], "cut_off"),
    "cut in a string": ('{"cells": [{"source": "far_peo', "cut_off"),
    "two in one": ('{"cells": [], "nbformat": 4}\n{"cells": []}', "trailing_data"),
    "a merge": ('{\n<<<<<<< HEAD\n"cells": [],\n=======\n"nbformat": 4}', "not_json"),
    "a number of 5,000 digits": ('{"nbformat": ' + "9" * 5000 + "}", "not_json"),
    "a table": ('{"type": "FeatureCollection", "features": []}', "not_a_notebook"),
    "a list": ("[1, 2]", "not_a_notebook"),
    "deep": ('{"cells": ' + "[" * 100_000 + "]" * 100_000 + "}", "too_deep"),
    "a page": ("<!DOCTYPE html><html></html>", "other_kind"),
    "an archive": (b"PK\x03\x04....", "other_kind"),
    "a PDF": (b"%PDF-1.7", "other_kind"),
    "many cells": (json.dumps({"nbformat": 4, "cells": [{}] * 2_001}), "too_large"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_read_says_why(tmp_path, case):
    content, kind = REFUSED[case]
    with pytest.raises(DataAcademyError) as error:
        read(tmp_path, content)
    assert error.value.note.kind == kind
    assert error.value.note.fix


def test_outputs_are_dropped_unread_and_do_not_count(tmp_path, source, monkeypatch):
    handed = answered(source, RIGHT)
    output = '{"deep": ' + "[" * 50 + "]" * 50 + ', "brackets": "]}", "text": "' + "x\\n" * 400_000 + '"}'
    text = text_of(handed).replace('"outputs": []', f'"outputs": [{output}]')
    monkeypatch.setattr(reading, "MAX_TEXT", 100_000)
    cells = read(tmp_path, text).cells
    assert [c.source for c in cells] == [c.source for c in handed.cells]
    assert not any(c.get("outputs") for c in cells)
    with pytest.raises(DataAcademyError, match="大きすぎる"):
        read(tmp_path, text.replace("### 問1", "#" * 100_001))


def test_a_file_too_large_is_not_opened(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "MAX_FILE", 10)
    with pytest.raises(DataAcademyError, match="大きすぎる"):
        read(tmp_path, '{"cells": [], "nbformat": 4}')


def test_brackets_in_source_stay(tmp_path):
    text = 'print("\\"outputs\\": [1]")'
    nb = v4.new_notebook(cells=[v4.new_code_cell(text)])
    assert read(tmp_path, text_of(nb)).cells[0].source == text


def test_versions_and_editors(tmp_path):
    three = {
        "nbformat": 3,
        "worksheets": [
            {
                "cells": [
                    {"cell_type": "heading", "level": 2, "source": ["問", "1"]},
                    {"cell_type": "code", "input": ["a = 1\n", "b = 2"], "prompt_number": 3},
                ]
            }
        ],
    }
    cells = read(tmp_path, text_of(three)).cells
    assert [(c.cell_type, c.source) for c in cells] == [("markdown", "## 問1"), ("code", "a = 1\nb = 2")]
    future = {"nbformat": 5, "nbformat_minor": 99, "metadata": {}, "cells": [{"cell_type": "code", "source": "a = 1"}]}
    notes = []
    assert read(tmp_path, text_of(future), notes).cells[0].source == "a = 1"
    assert "nbformat 5" in notes[0]
    colab = {
        "nbformat": 4,
        "nbformat_minor": 0,
        "metadata": {"colab": {"provenance": []}, "kernelspec": {"name": "python3"}},
        "cells": [
            {"cell_type": "code", "source": ["a = 1"], "metadata": {"id": "a4-q1", "outputId": "x"}, "outputs": []}
        ],
    }
    assert read(tmp_path, text_of(colab)).cells[0].id == "a4-q1"


def test_odd_cells_are_repaired(tmp_path):
    odd = {
        "nbformat": 4,
        "cells": [
            {"source": "a = 1", "outputs": None},
            {"source": None, "cell_type": "markdown", "metadata": None},
            {"cell_type": "sql", "source": ["x", 3, None, "y"], "metadata": {"nbgrader": []}},
            "no cell",
            {"cell_type": "code", "id": "same", "source": "half \ud800 letter\r\nline"},
            {"cell_type": "code", "id": "same", "source": ""},
            {
                "cell_type": "markdown",
                "id": "../..",
                "source": "",
                "attachments": {"p.png": {"image/png": "QQ=="}, "q": 1},
            },
        ],
    }
    notes = []
    cells = read(tmp_path, json.dumps(odd), notes).cells
    assert [c.cell_type for c in cells] == ["code", "markdown", "markdown", "code", "code", "markdown"]
    assert [c.source for c in cells][:4] == ["a = 1", "", "xy", "half \ufffd letter\nline"]
    assert len({c.id for c in cells}) == len(cells)
    assert cells[-1].attachments == {"p.png": {"image/png": "QQ=="}}
    assert "1 個" in notes[0]
    validate(v4.new_notebook(cells=cells))


# --- fitting: laws


def test_the_release_fits_itself(source):
    cells, notes = fit(given(source), source)
    assert notes == []
    assert [c.source for c in cells] == list(source.cells)
    assert all(c.text == c.source.source for c in cells)
    assert all(c.blank for c in cells)


EXTRA = st.lists(st.tuples(st.integers(0, 12), st.sampled_from(["y = 2", "print(1)", "# note"])), max_size=4)


@settings(max_examples=60, deadline=None)
@drawn(extra=EXTRA, seed=st.integers(0, 1_000), lost=st.sets(st.integers(0, 11), max_size=5), shuffle=st.booleans())
def test_fitting_is_idempotent_and_keeps_the_source_in_order(source, extra, seed, lost, shuffle):
    handed = answered(source, RIGHT)
    cells = [cell for at, cell in enumerate(handed.cells) if at not in lost]
    for at, text in extra:
        cells.insert(at, v4.new_code_cell(text))
    if shuffle:
        random.Random(seed).shuffle(cells)
    first, _ = fit(v4.new_notebook(cells=cells), source)
    again, notes = fit(as_notebook(first), source)
    assert again == first
    assert notes == []
    assert [c.source for c in first if c.source] == list(source.cells)
    assert sorted(c.text for c in first if not c.source) == sorted(text for _, text in extra)


@settings(max_examples=60, deadline=None)
@drawn(seed=st.integers(0, 10_000), twice=st.lists(st.integers(0, 11), max_size=12))
def test_shuffling_and_copying_cells_changes_no_answer(source, seed, twice):
    handed = answered(source, RIGHT)
    cells = [*handed.cells, *(copy.deepcopy(handed.cells[at]) for at in twice if handed.cells[at].metadata)]
    random.Random(seed).shuffle(cells)
    for at, cell in enumerate(cells):
        cell["id"] = f"new-{at}" if twice else cell.id
    fitted, _ = fit(v4.new_notebook(cells=cells), source)
    assert answers(fitted) == answers(fit(handed, source)[0])


# --- fitting: what happens in class


def fitted(source, change, answers=RIGHT):
    handed = answered(source, answers)
    change(handed.cells)
    return fit(handed, source)


def test_changed_locked_cells_and_tests_are_the_sources_again(source):
    def change(cells):
        cells[4].source = "pass"
        cells[2].source = "問題を消しました"
        cells[4].metadata["nbgrader"]["points"] = 1000

    cells, notes = fitted(source, change)
    assert cells[4].text == source.cells[4].source
    assert "HIDDEN" in cells[4].text
    assert any("a4-q1-test" in note and "元の内容" in note for note in notes)
    assert any("a4-q1-test" in note and "点数" in note for note in notes)
    assert any("a4-q1-text" in note for note in notes)


def test_hidden_tests_of_other_delimiters_are_no_change(tmp_path):
    course = write_course(tmp_path)
    (course / "nbgrader_config.py").write_text(
        'c.ClearHiddenTests.begin_test_delimeter = "<<<"\nc.ClearHiddenTests.end_test_delimeter = ">>>"\n',
        encoding="utf-8",
    )
    file = course / "source/a4/a4.ipynb"
    text = file.read_text(encoding="utf-8").replace("BEGIN HIDDEN TESTS", "<<<").replace("END HIDDEN TESTS", ">>>")
    file.write_text(text, encoding="utf-8")
    source = of_course(course, "a4").notebooks[0]
    handed = given(source)
    handed.cells[4].source = "assert far_people > 0, '正の数'"
    assert "<<<" not in source.cells[4].source  # assignments have one form of marks
    assert fit(handed, source)[1] == []
    handed.cells[4].source += "\npass"
    assert len(fit(handed, source)[1]) == 1


def test_a_copied_answer_that_was_left_blank_is_not_the_answer(source):
    def change(cells):
        cells.insert(4, copy.deepcopy(given(source).cells[3]))

    cells, notes = fitted(source, change)
    assert answers(cells)["a4-q1"] == RIGHT["a4-q1"]
    assert len(cells) == len(source.cells)
    assert "2 個" in notes[0]


def test_of_several_answers_the_last_before_the_test_counts_and_the_others_run(source):
    def change(cells):
        first, late = copy.deepcopy(cells[3]), copy.deepcopy(cells[3])
        first.source, late.source = "far_people = 1", "far_people = 99"
        cells.append(late)  # below everything: what the test saw was the one above it
        cells.insert(3, first)

    cells, notes = fitted(source, change)
    assert answers(cells)["a4-q1"] == RIGHT["a4-q1"]
    assert names(cells)[3:5] == ["far_people = 1", "a4-q1"]
    assert names(cells)[-1] == "far_people = 99"
    assert "3 個" in notes[0]


def test_of_several_written_answers_the_longest_counts(source):
    def change(cells):
        short = copy.deepcopy(cells[9])
        short.source = "まだ"
        cells.append(short)

    cells, _ = fitted(source, change)
    assert answers(cells)["a4-q3"] == RIGHT["a4-q3"]
    assert "まだ" in names(cells)


def test_an_answer_written_into_the_copy_of_another_cell_is_found(source):
    def change(cells):
        wrong_name = copy.deepcopy(cells[3])
        wrong_name.source, wrong_name["id"] = RIGHT["a4-q2"], "copied"
        cells[6] = wrong_name

    cells, _ = fitted(source, change)
    assert answers(cells)["a4-q1"] == RIGHT["a4-q1"]
    assert answers(cells)["a4-q2"] == RIGHT["a4-q2"]


@pytest.mark.parametrize("ids_too", [False, True])
def test_lost_metadata_is_made_up_for_by_ids_or_text(source, ids_too):
    def change(cells):
        for at, cell in enumerate(cells):
            cell.metadata = {}
            if ids_too:
                cell["id"] = f"colab-{at}"
        cells.insert(3, v4.new_code_cell("tmp = 3  # 下書き"))
        cells.insert(8, v4.new_code_cell("import statistics"))

    cells, notes = fitted(source, change)
    assert answers(cells) == answers(fit(answered(source, RIGHT), source)[0])
    assert [c.text for c in cells if not c.source] == ["tmp = 3  # 下書き", "import statistics"]
    assert bool(notes) == ids_too


def test_the_only_cell_in_its_place_is_the_answer_where_all_names_are_lost(source):
    def change(cells):
        for at, cell in enumerate(cells):
            cell.metadata, cell["id"] = {}, f"colab-{at}"

    cells, _ = fitted(source, change, RIGHT | {"a4-q1": "globals().update({'far_' + 'people': 1234})"})
    assert answers(cells)["a4-q1"].startswith("globals()")


def test_missing_cells_are_put_back(source):
    def change(cells):
        for at in (8, 4, 3, 1):  # a test, another, an answer, the setup
            del cells[at]

    cells, notes = fitted(source, change)
    assert [c.source for c in cells] == list(source.cells)
    assert cells[3].blank
    assert sum("元に戻しました" in note for note in notes) == 3
    assert sum("空の答え" in note for note in notes) == 1


def test_a_test_put_back_comes_after_what_the_learner_wrote_there(source):
    def change(cells):
        cells[8] = v4.new_code_cell("half = half or None")
        del cells[1]
        cells.insert(1, v4.new_code_cell("base = [1]"))

    cells, _ = fitted(source, change)
    assert names(cells)[1:3] == ["a4-start", "base = [1]"]
    assert names(cells)[9:11] == ["half = half or None", "a4-q2-test"]


def test_order_type_and_marks_are_the_sources(source):
    def change(cells):
        cells[3], cells[6] = cells[6], cells[3]
        cells[3]["cell_type"] = "markdown"
        cells.append(v4.new_code_cell("1000", metadata=marks("bonus", grade=True, points=1000)))
        cells.append(v4.new_code_cell("", metadata=marks("empty", grade=True, points=1000)))

    cells, notes = fitted(source, change)
    assert [c.source for c in cells[:-1]] == list(source.cells)
    assert cells[6].cell_type == "code"
    assert cells[-1].source is None
    for word in ("順番", "種類", "bonus"):
        assert any(word in note for note in notes), word


def test_plain_cells_are_the_learners(source):
    def change(cells):
        cells[1].source = "%%time\nbase = [3, 5, 9]"
        cells[7]["cell_type"] = "markdown"

    cells, notes = fitted(source, change)
    assert cells[1].text == "%%time\nbase = [3, 5, 9]"
    assert cells[7].cell_type == "markdown"
    assert notes == []


@pytest.mark.parametrize("grade_id", [["a4-q1"], {"a": 1}, None, 7, "x" * 10_000])
def test_odd_marks_do_no_harm(source, grade_id, tmp_path):
    handed = answered(source, RIGHT)
    odd = json.loads(text_of(handed))
    odd["cells"][3]["metadata"] = {"nbgrader": {"grade_id": grade_id, "grade": "yes", "points": []}}
    cells, _ = fit(read(tmp_path, json.dumps(odd)), source)
    assert answers(cells)["a4-q1"] == RIGHT["a4-q1"]


def test_nothing_at_all_is_a_blank_submission(source):
    cells, notes = fit(v4.new_notebook(), source)
    assert [c.source for c in cells] == list(source.cells)
    assert sum("空の答え" in note for note in notes) == 3


def test_two_thousand_cells_of_the_learners_own(source):
    many = [v4.new_code_cell(f"x{at} = {at}  # {'y' * 100}", id=f"x-{at}") for at in range(2_000)]
    cells, _ = fit(v4.new_notebook(cells=many), source)
    assert len(cells) == len(source.cells) + 2_000


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
KEYS = ("cell_type", "source", "input", "metadata", "id", "outputs", "attachments", "level")
MARKS = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(("grade_id", "grade", "points", "cell_type", "checksum"), JSON)
)
METADATA = JSON | st.fixed_dictionaries({"nbgrader": MARKS | JSON}, optional={"id": JSON})
FIELDS = dict.fromkeys(KEYS, JSON) | {"metadata": METADATA, "cell_type": st.sampled_from(["code", "markdown"]) | JSON}
CELLS = st.fixed_dictionaries({}, optional=FIELDS) | JSON


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@drawn(cells=st.lists(CELLS, max_size=5) | JSON, version=JSON)
def test_whatever_json_is_handed_in_is_fitted_or_refused(source, tmp_path, cells, version):
    notes = []
    try:
        notebook = read(tmp_path, json.dumps({"nbformat": version, "metadata": {}, "cells": cells}), notes)
    except DataAcademyError as refused:
        assert refused.note.kind in ("not_a_notebook", "too_large")
        return
    fitted, _ = fit(notebook, source)
    assert [c.source for c in fitted if c.source] == list(source.cells)
    validate(as_notebook(fitted))
    text_of(notebook).encode()
