"""Collecting a class: every file told by name and reason, nobody's work lost, joined or changed."""

from __future__ import annotations

import os
import stat
import sys
import unicodedata
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from handins import RIGHT, answered, given, text_of, write, write_course, write_messy_class, zipped
from hypothesis import HealthCheck, settings
from hypothesis import given as drawn
from hypothesis import strategies as st

from dataacademy.course.grade import finding
from dataacademy.course.grade.assignment import of_course
from dataacademy.course.grade.collect import collect
from dataacademy.course.grade.names import safe_id
from dataacademy.course.grade.normalise import fit
from dataacademy.course.grade.reading import read_notebook
from dataacademy.errors import DataAcademyError

posix = pytest.mark.skipif(os.name != "posix", reason="needs links, pipes or bytes in names")


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    return write_course(tmp_path_factory.mktemp("course"))


@pytest.fixture(scope="module")
def a4(course):
    return of_course(course, "a4")


@pytest.fixture(scope="module")
def both(course, a4):
    return [a4, of_course(course, "ps5")]


class Class:
    """A folder that fills, and what is collected from it."""

    def __init__(self, tmp_path: Path, assignments):
        self.folder, self.work, self.assignments = tmp_path / "in", tmp_path / "work", assignments
        self.folder.mkdir()
        self.number = 1000

    def work_of(self, number: int | None = None):
        """A notebook that nobody else handed in: the answer to question 1 says whose it is."""
        self.number += 1
        return answered(
            self.assignments[0].notebooks[0], RIGHT | {"a4-q1": f"far_people = {number if number else self.number}"}
        )

    def put(self, name: str, content=None, time: int | None = None) -> Path:
        path = write(self.folder / name, self.work_of() if content is None else content)
        if time is not None:
            os.utime(path, (1_800_000_000 + time, 1_800_000_000 + time))
        return path

    def collect(self):
        before = {p: p.read_bytes() for p in self.folder.rglob("*") if p.is_file() and not p.is_symlink()}
        done = collect(self.folder, self.assignments, work=self.work)
        assert {p: p.read_bytes() for p in self.folder.rglob("*") if p.is_file() and not p.is_symlink()} == before
        assert all(a.reason for a in done.accounted)
        return done


@pytest.fixture
def room(tmp_path, a4):
    return Class(tmp_path, [a4])


def students(done) -> list[str]:
    return [one.student for one in done.submissions]


def answer(submission, assignment) -> str:
    """What question 1 was answered with."""
    cells, _ = fit(read_notebook(submission.notebooks["a4"], []), assignment.notebooks[0])
    return next(c.text for c in cells if c.source and c.source.grade_id == "a4-q1")


def reason(done, name: str) -> str:
    (found,) = [a for a in done.accounted if a.path.endswith(name)]
    return found.reason


# --- who it is


@pytest.mark.parametrize(
    "name",
    [
        "山田太郎_a4.ipynb",
        "a4_山田太郎.ipynb",
        "a4-山田太郎 (1).ipynb",
        "課題4_山田太郎.ipynb",
        "ａ４＿山田太郎.ipynb",
        "山田太郎 - a4.ipynb",
        "山田太郎 - a4 のコピー.ipynb",
        "【再提出】a4_山田太郎_最終版_v2.ipynb",
        "山田太郎.ipynb",
        "山田太郎_a4.IPYNB",
        "山田太郎_a4.ipynb.txt",
        "山田太郎_a4.ipynb.json",
        "山田太郎_a4.txt",
        "山田太郎_a4",
        "山田太郎/a4.ipynb",
        "山田太郎/a4 (1).ipynb",
        "山田太郎/Untitled.ipynb",
        "提出物/山田太郎/a4/a4.ipynb",
        "/".join(["山田太郎", "work", "222127", "exercises", "a4", "a4.ipynb"]),  # as our own workspace lies
        "山田太郎/新しいフォルダー/mirai/exercises/a4/a4（新しい版）.ipynb",
        "Re_ 山田太郎_a4 (修正).ipynb",
        "総務課/山田太郎_a4.ipynb",
        "総務課/山田太郎/a4.ipynb",
        "山田太郎_123456_assignsubmission_file_/a4.ipynb",
        "山田太郎_123456_assignsubmission_file_a4.ipynb",
        "Submitted files/山田太郎/A4 演習/Version 2/a4.ipynb",
        unicodedata.normalize("NFD", "ガ山田太郎").replace(unicodedata.normalize("NFD", "ガ"), "") + "_a4.ipynb",
        "a4_山田太郎_2026-11-30-10-15-30.ipynb",
    ],
)
def test_usual_names(room, name):
    room.put(name)
    done = room.collect()
    assert students(done) == ["山田太郎"]
    (account,) = done.accounted
    assert account.used
    assert (account.student, account.assignment, account.notebook) == ("山田太郎", "a4", "a4")
    assert done.notes == ()


