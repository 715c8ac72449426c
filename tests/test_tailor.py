"""``tailor`` from the command line: stopping it, running it again, what learners changed, what a town lacks."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
import smalltown
from commandline import command

CODE = smalltown.CODE


@pytest.fixture
def town(short_course):
    """A small town inspected in a copy of the course; the path of its town.yml."""
    data = smalltown.write_least(short_course / "data")
    done = command(short_course, "town", "inspect", str(data), "--code", CODE)
    assert done.returncode == 0, done.stderr
    return short_course / "work" / CODE / "town.yml"


def tailor(town: Path) -> subprocess.CompletedProcess:
    return command(town.parents[2], "tailor", str(town))


def notebooks(folder: Path) -> list[Path]:
    return sorted(p for p in folder.rglob("*.ipynb") if ".dataacademy" not in p.parts)


def executed(path: Path) -> bool:
    return any(c.get("outputs") for c in nbformat.read(path, as_version=4).cells)


def temporary(home: Path) -> list[str]:
    return [p.name for p in (home / "datasets").iterdir() if p.name.startswith(".")] + [
        p.name for p in (home / "work").rglob(".*.*") if p.name.endswith((".tmp", ".old"))
    ]


def test_the_whole_way_and_again(town, short_course):
    first = tailor(town)
    assert first.returncode == 0, first.stderr
    assert "実行 4 本、変わらず 0 本" in first.stdout
    work = town.parent
    made = {p.relative_to(work).as_posix(): p.read_bytes() for p in notebooks(work)}
    assert set(made) == {"start.ipynb", "flow_a/a2.ipynb", "flow_a/a4.ipynb", "exercises/a4/a4.ipynb"}
    assert all(executed(work / p) for p in made if not p.startswith("exercises"))

    assert "実行 0 本、変わらず 4 本" in tailor(town).stdout
    assert {p.relative_to(work).as_posix(): p.read_bytes() for p in notebooks(work)} == made

    # a learner answers in a2; the author changes a2 and a4; only these two are run, and nothing of the learner is lost
    answered = made["flow_a/a2.ipynb"].replace(b"# A2", "# 私のメモ A2".encode(), 1)
    (work / "flow_a" / "a2.ipynb").write_bytes(answered)
    for name in ("a2", "a4"):
        source = short_course / "notebooks" / "flow_a" / f"{name}.ipynb"
        source.write_text(source.read_text(encoding="utf-8").replace("## まとめ", "## まとめます"), encoding="utf-8")
    again = tailor(town)
    assert "実行 2 本、変わらず 2 本" in again.stdout
    assert (work / "flow_a" / "a2.ipynb").read_bytes() == answered
    beside = [p.name for p in notebooks(work) if "新しい版" in p.name]
    assert len(beside) == 1
    assert beside[0] in again.stdout
    assert "まとめます" in (work / "flow_a" / "a4.ipynb").read_text(encoding="utf-8")


def test_a_change_in_the_towns_files_rebuilds_its_tables(town, short_course):
    assert tailor(town).returncode == 0
    facilities = short_course / "datasets" / CODE / "facilities.csv"
    assert "新しい体育館" not in facilities.read_text(encoding="utf-8")
    with (short_course / "data" / "避難場所.csv").open("a", encoding="utf-8") as file:
        file.write(f"\n4,{CODE},こまち市,新しい体育館,東町9,33.906,138.206")
    assert "実行 4 本" in tailor(town).stdout
    assert "新しい体育館" in facilities.read_text(encoding="utf-8")


@pytest.mark.parametrize("after", ["tables", "first notebook"])
def test_stopping_in_the_middle_leaves_nothing_half_written(town, short_course, after):
    """Ctrl-C while the tables are made, and when the first lesson is done."""
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "dataacademy", "tailor", str(town)],
        cwd=short_course,
        env=os.environ | {"PYTHONUTF8": "1", "COLUMNS": "200"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    state = town.parent / ".dataacademy" / "tailor.json"
    deadline = time.monotonic() + 100
    while process.poll() is None and time.monotonic() < deadline:
        reached = state.is_file() and json.loads(state.read_text(encoding="utf-8"))["notebooks"]
        begun = list((short_course / "datasets").glob(f"*{CODE}*"))  # under its temporary name at first
        if reached or (after == "tables" and begun):
            break
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGINT)
    said = process.communicate(timeout=60)[1].decode("utf-8", errors="replace")
    assert process.returncode == 130, said
    assert "Traceback" not in said
    assert "止めました" in said
    assert temporary(short_course) == []
    for path in notebooks(town.parent):
        assert executed(path) or path.parts[-3] == "exercises"
    done = tailor(town)
    assert done.returncode == 0, done.stderr
    assert len(notebooks(town.parent)) == 4


def test_a_town_without_population_leaves_out_what_needs_it(short_course):
    data = smalltown.write(short_course / "data", **{"人口_202604.csv": None})
    assert command(short_course, "town", "inspect", str(data), "--code", CODE).returncode == 0
    done = tailor(short_course / "work" / CODE / "town.yml")
    assert "除いたレッスン：対象データ確認（「人口」の表がないため）" in done.stdout
    assert not (short_course / "work" / CODE / "flow_a" / "a2.ipynb").exists()
    report = (short_course / "work" / CODE / "reports" / "tailor.html").read_text(encoding="utf-8")
    assert "「人口」の表がないため" in report


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["town", "inspect", "data", "--code", "992012"], "992011"),
        (["town", "inspect", "nowhere", "--code", CODE], "nowhere"),
        (["tailor", "town.yml"], "town inspect"),
        (["verify", "--town", "222127"], "town inspect"),
        (["open", "--no-browser", "--town", "mirei"], "もしかして「mirai」"),
    ],
)
def test_mistakes_on_the_command_line_are_told_without_a_traceback(short_course, arguments, said):
    smalltown.write(short_course / "data")
    done = command(short_course, *arguments)
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr
