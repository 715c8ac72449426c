"""Every command that the README shows is run, and every path that it names exists."""

from __future__ import annotations

import csv
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
import smalltown

from dataacademy.worksheet import open_sheet

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(?:bash)?\n(.*?)```", README, re.DOTALL)
COMMANDS = [line for block in BLOCKS for line in block.strip().splitlines()]
OPEN, TEST = (next(c for c in COMMANDS if c.endswith(end)) for end in ("uv run dataacademy", "uv run pytest"))
PROGRESS = "uv run dataacademy progress"
GRADE = "uv run dataacademy grade 提出フォルダ"
LINT = "uv run dataacademy lint フォルダ"
SHEETS = [
    "uv run dataacademy worksheet new 防災1班",
    "uv run dataacademy worksheet export worksheets/防災1班.yml",
    "uv run dataacademy worksheet import worksheets/防災1班.yml",
    "uv run dataacademy review worksheets",
    "uv run dataacademy brief worksheets/防災1班.yml",
    "uv run dataacademy monitor worksheets/防災1班.yml --data フォルダ",
]


def environment(**more: str) -> dict[str, str]:
    """The environment of somebody who opens a terminal: without the one that these tests run in."""
    inside = str(Path(sys.prefix))
    path = os.pathsep.join(p for p in os.environ["PATH"].split(os.pathsep) if not p.startswith(inside))
    env = {k: v for k, v in os.environ.items() if k not in ("VIRTUAL_ENV", "PYTHONPATH", "UV")}
    return {**env, "PATH": path, "CI": "true", **more}  # CI: no window of a browser is opened


def shell(command: str, **options):
    return subprocess.run(command, shell=True, cwd=ROOT, text=True, capture_output=True, timeout=600, **options)


def test_readme_shows_the_commands_known_here():
    known = [
        OPEN,
        "uv run dataacademy town inspect フォルダ --code 222127",
        "uv run dataacademy tailor work/222127/town.yml",
        "uv run dataacademy open --town 222127",
        PROGRESS,
        GRADE,
        *SHEETS,
        LINT,
        TEST,
        "uv run dataacademy verify --town mirai",
    ]
    assert known == COMMANDS


def test_ci_calls_the_test_command_exactly():
    assert (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()[-1] == TEST


def test_test_command_collects_everything():
    done = shell(TEST, env=environment(PYTEST_ADDOPTS="--collect-only -q"))
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    assert "tests/test_readme.py::test_test_command_collects_everything" in done.stdout


def served(command: str, env: dict[str, str]) -> str:
    """Start the course, fetch its start page, stop it with Ctrl-C; what it printed."""
    process = subprocess.Popen(
        command, shell=True, cwd=ROOT, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        start_new_session=True,
    )  # fmt: skip
    printed = ""
    try:
        deadline = time.monotonic() + 120
        while not (found := re.search(r"http://127\.0\.0\.1:\d+/\S+", printed)):
            line = process.stdout.readline()
            assert line or process.poll() is None, printed
            assert time.monotonic() < deadline, printed
            printed += line
        with urllib.request.urlopen(found[0], timeout=20) as answer:
            assert answer.status == 200
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGINT)
        printed += process.communicate(timeout=30)[0]
    assert "教材を閉じました" in printed  # the exit code is the shell's or uv's; ours is tested in test_server
    return printed


def test_open_command(tmp_path):
    served(OPEN, environment(DATAACADEMY_OUTPUT=str(tmp_path)))
    assert (tmp_path / "work" / "mirai" / "start.ipynb").is_file()


def test_town_commands(tmp_path, short_course):  # all of the course for such a town: tests/test_least_town.py
    data = smalltown.write_least(tmp_path / "data")
    env = environment(DATAACADEMY_OUTPUT=str(tmp_path), DATAACADEMY_HOME=str(short_course))
    commands = [c.replace("フォルダ", str(data)).replace("222127", smalltown.CODE) for c in COMMANDS[1:4]]
    commands = [c.replace("work/", str(tmp_path / "work") + "/") for c in commands]
    for command in commands[:2]:
        done = shell(command, env=env)
        assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "work" / smalltown.CODE / "flow_a" / "a4.ipynb").is_file()
    served(commands[2], env)


def test_progress_command(tmp_path):
    done = shell(PROGRESS, env=environment(DATAACADEMY_OUTPUT=str(tmp_path)))
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "work" / "mirai" / "progress.html").is_file()


def test_grade_command(tmp_path):
    handed_in = tmp_path / "提出フォルダ"
    handed_in.mkdir()
    shutil.copy(ROOT / "exercises" / "a4" / "a4.ipynb", handed_in / "山田太郎_a4.ipynb")
    done = shell(GRADE.replace("提出フォルダ", str(handed_in)), env=environment(DATAACADEMY_OUTPUT=str(tmp_path)))
    assert done.returncode == 0, done.stdout + done.stderr
    names = {path.name for path in (tmp_path / "提出フォルダ_採点").iterdir()}
    assert names >= {"marks.xlsx", "marks.csv", "class.html", "report.html", "feedback", "gradebook.db"}
    assert [path.name for path in handed_in.iterdir()] == ["山田太郎_a4.ipynb"]


def test_worksheet_commands(tmp_path):
    """Begun, an indicator of the sample town typed in; to Excel and back; reviewed; the indicator computed anew."""
    env, file = environment(DATAACADEMY_OUTPUT=str(tmp_path)), tmp_path / "worksheets" / "防災1班.yml"
    town = ROOT / "datasets" / "mirai"
    with (town / "indicator_monthly.csv").open(encoding="utf-8") as table:
        first = next(csv.DictReader(table))
    named = {"text": first["name"], "source": "indicator_monthly", "period": "month", "target": 50}
    named |= {"numerator": "numerator", "denominator": "denominator", "better": "高いほどよい"}
    codes = []
    for command in SHEETS:
        command = command.replace("worksheets", str(tmp_path / "worksheets")).replace("フォルダ", str(town))
        done = shell(command, env=env)
        codes.append((done.returncode, done.stdout[-800:] + done.stderr[-800:]))
        if "new" in command:
            sheet = open_sheet(file)
            sheet.add("indicator", **named)
    assert [code for code, _ in codes] == [0, 0, 0, 1, 0, 0], codes  # 1: the review has something to ask
    assert (tmp_path / "worksheets" / "防災1班.xlsx").is_file()
    assert (tmp_path / "work" / "review" / "worksheets.html").is_file()
    beside = tmp_path / "worksheets" / "防災1班_記録"
    assert {path.suffix for path in (beside / "資料").iterdir()} >= {".docx", ".pptx", ".html"}
    assert list((beside / "指標").glob("*.png"))


def test_lint_command(tmp_path):
    env = environment(DATAACADEMY_OUTPUT=str(tmp_path))
    done = shell(LINT.replace("フォルダ", str(ROOT / "datasets" / "mirai" / "raw")), env=env)
    assert done.returncode == 1, done.stdout + done.stderr  # there is something to report
    assert (tmp_path / "work" / "lint").is_dir()


def test_verify_command(tmp_path, short_course):  # all of the course: tests/test_verify.py
    env = environment(DATAACADEMY_OUTPUT=str(tmp_path), DATAACADEMY_HOME=str(short_course))
    done = shell(COMMANDS[-1], env=env)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "work" / "verify.html").is_file()


@pytest.mark.parametrize("text", [README, (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")])
def test_paths_named_in_the_documents_exist(text):
    linked = re.findall(r"\]\(([^)#:]+)\)", text)
    named = re.findall(r"`((?:src|tests|notebooks|solutions|datasets|tools|docs)/[\w./-]*)`", text)
    missing = [p for p in linked + named if not (ROOT / p).exists()]
    assert not missing