def test_spellings_of_one_name_are_one_person(room, a4):
    room.put("山田 太郎_a4.ipynb", room.work_of(1), time=1)
    room.put("a4_山田　太郎さん.ipynb", room.work_of(2), time=2)
    room.put("ﾔﾏﾀﾞ_a4.ipynb", time=1)
    room.put(unicodedata.normalize("NFD", "ヤマダ") + "/a4.ipynb", time=2)
    done = room.collect()
    assert len(done.submissions) == 2
    assert [answer(s, a4) for s in done.submissions if "山田" in s.student] == ["far_people = 2"]


def test_names_that_may_be_one_person_are_told_and_not_joined(room):
    for name in ("山田", "山田太郎", "山田花子"):
        room.put(f"{name}_a4.ipynb")
    done = room.collect()
    assert students(done) == ["山田", "山田太郎", "山田花子"]
    (note,) = done.notes
    assert "「山田」は 「山田太郎」、「山田花子」" in note


def test_two_people_of_one_name(room):
    for group in ("1組", "2組"):
        room.put(f"{group}/山田太郎_a4.ipynb")
        room.put(f"{group}/佐藤{group}_a4.ipynb")
    room.put("鈴木一郎_111111_assignsubmission_file_/a4.ipynb")
    room.put("鈴木一郎_222222_assignsubmission_file_/a4.ipynb")
    done = room.collect()
    names = [name for name in done.names.values() if "（" in name]
    assert names == ["山田太郎（1組）", "山田太郎（2組）", "鈴木一郎（111111）", "鈴木一郎（222222）"]
    assert sum("2人以上" in note for note in done.notes) == 2


def test_a_folder_of_a_class_is_not_a_person(room):
    for name in ("山田太郎", "佐藤花子"):
        room.put(f"月曜/{name}.ipynb")
    assert students(room.collect()) == ["佐藤花子", "山田太郎"]


def test_folders_of_groups_and_of_persons(room):
    room.put("夕方/山田太郎_a4.ipynb")
    room.put("朝/佐藤花子_a4.ipynb")
    room.put("朝/鈴木一郎_a4.ipynb")
    room.put("遅れて提出/高橋_a4.ipynb")
    assert students(room.collect()) == ["佐藤花子", "山田太郎", "鈴木一郎", "高橋"]


def test_folders_of_persons(room):
    room.put("山田太郎/yamada_a4.ipynb")
    room.put("氷室/いい感じ_a4.ipynb")
    assert students(room.collect()) == ["山田太郎", "氷室"]


def test_nobody_is_told(room):
    room.put("a4.ipynb")
    room.put("a4 (1).ipynb")
    done = room.collect()
    assert done.submissions == ()
    assert all("だれの提出か" in a.reason and not a.used for a in done.accounted)


# --- ids


