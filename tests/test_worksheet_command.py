"""The commands about worksheets: what they write, and what their exit codes say."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner
from worksheets import small_flow_a

from dataacademy.cli import app
from dataacademy.errors import DataAcademyError
from dataacademy.worksheet import store
from dataacademy.worksheet.brief import DOCUMENTS


@pytest.fixture
def path(tmp_path):
    return store.save(tmp_path / "班" / "一班.yml", small_flow_a()).path


def run(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_a_review_says_by_its_code_whether_there_are_remarks_or_nothing_could_be_read(path, tmp_path):
    def review(of):
        return run("review", of, "--html", tmp_path / "講評.html")

    def refused(of):
        told = review(of)
        assert told.exit_code == 2 and told.stdout == "" and told.stderr.startswith("× "), told.output
        return told.stderr

    assert review(path).exit_code == review(path.parent).exit_code == 1
    (empty := tmp_path / "空").mkdir()
    assert "ワークシート（.yml）がありません" in refused(empty)
    assert "ファイルがありません" in refused(path.with_name("ない.yml"))
    path.write_text("goals:\n\t- id: goal1\n", encoding="utf-8")
    assert "タブ" in refused(path)
    path.with_name("二班.yml").write_text("team:\n  name: 二班\n", encoding="utf-8")
    told = review(path.parent)
    assert told.exit_code == 1 and "一班.yml" in told.stdout, "of a folder, what can be read is reviewed"


def test_a_sheet_without_remarks_gives_no_code(path, tmp_path, monkeypatch):
    monkeypatch.setattr("dataacademy.worksheet.review.cohort.review", lambda *_, **__: [])
    assert run("review", path, "--html", tmp_path / "講評.html").exit_code == 0


def test_one_brief_is_written_alone_with_the_page_its_numbers_lead_to(path, tmp_path):
    done = run("brief", path, tmp_path / "資料", "--only", "課題公開シート", "--only", "住民向けページ")
    assert done.exit_code == 0, done.output
    names = sorted(file.name for file in (tmp_path / "資料").iterdir() if not file.name.startswith("."))
    assert [n for n in names if n.endswith((".docx", ".txt"))] == ["課題公開シート.docx", "課題公開シート.txt"]
    assert "住民向けページ.html" in names and len(names) <= 5


def test_an_unknown_brief_is_guessed_and_nothing_is_written(path, tmp_path):
    done = run("brief", path, tmp_path / "資料", "--only", "住民むけページ")
    assert isinstance(done.exception, DataAcademyError)  # told by ``main`` without a traceback
    said = str(done.exception)
    assert "もしかして「住民向けページ」" in said and all(name in said for name in DOCUMENTS)
    assert not (tmp_path / "資料").exists()
