"""One exercise from its solution, through nbgrader's own converters; the expected answers follow the town."""

from __future__ import annotations

import logging
import os
import tempfile
from contextlib import contextmanager
from pathlib import Path

import nbformat

from dataacademy import paths
from dataacademy.course.exercises.tasks import TEXT_STUB, solution_file
from dataacademy.course.notebooks import normal_form, read_notebook, set_town
from dataacademy.errors import DataAcademyError


def release(exercise: str, *, town: str = paths.SAMPLE_TOWN) -> str:
    """The exercise as learners get it, as notebook text: answers removed, checks computed by running the solution.

    Runs nbgrader's ``generate_assignment`` without a gradebook in a temporary course, so nothing else is touched; the
    same solution and town give the same text.  Raises DataAcademyError where there is no solution or it does not run.
    """
    from nbgrader.converters import GenerateAssignment
    from nbgrader.converters.base import NbGraderException
    from nbgrader.coursedir import CourseDirectory
    from traitlets.config import Config

    with paths.telling_children(), tempfile.TemporaryDirectory(prefix="dataacademy-") as name, _staying_here():
        root = Path(name)
        source = root / "solutions" / exercise
        source.mkdir(parents=True)
        notebook = set_town(_solution(exercise), town)
        nbformat.write(notebook, source / f"{exercise}.ipynb")
        # autotests.yml is opened without an encoding: plain ASCII reads the same on a Japanese Windows
        rules = root / "autotests.yml"
        rules.write_text(_ascii_yaml(paths.home() / "solutions" / "autotests.yml"), encoding="ascii")
        config = Config()
        config.CourseDirectory.root = str(root)
        config.CourseDirectory.source_directory = "solutions"
        config.CourseDirectory.release_directory = "exercises"
        config.CourseDirectory.assignment_id = exercise
        config.InstantiateTests.autotest_filename = str(rules)
        config.ClearSolutions.code_stub = {"python": ""}
        config.ClearSolutions.text_stub = TEXT_STUB
        config.SaveCells.enabled = False
        config.GenerateAssignment.no_database = True
        log = logging.getLogger("dataacademy.nbgrader")
        log.setLevel(logging.CRITICAL)
        converter = GenerateAssignment(coursedir=CourseDirectory(config=config), config=config, log=log)
        try:
            with _kernel_log_to(root / "kernel.log"):
                converter.start()
        except NbGraderException as error:
            raise DataAcademyError(
                "solution_fails",
                f"演習「{exercise}」の解答を実行できないので、問題を作れません。",
                f"The solution of {exercise} does not run: {error}",
                fix=f"dataacademy verify --town {town} で、どのセルの何行目かを確かめてください。",
                file=f"solutions/{exercise}/{exercise}.ipynb",
            ) from error
        made = nbformat.read(root / "exercises" / exercise / f"{exercise}.ipynb", as_version=4)
    return nbformat.writes(normal_form(made), indent=1) + "\n"


def _solution(exercise: str):
    try:
        return read_notebook(solution_file(exercise).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError) as error:
        raise DataAcademyError(
            "no_solution",
            f"演習「{exercise}」の解答がないか、ノートブックとして読めません。",
            f"The solution of {exercise} is not there, or is no notebook.",
            fix="course.yml の exercise の名前と、解答のファイルを確かめてください。",
            fix_en="Check `exercise` in course.yml, and the file.",
            file=f"solutions/{exercise}/{exercise}.ipynb",
        ) from error


def _ascii_yaml(file: Path) -> str:
    import yaml

    return yaml.safe_dump(yaml.safe_load(file.read_text(encoding="utf-8")), allow_unicode=False, sort_keys=False)


@contextmanager
def _kernel_log_to(file: Path):
    """Kernels that nbgrader starts write their own log to the terminal; give them a file instead."""
    terminal = os.dup(2)
    try:
        with file.open("wb") as log:
            os.dup2(log.fileno(), 2)
            yield
    finally:
        os.dup2(terminal, 2)
        os.close(terminal)


@contextmanager
def _staying_here():
    """nbgrader changes the working directory to its course; come back."""
    here = Path.cwd()
    try:
        yield
    finally:
        os.chdir(here)