@settings(max_examples=300, deadline=None)
@drawn(st.text(max_size=120))
def test_ids_are_folder_names_everywhere(name):
    id = safe_id(name)
    assert 0 < len(id.encode()) <= 250
    assert not set(id) & set('<>:"/\\|?*[]{}\0\n')
    assert id not in (".", "..")
    assert id.strip(". ") == id
    assert id.split(".")[0].casefold() not in {"con", "prn", "aux", "nul", "com1", "lpt9"}
    assert safe_id(id) == id


@pytest.mark.parametrize(
    "pair", [("a/b", "a:b"), ("../x", ".. x"), ("CON", "con"), ("", "."), ("あ" * 300, "あ" * 299)]
)
def test_different_names_have_different_ids(pair):
    one, other = map(safe_id, pair)
    assert one != other


@posix
def test_ids_like_paths_are_safe_unique_and_can_be_looked_up(tmp_path, a4):
    room = Class(tmp_path, [a4])
    names = ["CON", "con", "a:b", "a*b", "x" * 200, "s[1]", "{student}", "-rf", "a\\..\\b", "x", "X"]
    for name in names:
        room.put(f"submitted/{name}/a4/a4.ipynb")
    done = room.collect()
    assert sorted(done.names.values()) == sorted(names)
    assert len({id.casefold() for id in students(done)}) == len(names)
    assert not [id for id in students(done) if set(id) & set(":*[]{}\\/") or id.startswith(("-", "."))]


# --- nbgrader's folders


def test_nbgraders_own_tree(tmp_path, both):
    room = Class(tmp_path, both)
    write_course(room.folder)
    room.put("submitted/yamada/a4/a4.ipynb")
    room.put("submitted/yamada/a4/timestamp.txt", "2026-11-30 10:15:30.5 JST")
    room.put("submitted/yamada/a4/data/own.csv", "a,b")
    for part in ("problem1", "problem2"):
        room.put(f"submitted/yamada/ps5/{part}.ipynb", given(both[1].notebooks[int(part[-1]) - 1]))
    room.put("submitted/Yamada/ps5/problem1 (1).ipynb", given(both[1].notebooks[0]))
    room.put("submitted/sato/a4/timestamp.txt", "yesterday, I think")
    room.put("submitted/sato/a4/a4.ipynb")
    room.put("submitted/sato/A4/notes.ipynb", {"nbformat": 4, "cells": []})
    room.put("autograded/sato/a4/a4.ipynb")
    done = room.collect()
    found = {(done.names[s.student], s.assignment): s for s in done.submissions}
    assert len(found) == 4
    assert len({s.student.casefold() for s in done.submissions}) == 3
    yamada = found["yamada", "a4"]
    assert yamada.timestamp == "2026-11-30T01:15:30.500000+00:00"
    assert list(yamada.files) == ["data/own.csv"]
    assert found["sato", "a4"].timestamp == ""
    assert sorted(found["yamada", "ps5"].notebooks) == ["problem1", "problem2"]
    assert any("problem2.ipynb" in note for note in found["Yamada", "ps5"].notes)
    assert len(done.accounted) == 9
    assert "どの課題" in reason(done, "notes.ipynb")


def test_another_assignment_of_the_course_is_left_alone(tmp_path, both, a4):
    room = Class(tmp_path, [a4])
    write_course(room.folder)
    room.put("submitted/yamada/ps5/problem1.ipynb", given(both[1].notebooks[0]))
    room.put("submitted/yamada/a5/a4.ipynb")
    done = room.collect()
    assert "ほかの課題「ps5」" in reason(done, "problem1.ipynb")
    (submission,) = done.submissions
    assert submission.assignment == "a4"
    assert any("フォルダ「a5」" in note for note in submission.notes)


