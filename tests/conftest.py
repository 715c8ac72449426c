"""Fixtures that every test may use."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
# They look for what a program left behind, or for how long one takes: one after another, in one line
WATCHING = re.compile(r"test_(confinement|grade_\w+|hostile|kernels|pool|same_marks)\.py$")
# They start programs, or share what is dear to make: a file at a time
TOGETHER = re.compile(
    r"test_(exercises|exercises_check|flow_b|least_town|lint_command|progress|readme|real_towns|repository|sample|server|tailor"
    r"|verify|worksheet_brief|worksheet_excel|worksheet_store|workspace)\.py$"
)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """What runs together on one of the two workers; every other test goes to whoever is free."""
    from xdist.scheduler import LoadScopeScheduling

    class Lines(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.split("::")[0]
            if WATCHING.search(file):
                return "watching"
            if "browser/" in file:  # they share one server
                return "browser"
            return file if TOGETHER.search(file) else nodeid

    return Lines(config, log)


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture(scope="session")
def realdata() -> Path:
    """Real municipal open data beside the repository; not part of the project."""
    folder = ROOT.parent / "shared" / "realdata"
    if not folder.is_dir():
        pytest.skip("real municipal data (../shared/realdata) are not beside this clone")
    return folder


@pytest.fixture
def course_copy(tmp_path) -> Path:
    """The sources of the course in a folder that a test may spoil; ``commandline.command`` runs in it."""
    for part in ("notebooks", "solutions", "exercises", "datasets/mirai", "docs"):
        shutil.copytree(ROOT / part, tmp_path / part)
    return tmp_path


@pytest.fixture
def short_course(course_copy) -> Path:
    """A course of three lessons and one exercise, for tests of the machinery: the rest would only take time."""
    map_ = course_copy / "notebooks" / "course.yml"
    lessons = {entry["id"]: entry for entry in yaml.safe_load(map_.read_text(encoding="utf-8"))["lessons"]}
    kept = [lessons[id] for id in ("start", "a2", "a4")]
    for entry in kept:
        entry["after"] = [id for id in entry.get("after", ()) if id in ("start", "a2")]
        if entry["id"] != "a4":
            entry.pop("exercise", None), entry.pop("points", None)
    map_.write_text(yaml.safe_dump({"lessons": kept}, allow_unicode=True, default_flow_style=None), encoding="utf-8")
    for folder in [*(course_copy / "solutions").iterdir(), *(course_copy / "exercises").iterdir()]:
        if folder.is_dir() and folder.name != "a4":
            shutil.rmtree(folder)
    return course_copy


def _town_json(code: str, name: str) -> str:
    about = {
        "code": code,
        "name": name,
        "epsg": 6676,
        "shelter": "shelter",
        "shelter_label": "指定避難所",
        "source": "",
    }
    return json.dumps(about | {"tables": ["areas", "facilities"], "missing": []}, ensure_ascii=False)


@pytest.fixture
def small_home(tmp_path, monkeypatch) -> Path:
    """A course of two lessons and one exercise in an empty folder, which becomes ``paths.home()``; no tables."""
    from nbformat import v4

    from dataacademy.course.notebooks import normal_form, notebook_text, word_ids

    def write(path: str, *cells) -> None:
        nb = word_ids(normal_form(v4.new_notebook(cells=list(cells))), lesson=Path(path).stem)
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(notebook_text(nb).encode())

    town = v4.new_code_cell('town = "mirai"', metadata={"tags": ["parameters"]})
    write("notebooks/start.ipynb", v4.new_markdown_cell("# データアカデミー\n\n[A4](flow_a/a4.ipynb)"))
    write("notebooks/flow_a/a4.ipynb", v4.new_markdown_cell("# A4　データ分析"), town, v4.new_code_cell("print(6 * 7)"))
    write("exercises/a4/a4.ipynb", v4.new_markdown_cell("### 問1"), v4.new_code_cell("answer = ..."))
    (tmp_path / "notebooks/course.yml").write_text(
        "lessons:\n"
        "  - {id: start, file: start.ipynb, title: {ja: はじめに, en: Start}, minutes: 10}\n"
        "  - {id: a4, file: flow_a/a4.ipynb, title: {ja: データ分析, en: Data analysis}, flow: a, step: 4,\n"
        "     minutes: 90, needs: [areas, facilities], uses: [zones], after: [start], exercise: a4, points: 10}\n",
        encoding="utf-8",
    )
    (tmp_path / "datasets/mirai").mkdir(parents=True)
    (tmp_path / "datasets/mirai/town.json").write_text(_town_json("999990", "みらい市"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DATAACADEMY_OUTPUT", raising=False)
    return tmp_path


@pytest.fixture
def other_town(small_home) -> str:
    """A second town of the small course, as ``tailor`` leaves it."""
    (small_home / "datasets/222127").mkdir()
    (small_home / "datasets/222127/town.json").write_text(_town_json("222127", "となり市"), encoding="utf-8")
    return "222127"
