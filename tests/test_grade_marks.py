"""Marks and the page on the class: the same figures everywhere, no formula of a learner, nobody beside an answer."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markedclass import a_class, assignment, cell, marked
from nbgrader.api import Gradebook

from dataacademy.course.grade import cohort, gradebook, marks
from dataacademy.course.grade.records import ANSWER, TEST, SourceNotebook

ROSTER = {"s0000": "青木　花", "s0001": "井上", "s0099": "欠席した人"}
POINTS = st.sampled_from([None, 0.0, 0.5, 1.0, 2.0])


def rows_of_csv(file: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(file.read_bytes().decode("utf-8-sig").splitlines()))


def rows_of_excel(file: Path) -> list[dict]:
    page = openpyxl.load_workbook(file).active
    heads, *rows = page.iter_rows(values_only=True)
    return [dict(zip(heads, row, strict=True)) for row in rows]


def test_a_row_for_everyone_and_a_column_for_every_task(tmp_path):
    people = [
        marked("s0000", {"q1-test": 2.0, "q2-test": 1.5, "q3": 0.0}, notes=("写しがありました。",)),
        marked("s0001", {"q1-test": 0.0, "q2-test": 0.0, "q3": 0.0}),
        marked("unknown", {}),
    ]
    by_hand = {("s0001", "a4", "a4", "q4"): 4.0, ("s0001", "a4", "a4", "q1-test"): 1.0}
    files = marks.write(tmp_path, [assignment()], people, ROSTER, by_hand=by_hand)
    assert [file.name for file in files] == ["marks.csv", "marks.xlsx"]
    found = {row["id"]: row for row in rows_of_csv(files[0])}
    tasks = ["a4 問1 数える", "a4 問2 分ける", "a4 q3", "a4 q4", "a4 合計", "a4 満点", "a4 状態"]
    assert list(found["s0000"]) == ["id", "氏名", *tasks, "備考"]
    read = {student: [row[name] for name in [*tasks, "備考"]] for student, row in found.items()}
    assert read == {
        "s0000": ["2", "1.5", "0", "", "3.5", "14", "採点待ち", "写しがありました。"],
        "s0001": ["1", "0", "0", "4", "5", "14", "採点済み", ""],
        "s0099": ["", "", "", "", "0", "14", "未提出", ""],
        "unknown": ["", "", "", "", "0", "14", "採点待ち", "名簿にありません。"],
    }
    assert [row["氏名"] for row in found.values()] == ["青木 花", "井上", "欠席した人", "unknown"]
    excel = {row["id"]: row for row in rows_of_excel(files[1])}
    assert {s: {k: str(v if v is not None else "") for k, v in row.items()} for s, row in excel.items()} == found
    page = openpyxl.load_workbook(files[1]).active
    assert page.freeze_panes == "C2"
    widths = [page.column_dimensions[letter].width for letter in "ABJ"]  # J: 備考
    assert all(8 < width <= 42 for width in widths) and widths[2] > widths[0]


def test_several_notebooks_and_assignments(tmp_path):
    two = assignment("b1", notebooks=("p1", "p2"))
    people = [marked("s1", {"q1-test": 2.0}), marked("s1", {"q1-test": 1.0}, assignment="b1", source=two.notebooks[0])]
    (row,) = rows_of_csv(marks.write(tmp_path, [assignment(), two], people)[0])
    assert row["b1 状態"] == "一部未提出・採点待ち"
    assert (row["a4 合計"], row["b1 合計"], row["b1 満点"]) == ("2", "1", "28")
    assert (row["b1 p1 問1 数える"], row["b1 p2 問1 数える"]) == ("1", "0")


@pytest.mark.parametrize(
    "name", ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1+1", "\r\n=1", " =1", "＝1+1", "|x"]
)
def test_a_name_is_never_a_formula(tmp_path, name):
    files = marks.write(tmp_path, [assignment()], [marked(name, {}, notes=(name,))], {name: name, "s2": "普通の名前"})
    plain = " ".join(name.split())
    for row in rows_of_csv(files[0]):
        assert [row["氏名"], row["id"]] in ([f"'{plain}"] * 2, ["普通の名前", "s2"])
    cells = [cell for row in openpyxl.load_workbook(files[1]).active.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert [cell.quotePrefix for cell in cells if cell.value == plain] == [True] * 3
    assert not [cell for cell in cells if cell.value == "普通の名前" and cell.quotePrefix]


def test_odd_letters_do_not_stop_it(tmp_path):
    name = "\x00\x1b[31m\ud800山\u200b" + "田" * 50_000
    files = marks.write(tmp_path, [assignment()], [marked("s1", {})], {"s1": name})
    assert rows_of_excel(files[1])[0]["氏名"].startswith("山")
    assert rows_of_csv(files[0])[0]["id"] == "s1"


@settings(max_examples=15, deadline=None)
@given(st.dictionaries(st.sampled_from(["s1", "s2", "s3"]), st.lists(POINTS, min_size=8, max_size=8)))
def test_totals_agree_in_csv_excel_gradebook_and_judgements(tmp_path_factory, given_points):
    """Sum of judgements = gradebook = CSV = Excel, whatever was earned and whichever notebook is missing."""
    folder, task = tmp_path_factory.mktemp("law"), assignment(notebooks=("p1", "p2"))
    names = ("q1-test", "q2-test", "q3", "q4")
    people = []
    for student, points in given_points.items():
        for source, mine in zip(task.notebooks, (points[:4], points[4:]), strict=True):
            if any(mine):
                people.append(marked(student, dict(zip(names, mine, strict=True)), source=source))
    expected = {student: sum(one.points for one in people if one.student == student) for student in given_points}
    files = marks.write(folder, [task], people, dict.fromkeys(given_points, "名"))
    gradebook.record(folder / "gradebook.db", [task], people, dict.fromkeys(given_points, ""))
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as book:
        assert {one["id"]: one["score"] for one in book.student_dicts()} == expected
    for rows in (rows_of_csv(files[0]), rows_of_excel(files[1])):
        assert {row["id"]: float(row["a4 合計"]) for row in rows} == expected


def tables(page: str) -> dict[str, list[list[str]]]:
    """Heading -> rows of its table."""
    found = {}
    for part in page.split("<h2>")[1:]:
        rows = re.findall(r"<tr>(.*?)</tr>", part, re.DOTALL)[1:]
        heading = part.split("</h2>")[0]
        found[heading] = [[unescape(one) for one in re.findall(r"<td>(.*?)</td>", row, re.DOTALL)] for row in rows]
    return found


def stopped(name: str) -> list[dict]:
    return [{"output_type": "error", "ename": name, "evalue": "", "traceback": []}]


def the_class() -> list:
    wrong = {"q1-test": "基準が違います。"}
    people = [marked(f"right{n}", {"q1-test": 2.0, "q2-test": 1.5, "q3": 0.0}, seconds=n) for n in range(3)]
    people += [marked(f"wrong{n}", {"q1-test": 0.0, "q2-test": 3.0}, messages=wrong, seconds=9.0) for n in range(3)]
    people += [marked("single", {"q1-test": 0.0, "q2-test": 3.0}, messages={"q1-test": "ほかにだれもしない誤り"})]
    people += [
        marked("blank", {"q1-test": 0.0, "q2-test": 0.0, "q3": 0.0}, answers={"q1": "answer = ...", "q3": "ここに書く"})
    ]
    people += [marked("error", {"q1-test": 0.0}, outputs={"q1": stopped("NameError")})]
    people += [marked("killed", {"q1-test": 0.0}, outputs={"q1-test": stopped("Stopped")})]
    return people


def test_the_class_task_by_task():
    page = cohort.page([assignment()], the_class(), {}, smallest=3)
    found = tables(page)
    assert list(cohort.OUTCOMES) == ["right", "partly", "wrong", "blank", "stopped", "waiting"]
    assert found["a4：問いごとの結果"] == [
        ["問1　数える", "3", "0", "4", "1", "2", "0"],
        ["問2　分ける", "4", "3", "1", "0", "0", "2"],
        ["q3", "0", "0", "3", "1", "0", "6"],
        ["q4", "0", "0", "0", "0", "0", "10"],
    ]
    assert found["a4：まちがいの内訳"] == [
        ["問1　数える", "基準が違います。", "3"],
        ["問1　数える", "そのほか（それぞれ 3 人未満）", "1"],
    ]
    assert [row[1] for row in found["a4：合計点の分かれ方"]] == ["3", "0", "7", "0", "0", "0", "0", "0", "0", "0"]
    assert "実行にかかった時間の中央値：1.5 秒" in page


def test_several_tests_of_one_answer_share_it():
    cells = (
        cell(ANSWER, "a", "x = ..."),
        cell(TEST, "t1", "", 1),
        cell(TEST, "t2", "", 1),
        cell(ANSWER, "b", "y = ..."),
    )
    source = SourceNotebook("n", (*cells, cell(TEST, "t3", "", 1)))
    zero = dict.fromkeys(("t1", "t2", "t3"), 0.0)
    one = marked("s", zero, source=source, answers={"a": "x = 1", "b": "y = ..."}, outputs={"a": stopped("ValueError")})
    found = cohort.outcomes(source, one)
    assert {name: outcome for name, (outcome, _) in found.items()} == {"t1": "stopped", "t2": "stopped", "t3": "blank"}


def test_nobody_is_named_beside_an_answer_and_small_groups_are_only_counted():
    people = the_class()
    names = {one.student: f"氏名{one.student}" for one in people}
    page = cohort.page([assignment()], people, names | {"absent": "休んだ人"})
    assert not [name for name in (*names, *names.values()) if name in page]
    assert "ほかにだれもしない誤り" not in page and "基準が違います。" not in page
    assert ["問1　数える", "そのほか（それぞれ 5 人未満）", "4"] in tables(page)["a4：まちがいの内訳"]
    assert "まだの人：1 人" in page and "まだの人：休んだ人" in page
    page = cohort.page([assignment()], people[:4], names)
    assert page.count("提出した人が 5 人に満たないので、示しません。") == 2
    assert "問1" not in page and "■" not in page


def test_what_learners_caused_to_be_said_does_no_harm_there():
    attack = "<script>alert(1)</script>"
    people = [
        replace(one, judgements=tuple(replace(j, points=0.0, message=attack) for j in one.judgements))
        for one in a_class(6)
    ]
    page = cohort.page([assignment()], people, {f"<b>{n}": "<i>x" for n in range(6)})
    assert attack not in page and "<i>x" not in page
    assert "&lt;script&gt;" in page
    assert cohort.page([assignment()], [], {})