def test_of_assignments_with_the_same_cells_the_folder_decides(tmp_path, a4):
    twin = replace(a4, name="a9", notebooks=(replace(a4.notebooks[0], name="a9"),))
    room = Class(tmp_path, [a4, twin])
    room.put("submitted/yamada/a9/a9.ipynb")
    room.put("submitted/sato/a4/renamed.ipynb")
    assert [(s.student, s.assignment) for s in room.collect().submissions] == [("sato", "a4"), ("yamada", "a9")]


def test_a_file_that_may_belong_to_two_assignments_is_told(tmp_path, a4):
    room = Class(tmp_path, [a4, replace(a4, name="a9", notebooks=(replace(a4.notebooks[0], name="a9"),))])
    room.put("山田.ipynb")
    room.put("佐藤_a9.ipynb")
    done = room.collect()
    assert [s.assignment for s in done.submissions] == ["a9"]
    assert "決められません" in reason(done, "山田.ipynb")


def test_a_renamed_notebook_is_told_by_its_cells(tmp_path, both):
    room = Class(tmp_path, both)
    room.put("山田太郎_課題5.ipynb", room.work_of())  # named for another assignment
    room.put("佐藤花子/problem2.ipynb", given(both[1].notebooks[0]))
    room.put("鈴木/なまえなし.ipynb", given(both[1].notebooks[1]))
    found = {(s.student, s.assignment, *s.notebooks) for s in room.collect().submissions}
    assert found == {("山田太郎", "a4", "a4"), ("佐藤花子", "ps5", "problem1"), ("鈴木", "ps5", "problem2")}


def test_a_notebook_without_names_is_told_by_its_text_or_its_file_name(tmp_path, both):
    room = Class(tmp_path, both)
    lost = room.work_of()
    for at, cell in enumerate(lost.cells):
        cell.metadata, cell["id"] = {}, f"x{at}"
    room.put("山田太郎.ipynb", lost)
    room.put("佐藤花子_a4.ipynb", {"nbformat": 4, "cells": [{"cell_type": "code", "source": "1"}]})
    room.put("鈴木一郎.ipynb", {"nbformat": 4, "cells": [{"cell_type": "code", "source": "1"}]})
    done = room.collect()
    assert students(done) == ["佐藤花子", "山田太郎"]
    assert "名前から判断" in reason(done, "佐藤花子_a4.ipynb")
    assert "どの課題のノートブックでもありません" in reason(done, "鈴木一郎.ipynb")


# --- several hand-ins


def test_the_latest_counts(room, a4):
    room.put("山田_a4.ipynb", room.work_of(1), time=100)
    room.put("山田_a4 (1).ipynb", room.work_of(2), time=300)
    room.put("山田_a4 (2).ipynb", room.work_of(3), time=200)
    done = room.collect()
    assert [answer(s, a4) for s in done.submissions] == ["far_people = 2"]
    assert "山田_a4 (1).ipynb" in reason(done, "山田_a4.ipynb")
    assert any("2 個" in note for note in done.submissions[0].notes)
    assert done.notes == ()


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("山田_a4_2026-11-20-10-00-00.ipynb", "山田_a4_2026-11-21-09-00-00.ipynb"),
        ("山田_20261120_a4.ipynb", "山田_20261121_a4.ipynb"),
        ("Submitted files/山田/a4/Version 2/a4.ipynb", "Submitted files/山田/a4/Version 10/a4.ipynb"),
        ("山田/1回目/a4_2026-11-20.ipynb", "山田/a4_2026年12月3日.ipynb"),
    ],
)
def test_what_is_latest_is_told_by_names_before_the_disks_times(room, a4, older, newer):
    room.put(older, room.work_of(1), time=50)
    room.put(newer, room.work_of(2), time=5)
    (submission,) = room.collect().submissions
    assert answer(submission, a4) == "far_people = 2"
    assert submission.timestamp == ("2026-11-21T00:00:00+00:00" if "09-00" in newer else "")  # 9 o'clock in Japan


