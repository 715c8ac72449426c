"""Generated files are fresh, notebooks normal, the style kept, the house rules held; and each check can go red."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from commandline import command

from dataacademy.town.sample import build_sample

ROOT = Path(__file__).resolve().parents[1]


def files(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def tracked() -> list[str]:
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    return [name for name in done.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


def test_exercises_are_fresh_and_a_stale_one_is_noticed(course_copy):
    made = course_copy / "exercises"
    assert command(course_copy, "exercises", "build").returncode == 0
    assert files(made) == files(ROOT / "exercises")
    solution = course_copy / "solutions" / "a4" / "a4.ipynb"
    solution.write_text(solution.read_text(encoding="utf-8").replace("区切りを選ぶ", "区切り"), encoding="utf-8")
    assert command(course_copy, "exercises", "build").returncode == 0
    assert files(made) != files(ROOT / "exercises")


def test_a_solution_that_does_not_run_is_named(course_copy):
    solution = course_copy / "solutions" / "a4" / "a4.ipynb"
    solution.write_text(solution.read_text(encoding="utf-8").replace("within=800", "within=nothing"), encoding="utf-8")
    done = command(course_copy, "exercises", "build")
    assert done.returncode == 1
    assert "演習「a4」の解答を実行できない" in done.stderr
    assert files(course_copy / "exercises") == files(ROOT / "exercises")  # the last good one stays


def test_sample_town_is_fresh_and_a_stale_one_is_noticed(tmp_path):
    fresh = build_sample(tmp_path / "mirai")
    assert files(fresh) == files(ROOT / "datasets" / "mirai")
    table = fresh / "facilities.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("True", "False", 1), encoding="utf-8")
    assert files(fresh) != files(ROOT / "datasets" / "mirai")


def test_lessons_are_normal_and_an_odd_one_is_noticed(course_copy):
    assert command(course_copy, "lessons", "check").returncode == 0
    lesson = course_copy / "notebooks" / "start.ipynb"
    lesson.write_text(lesson.read_text(encoding="utf-8").replace("\n ", "\n  "), encoding="utf-8")
    done = command(course_copy, "lessons", "check")
    assert done.returncode == 1
    assert "start.ipynb" in done.stdout
    assert command(course_copy, "lessons", "format").returncode == 0
    assert lesson.read_bytes() == (ROOT / "notebooks" / "start.ipynb").read_bytes()


def ruff(*arguments: str, folder: Path = ROOT) -> int:
    return subprocess.run([sys.executable, "-m", "ruff", *arguments], cwd=folder, capture_output=True).returncode


def test_style_is_kept_and_a_breach_is_noticed(tmp_path):
    assert ruff("check", ".") == 0
    assert ruff("format", "--check", ".") == 0
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "bad.py").write_text("import os\nx = {  'a':1 }\n", encoding="utf-8")
    assert ruff("check", ".", folder=tmp_path) != 0
    assert ruff("format", "--check", ".", folder=tmp_path) != 0


HOSTS = ["python" + "hosted", "pypi" + ".org", "registry" + ".npmjs", "deb" + ".debian"]
MACHINE = re.compile(r"(^|[^\w.])/(work|root|farm|home/\w+)/")


def breaches(name: str, text: str) -> list[str]:
    """What the house rules forbid in a file: registry hosts, paths of a machine."""
    found = [host for host in HOSTS if host in text.lower()]
    return found + [m[0] for m in MACHINE.finditer(text)] if not name.endswith(".geojson") else found


def test_no_registry_host_and_no_machine_path():
    for name in tracked():
        if not name.endswith((".png", ".xlsx")):
            text = (ROOT / name).read_bytes().decode("utf-8", errors="replace")
            assert breaches(name, text) == [], name
    assert breaches("x.md", "see " + "/" + "root/x and https://" + HOSTS[1])


def test_no_lock_file_no_output_no_learners_file():
    names = tracked()
    assert not [n for n in names if re.search(r"(^|/)(uv\.lock|pylock.*\.toml|package-lock\.json)$", n)]
    assert not [n for n in names if n.startswith(("work/", "artefacts/", ".venv/"))]
    assert not [n for n in names if n.startswith("datasets/") and not n.startswith("datasets/mirai/")]


def test_no_town_is_named_in_a_lesson():
    """Lessons and exercises serve any town: neither the sample town's nor a real one's name or districts."""
    import pandas as pd

    from dataacademy import load

    names = {"みらい市", "焼津", "高松", *load("areas")["name"], *load("zones")["name"]}
    for path in [*ROOT.glob("notebooks/**/*.ipynb"), *ROOT.glob("solutions/**/*.ipynb")]:
        text = path.read_text(encoding="utf-8")
        found = [n for n in names if n in text]
        allowed = ["みらい市"] if path.name == "start.ipynb" else []
        assert [n for n in found if n not in allowed] == [], path.name
    assert isinstance(load("areas"), pd.DataFrame)


def test_pins_hold_no_address_and_are_what_is_installed():
    import tomllib
    from importlib.metadata import PackageNotFoundError, version

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    pins = project["tool"]["uv"]["constraint-dependencies"]
    assert len(pins) > 100
    assert not [p for p in pins if "/" in p or "@" in p]
    differing = []
    for pin in pins:
        name, stated = pin.split(" ;")[0].split("==")
        try:
            installed = version(name)
        except PackageNotFoundError:
            continue  # for another system or Python
        if " ;" not in pin and installed != stated:
            differing.append((pin, installed))
    assert differing == []


def test_every_dependency_says_why():
    lines = (ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    listed = [line for line in lines if re.match(r'  "[\w\[\]-]+[<>=!]=?', line) and "==" not in line]
    assert len(listed) > 15
    assert [line for line in listed if "  # " not in line] == []


@pytest.mark.parametrize("module", sorted(p.stem for p in (ROOT / "src/dataacademy").rglob("*.py")))
def test_modules_fit_a_few_screens(module):
    for path in (ROOT / "src/dataacademy").rglob(f"{module}.py"):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 350, path


def test_import_is_light():
    """``import dataacademy`` loads none of the heavy libraries (the benchmark shows the seconds)."""
    code = "import sys, dataacademy; print([m for m in ('pandas', 'numpy', 'matplotlib', 'scipy') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_imports_never_run_upwards():
    """The floors of the house, from the ground up: an import never goes to a higher one."""
    floors = {
        "bi": 1,
        "maps": 1,
        "charts": 1,
        "costs": 1,
        "effect": 1,
        "privacy": 1,
        "queues": 1,
        "stats": 1,
        "survey": 1,
        "styling": 1,
        "text": 1,
        "town": 2,
        "budget_game": 3,
        "projects": 3,
        "status_page": 3,
        "worksheet": 3,
        "course": 4,
        "cli_worksheet": 5,
        "cli": 5,
        "__main__": 6,
        "__init__": 6,
    }
    for path in (ROOT / "src/dataacademy").rglob("*.py"):
        room = path.relative_to(ROOT / "src/dataacademy").parts[0].removesuffix(".py")
        for target in re.findall(r"from dataacademy(?:\.(\w+))?[\w.]* import (\w+)", path.read_text(encoding="utf-8")):
            imported = target[0] or target[1]
            if imported not in floors and not (ROOT / "src/dataacademy" / imported).exists():
                continue
            assert floors.get(imported, 0) <= floors.get(room, 0), (path.name, imported)