def test_an_unreadable_one_never_hides_a_readable_one(room, a4):
    room.put("山田_a4.ipynb", room.work_of(1), time=1)
    room.put("山田_a4 (1).ipynb", b"", time=9)
    room.put("佐藤_a4.ipynb", text_of(room.work_of())[:200])
    done = room.collect()
    by_name = {s.student: s for s in done.submissions}
    assert answer(by_name["山田"], a4) == "far_people = 1"
    assert "空のファイル" in reason(done, "山田_a4 (1).ipynb")
    assert "0点" in reason(done, "佐藤_a4.ipynb")
    assert "途中で切れて" in reason(done, "佐藤_a4.ipynb")


def test_equal_times_are_told(room):
    room.put("A組/山田_a4.ipynb", time=1)
    room.put("山田_a4.ipynb", time=1)
    assert any("どちらが新しいか" in note for note in room.collect().notes)


def test_equal_files_of_two_people_are_noted_and_blank_ones_are_not(room, a4):
    same = room.work_of()
    room.put("山田_a4.ipynb", same)
    room.put("佐藤_a4.ipynb", same)
    for name in ("鈴木", "高橋"):
        room.put(f"{name}_a4.ipynb", given(a4.notebooks[0]))
    done = room.collect()
    assert done.notes == ("同じ内容のファイルです：佐藤、山田",)
    assert "何も書かれていません" in reason(done, "鈴木_a4.ipynb")
    assert len(done.submissions) == 4


def test_an_empty_one_after_a_filled_one_is_told(room, a4):
    room.put("山田_a4.ipynb", room.work_of(1), time=1)
    room.put("山田_a4 (1).ipynb", given(a4.notebooks[0]), time=2)
    (note,) = room.collect().notes
    assert "空ですが" in note


def test_in_nbgraders_tree_the_file_that_nbgrader_takes_counts(room, a4):
    room.put("submitted/yamada/a4/a4.ipynb", room.work_of(1), time=1)
    room.put("submitted/yamada/a4/a4-Copy1.ipynb", room.work_of(2), time=2)
    assert [answer(s, a4) for s in room.collect().submissions] == ["far_people = 1"]


def test_an_old_version_is_told(room, a4):
    old = room.work_of()
    old.cells[2].metadata["nbgrader"]["checksum"] = "0" * 32
    room.put("山田_a4.ipynb", old)
    assert "別の版" in reason(room.collect(), "山田_a4.ipynb")


# --- other files


def test_junk_other_kinds_and_attachments(room):
    room.put("山田/a4.ipynb")
    room.put("山田/my.csv", "a,b")
    room.put("山田/.ipynb_checkpoints/a4-checkpoint.ipynb")
    room.put("佐藤_a4.py", "print(1)")
    room.put("鈴木_a4.html", "<html></html>")
    room.put("高橋/a4.pdf", b"%PDF")
    room.put("高橋_a4.ipynb", b"%PDF-1.7")
    room.put("__MACOSX/山田/._a4.ipynb", b"\0\5")
    room.put(".DS_Store", b"\0")
    room.put("~$名簿.xlsx", b"\0")
    room.put("gradebook.db", b"SQLite")
    room.put("feedback/山田/a4/a4.html", "<html></html>")
    done = room.collect()
    assert students(done) == ["山田", "高橋"]
    assert list(done.submissions[0].files) == ["my.csv"]
    assert "Jupyter が自動で" in reason(done, "a4-checkpoint.ipynb")
    for name in ("佐藤_a4.py", "鈴木_a4.html", "a4.pdf"):
        assert "ノートブックではない" in reason(done, name)
    assert next(a for a in done.accounted if a.path == "佐藤_a4.py").student == "佐藤"
    assert "PDF" in reason(done, "高橋_a4.ipynb")
    for name in (".DS_Store", "~$名簿.xlsx", "._a4.ipynb", "gradebook.db", "feedback / 山田 / a4 / a4.html"):
        assert not next(a for a in done.accounted if a.path.endswith(name)).used
    assert len(done.accounted) == 12


def test_drafts_of_teams_were_not_handed_in(room):
    room.put("Working files/山田/a4/a4.ipynb")
    done = room.collect()
    assert done.submissions == ()
    assert "提出されていません" in done.accounted[0].reason


@posix
def test_links_pipes_and_closed_folders_are_told_and_not_followed(room, tmp_path):
    secret = write(tmp_path / "secret.ipynb", room.work_of())
    room.folder.joinpath("山田_a4.ipynb").symlink_to(secret)
    room.folder.joinpath("佐藤").symlink_to(tmp_path)
    os.mkfifo(room.folder / "鈴木_a4.ipynb")
    room.put("高橋_a4.ipynb")
    done = room.collect()
    assert students(done) == ["高橋"]
    assert [a.used for a in done.accounted] == [False, False, False, True]
    assert sum("リンク" in a.reason for a in done.accounted) == 2
    assert "ふつうのファイル" in reason(done, "鈴木_a4.ipynb")


@posix
@pytest.mark.skipif(sys.platform == "darwin", reason="names are UTF-8 there")
def test_names_in_bytes_of_old_systems(room):
    path = os.fsencode(room.folder) + b"/" + "山田太郎_a4.ipynb".encode("cp932")
    with open(path, "wb") as file:
        file.write(text_of(room.work_of()).encode())
    assert students(room.collect()) == ["山田太郎"]


def test_a_missing_folder_is_named(tmp_path, a4):
    with pytest.raises(DataAcademyError, match="nowhere"):
        collect(tmp_path / "nowhere", [a4], work=tmp_path / "work")


# --- archives


def test_archives_in_archives(room, a4):
    inner = zipped({"佐藤花子/a4.ipynb": room.work_of(2), "佐藤花子/x.csv": "a", "__MACOSX/._a4.ipynb": "x"})
    room.put("提出.zip", zipped({"山田太郎_a4.ipynb": room.work_of(1), "まとめ/残り.zip": inner, "空/": ""}))
    room.put("鈴木一郎.ZIP", zipped({"a4.ipynb": room.work_of(3)}))
    done = room.collect()
    assert students(done) == ["佐藤花子", "山田太郎", "鈴木一郎"]
    assert [answer(s, a4) for s in done.submissions] == [f"far_people = {n}" for n in (2, 1, 3)]
    assert list(done.submissions[0].files) == ["x.csv"]
    assert sum("開きました" in a.reason for a in done.accounted) == 3
    assert len(done.accounted) == 8
    whole = collect(room.folder / "提出.zip", [a4], work=room.work / "again")
    assert students(whole) == ["佐藤花子", "山田太郎"]


@pytest.mark.parametrize("encoding", ["", "cp932", "utf-8"])
def test_names_in_archives(room, encoding):
    room.put("x.zip", zipped({"表計算ソ/髙橋 一_a4.ipynb": room.work_of()}, encoding=encoding))
    assert students(room.collect()) == ["髙橋 一"]


def test_paths_of_windows_in_archives(room):
    room.put("x.zip", zipped({"提出\\山田太郎\\a4.ipynb": room.work_of()}))
    assert students(room.collect()) == ["山田太郎"]


def test_names_that_lead_out_of_an_archive(room, tmp_path):
    bad = [
        "../../山田_a4.ipynb",
        "/etc/佐藤_a4.ipynb",
        "C:\\鈴木_a4.ipynb",
        "x/../../高橋_a4.ipynb",
        "..\\田中_a4.ipynb",
    ]
    room.put("x.zip", zipped({name: room.work_of() for name in bad} | {"伊藤_a4.ipynb": room.work_of()}))
    before = set(tmp_path.rglob("*")) - {room.work}
    done = room.collect()
    assert students(done) == ["伊藤"]
    assert sum("ZIP の外を指す" in a.reason for a in done.accounted) == len(bad)
    assert {p for p in set(tmp_path.rglob("*")) - before if room.work not in (p, *p.parents)} == set()
    assert {p.name for p in room.work.iterdir()} == {"000001"}


def test_links_in_archives_are_not_made(room):
    info = zipfile.ZipInfo("山田_a4.ipynb")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    room.folder.joinpath("x.zip").write_bytes(b"")
    with zipfile.ZipFile(room.folder / "x.zip", "w") as archive:
        archive.writestr(info, "/etc/passwd")
    done = room.collect()
    assert done.submissions == ()
    assert "リンク" in done.accounted[1].reason


def test_encrypted_damaged_and_false_archives(room):
    good = zipped({"山田_a4.ipynb": room.work_of()})
    at = good.index(b"PK\x01\x02")
    room.put("1.zip", good[:6] + b"\x01" + good[7 : at + 8] + b"\x01" + good[at + 9 :])
    room.put("2.zip", good[: len(good) // 2])
    room.put("3.zip", b"no archive")
    room.put("4.zip", good[:100] + bytes(20) + good[120:])
    room.put("5.zip", good[: at + 10] + b"\x63" + good[at + 11 :])
    room.put("6.zip", b"")
    room.put("佐藤_a4.ipynb")
    done = room.collect()
    assert students(done) == ["佐藤"]
    told = [a.reason for a in done.accounted if not a.used]
    for word in ("暗号化", "ZIP ファイルとして開けません", "壊れています", "圧縮方式"):
        assert any(word in reason for reason in told), word
    assert {a.path.split(" / ")[0] for a in done.accounted} == {*(f"{n}.zip" for n in range(1, 7)), "佐藤_a4.ipynb"}


def test_bombs_do_not_explode(room, monkeypatch):
    monkeypatch.setattr(finding, "FREE", 2 * 1024**2)
    monkeypatch.setattr(finding, "MAX_RATIO", 10)
    monkeypatch.setattr(finding, "MAX_FILES", 50)
    bomb = zipped({"山田_a4.ipynb": bytes(30 * 1024**2)})
    room.put("1.zip", bomb)
    room.put("2.zip", zipped({f"{n}.bin": bytes(500_000) for n in range(40)}))
    room.put("3.zip", zipped({f"{n}.txt": "x" for n in range(60)}))
    deep = zipped({"佐藤_a4.ipynb": room.work_of()})
    for _ in range(5):
        deep = zipped({"more.zip": deep})
    room.put("4.zip", deep)
    room.put("鈴木_a4.ipynb")
    done = room.collect()
    assert students(done) == ["鈴木"]
    assert "大きくなりすぎる" in reason(done, "1.zip / 山田_a4.ipynb")
    assert sum("残りの" in a.reason for a in done.accounted) == 2
    assert any("段より深い" in a.reason for a in done.accounted)
    assert sum(p.stat().st_size for p in room.work.iterdir()) < 10 * 1024**2


def test_long_names_and_lists_in_archives(room, monkeypatch):
    names = ["20260101" * 4_000, "x/" * 20_000 + "山田_a4.ipynb", "a4_" * 9_000 + ".ipynb"]
    room.put("1.zip", zipped({name: room.work_of() for name in names}))
    done = room.collect()
    assert any("深すぎる" in a.reason for a in done.accounted)
    assert all(len(a.path) < 300 for a in done.accounted)
    monkeypatch.setattr(finding, "MAX_DIRECTORY", 1_000)
    assert "多すぎる" in room.collect().accounted[0].reason


def test_all_archives_together_have_a_bound(room, monkeypatch):
    monkeypatch.setattr(finding, "MAX_ALL", 20_000)
    for n in range(9):
        room.put(f"受講者{n}.zip", zipped({"a4.ipynb": room.work_of()}))
    done = room.collect()
    assert 0 < len(done.submissions) < 9
    assert sum("大き" in a.reason for a in done.accounted) == 9 - len(done.submissions)


def test_two_files_of_one_name_in_an_archive(room, a4):
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(room.folder / "x.zip", "w") as archive:
        archive.writestr(zipfile.ZipInfo("山田_a4.ipynb", (2026, 11, 20, 10, 0, 0)), text_of(room.work_of(1)))
        archive.writestr(zipfile.ZipInfo("山田_a4.ipynb", (2026, 11, 21, 10, 0, 0)), text_of(room.work_of(2)))
    done = room.collect()
    assert len(done.accounted) == 3
    assert [answer(s, a4) for s in done.submissions] == ["far_people = 2"]


def test_too_many_files_and_folders(room, monkeypatch):
    monkeypatch.setattr(finding, "MAX_FILES", 3)
    for name in "bcdefg":
        room.put(f"{name}{name}_a4.ipynb")
    room.put("/".join(["a"] * 40) + "/x.txt", "x")
    done = room.collect()
    assert len(done.submissions) == 3
    assert any("多すぎる" in a.reason for a in done.accounted)
    assert any("深すぎる" in a.reason for a in done.accounted)


# --- laws and a whole class

PIECES = st.sampled_from(
    ["a4", "山田", "佐藤 花子", "課題4", "提出", "(1)", "1組", "x.zip", "~$a", ".x", "ps5", "のコピー", "v2"]
)
NAMES = st.lists(PIECES, min_size=1, max_size=4).map("_".join)
PATHS = st.tuples(
    st.lists(NAMES, max_size=2).map(tuple), NAMES, st.sampled_from([".ipynb", ".txt", ".zip", "", ".ipynb.txt"])
)
CONTENTS = st.sampled_from(["right", "blank", "empty", "broken", "zip"])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@drawn(files=st.dictionaries(PATHS, CONTENTS, max_size=8))
def test_every_file_is_told_once_in_one_order(tmp_path_factory, a4, both, files):
    room = Class(tmp_path_factory.mktemp("law"), both)
    contents = {
        "right": room.work_of(),
        "blank": given(a4.notebooks[0]),
        "empty": b"",
        "broken": '{"cells": [',
        "zip": zipped({"山田_a4.ipynb": room.work_of()}),
    }
    for (folders, name, ending), content in files.items():
        path = room.folder.joinpath(*(f"d{folder}" for folder in folders), name + ending)
        write(path, contents[content])
    done = room.collect()
    on_disk = [p for p in room.folder.rglob("*") if p.is_file()]
    told = [a.path for a in done.accounted]
    assert len(set(told)) == len(told)
    for path in on_disk:
        assert " / ".join(path.relative_to(room.folder).parts) in told
    used = [path for s in done.submissions for path in (*s.notebooks.values(), *s.files.values())]
    assert len(set(used)) == len(used) == sum(a.used for a in done.accounted)
    again = collect(room.folder, both, work=room.work)
    assert again == done


def test_a_class_of_forty(room, a4):
    """The mess of a real class: everyone who handed in something is there, with the right file."""
    expected = write_messy_class(room.folder, a4.notebooks[0])
    done = room.collect()
    by_name = {done.names[s.student]: s for s in done.submissions}
    assert set(by_name) == set(expected.answers)
    for name, number in expected.answers.items():
        if number is not None:
            assert answer(by_name[name], a4) == f"far_people = {number}", name
    for name, word in expected.told.items():
        assert word in reason(done, name), name
    assert "だれの提出か" in next(a.reason for a in done.accounted if a.path == "a4.ipynb")
    assert done.notes == ("同じ内容のファイルです：受講者35、受講者36",)
    on_disk = [p for p in room.folder.rglob("*") if p.is_file()]
    assert len(done.accounted) == len(on_disk) + expected.in_archives
    assert len({a.path for a in done.accounted}) == len(done.accounted)
