"""What learners were given and what judges it: assignments from their sources, through nbgrader's own preprocessors."""

from __future__ import annotations

import ast
import copy
import json
import logging
import re
import tempfile
import warnings
from contextlib import contextmanager, nullcontext
from importlib.metadata import version
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

import dataacademy
from dataacademy import paths
from dataacademy.course import kernels
from dataacademy.course.exercises.tasks import TEXT_STUB, solution_file
from dataacademy.course.grade.records import (
    ANSWER,
    LOCKED,
    PLAIN,
    TASK,
    TEST,
    WRITTEN,
    Assignment,
    SourceCell,
    SourceNotebook,
)
from dataacademy.course.notebooks import set_town
from dataacademy.errors import DataAcademyError, nearest_guess
from dataacademy.files import fingerprint, write_text

_CONFIG = "nbgrader_config.py"
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_DECIDING = ("nbgrader", "numpy", "pandas", "geopandas", "scipy", "statsmodels")  # their versions change answers


def ours(exercise: str, town: str = paths.SAMPLE_TOWN) -> Assignment:
    """An exercise of this course as an assignment, with the expected answers of ``town``.

    They are computed by running the solution, and kept in ``work/.dataacademy/assignments/`` until the solution, the
    rules, the toolbox or the town's tables change.
    """
    file, rules = solution_file(exercise), paths.home() / "solutions" / "autotests.yml"
    if not file.is_file():
        raise _unknown(exercise, [path.stem for path in sorted((paths.home() / "solutions").glob("*/*.ipynb"))])
    tables = sorted(path for path in paths.dataset(town).iterdir() if path.is_file())
    versions = ", ".join(f"{name} {version(name)}" for name in _DECIDING)
    key = fingerprint(town, file, rules, Path(dataacademy.__file__).parent, *tables, versions)
    cache = paths.output() / "work" / paths.STATE / "assignments" / f"{exercise}-{town}.json"
    made = _cached(cache, key)
    if made is None:
        with paths.telling_children(), tempfile.TemporaryDirectory(prefix="dataacademy-") as folder:
            import yaml

            # the rules are opened without an encoding: JSON is YAML, and ASCII reads the same on a Japanese Windows
            instance = Path(folder) / "autotests.yml"
            instance.write_text(json.dumps(yaml.safe_load(rules.read_text(encoding="utf-8"))), encoding="ascii")
            config = {
                "InstantiateTests": {"autotest_filename": str(instance)},
                "ClearSolutions": {"code_stub": {"python": ""}, "text_stub": TEXT_STUB},
            }
            made = _prepared(set_town(_read(file), town), Path(folder), config, file)
        write_text(cache, json.dumps({"key": key, "notebooks": made}, ensure_ascii=False))
    return _assignment(exercise, [_source_notebook(exercise, *(nbformat.from_dict(one) for one in made))], ())


def as_given(exercise: str) -> Assignment:
    """An exercise of this course as learners have it: enough to know its hand-ins by, and nothing is run for it."""
    given = _read(paths.home() / "exercises" / exercise / f"{exercise}.ipynb")
    return _assignment(exercise, [_source_notebook(exercise, given, given)], ())


def _cached(cache: Path, key: str) -> list[dict[str, Any]] | None:
    try:
        found = json.loads(cache.read_text(encoding="utf-8"))
        return found["notebooks"] if found["key"] == key else None
    except (FileNotFoundError, ValueError, KeyError, TypeError):  # a damaged one costs time only
        return None


def names_of_course(folder: Path) -> list[str]:
    """The assignments of an ordinary nbgrader course: the folders in ``source/`` that hold notebooks."""
    source = folder / _settings(folder).get("CourseDirectory", {}).get("source_directory", "source")
    found = {path.parent.name for path in source.glob("*/*.ipynb")}
    return sorted(name for name in found if not name.startswith("."))


def of_course(folder: Path, name: str) -> Assignment:
    """One assignment of an ordinary nbgrader course, from ``source/<name>/``.

    ``nbgrader_config.py`` is read, never run: of its lines only those that set an option to plain text, numbers, lists
    or dicts count.  Raises DataAcademyError: ``unknown_assignment``, ``not_python``, ``schema_too_new``,
    ``source_unusable``.
    """
    folder = folder.resolve()
    if name not in names_of_course(folder):
        raise _unknown(name, names_of_course(folder))
    config = _settings(folder)
    source = folder / config.pop("CourseDirectory", {}).get("source_directory", "source") / name
    for part in ("header", "footer"):  # nbgrader has them relative to the course
        if given := config.get("IncludeHeaderFooter", {}).get(part):
            config["IncludeHeaderFooter"][part] = str(folder / given)
    rules = config.setdefault("InstantiateTests", {}).get("autotest_filename", "autotests.yml")
    if not (source / rules).is_file():
        config["InstantiateTests"]["autotest_filename"] = str(folder / rules)
    notebooks = [
        _source_notebook(file.stem, *_prepared(_read(file), source, config, file))
        for file in sorted(source.glob("*.ipynb"))
    ]
    others = [path for path in sorted(source.rglob("*")) if path.is_file() and path.suffix != ".ipynb"]
    inside = [(path.relative_to(source), path) for path in others]
    files = tuple(
        (to.as_posix(), path) for to, path in inside if not any(part.startswith((".", "__")) for part in to.parts)
    )
    return _assignment(name, notebooks, files)


def stale_release(folder: Path, assignment: Assignment) -> list[str]:
    """Notes, in Japanese, on notebooks in ``release/`` that are not what the source makes today."""
    notes = []
    for notebook in assignment.notebooks:
        file = folder / "release" / assignment.name / f"{notebook.name}.ipynb"
        if file.is_file():
            given = [cell.metadata.get("nbgrader", {}) for cell in _read(file).cells]
            today = {c.grade_id: c.metadata["nbgrader"]["checksum"] for c in notebook.cells if c.grade_id}
            if today != {one["grade_id"]: one.get("checksum") for one in given if one.get("grade_id")}:
                notes.append(f"配布した「{file.name}」は、今の元のノートブックから作ったものと違います。")
    return notes


def _settings(folder: Path) -> dict[str, dict[str, Any]]:
    """What ``nbgrader_config.py`` sets plainly: ``c.Class.option = <literal>``."""
    found: dict[str, dict[str, Any]] = {}
    try:
        tree = ast.parse((folder / _CONFIG).read_text(encoding="utf-8"))
    except (FileNotFoundError, SyntaxError, ValueError):
        return found
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            parts = ast.unparse(node.targets[0]).split(".")
            if len(parts) == 3 and parts[0] == "c":
                try:
                    found.setdefault(parts[1], {})[parts[2]] = ast.literal_eval(node.value)
                except ValueError:  # computed: stays at nbgrader's default
                    continue
    return found


def _read(file: Path) -> NotebookNode:
    with warnings.catch_warnings():  # missing and double cell ids are named below, or do no harm
        warnings.simplefilter("ignore")
        try:
            return nbformat.read(file, as_version=4)
        except Exception as error:  # nbformat raises many kinds for a file that is none
            raise _unusable(file, error) from error


def _prepared(
    notebook: NotebookNode, folder: Path, config: dict[str, Any], file: Path
) -> tuple[NotebookNode, NotebookNode]:
    """The notebook as nbgrader's gradebook keeps it (hidden tests in), and as learners get it.

    The steps are those of ``nbgrader generate_assignment``, without its folders and database; ``folder`` is where the
    solution runs.
    """
    from nbgrader import preprocessors as steps
    from nbgrader.nbgraderformat import MetadataValidator, SchemaTooNewError
    from traitlets.config import Config

    language = notebook.metadata.get("kernelspec", {}).get("language", "python")
    if language != "python":
        raise DataAcademyError(
            "not_python",
            f"「{file.name}」は Python のノートブックではありません（{language}）。",
            f"{file.name} is written in {language}, not Python.",
            fix="Python の課題だけを採点できます。",
            fix_en="Only Python can be graded.",
        )
    log = logging.getLogger("dataacademy.nbgrader")
    log.setLevel(logging.CRITICAL)
    options = {"config": Config(config), "log": log}
    resources = {"metadata": {"path": str(folder)}, "nbgrader": {}}
    until_saved = (
        steps.IncludeHeaderFooter,
        steps.InstantiateTests,
        steps.LockCells,
        steps.ClearSolutions,
        steps.ClearOutput,
        steps.CheckCellMetadata,
        steps.ComputeChecksums,
    )
    until_released = (
        steps.ClearHiddenTests,
        steps.ClearMarkScheme,
        steps.ComputeChecksums,
        steps.CheckCellMetadata,
    )
    runs = any("AUTOTEST" in cell.source for cell in notebook.cells)  # only then nbgrader starts a kernel
    try:
        notebook = MetadataValidator().upgrade_notebook_metadata(notebook)
        with _kernels_that_end() if runs else nullcontext():
            for step in until_saved:
                notebook, resources = step(**options).preprocess(notebook, resources)
        kept = _in_standard_words(copy.deepcopy(notebook), config)
        for step in until_released:
            notebook, resources = step(**options).preprocess(notebook, resources)
    except SchemaTooNewError as error:
        raise DataAcademyError(
            "schema_too_new",
            f"「{file.name}」の採点のしるしは、新しすぎる版（{error.actual_version}）です。",
            f"{file.name} has nbgrader metadata of version {error.actual_version}, newer than this nbgrader knows.",
            fix="nbgrader を新しくするか、そのノートブックを作った人に古い版で保存してもらってください。",
            fix_en="Update nbgrader.",
        ) from error
    except Exception as error:  # the steps raise plain Exception, RuntimeError, ValidationError, kernel errors …
        raise _unusable(file, error) from error
    return kept, notebook


def _in_standard_words(notebook: NotebookNode, config: dict[str, Any]) -> NotebookNode:
    """The course's own words around hidden tests and mark schemes become nbgrader's, by which others know them."""
    for step, part in (("ClearHiddenTests", "test"), ("ClearMarkScheme", "mark_scheme")):
        for end in ("begin", "end"):
            word = config.get(step, {}).get(f"{end}_{part}_delimeter")
            standard = f"{end.upper()} {'HIDDEN TESTS' if part == 'test' else 'MARK SCHEME'}"
            for cell in notebook.cells if word else ():
                cell.source = cell.source.replace(word, standard)
    return notebook


@contextmanager
def _kernels_that_end():
    """Warm kernels for nbgrader's step that runs solutions; it leaves sockets open, and kernels where it fails."""
    from nbgrader.preprocessors import instantiatetests

    start, started = instantiatetests.start_new_kernel, []

    def start_and_note(**options):
        started.append(start(**options))
        return started[-1]

    instantiatetests.start_new_kernel = start_and_note
    try:
        with kernels.environment():
            yield
    finally:
        instantiatetests.start_new_kernel = start
        for manager, client in started:
            client.stop_channels()
            if manager.is_alive():
                manager.shutdown_kernel(now=True)
            manager.cleanup_resources()


def _source_notebook(name: str, kept: NotebookNode, released: NotebookNode) -> SourceNotebook:
    cells = [_source_cell(*pair, number) for number, pair in enumerate(zip(kept.cells, released.cells, strict=True))]
    return SourceNotebook(name, tuple(cells), dict(kept.metadata))


def _source_cell(kept: NotebookNode, released: NotebookNode, number: int) -> SourceCell:
    marks = kept.metadata.get("nbgrader", {})
    kind = _kind(kept)
    return SourceCell(
        id=kept.get("id", f"source-{number}"),
        kind=kind,
        cell_type=kept.cell_type,
        source=kept.source,
        grade_id=marks["grade_id"] if kind != PLAIN else "",
        points=float(marks.get("points", 0)) if kind in (TEST, WRITTEN, TASK) else 0.0,
        metadata=dict(released.metadata),
    )


def _kind(cell: NotebookNode) -> str:
    from nbgrader.utils import is_grade, is_locked, is_solution, is_task

    if is_task(cell):
        return TASK
    if is_grade(cell):
        return WRITTEN if is_solution(cell) else TEST
    return ANSWER if is_solution(cell) else LOCKED if is_locked(cell) else PLAIN


def _assignment(name: str, notebooks: list[SourceNotebook], files: tuple[tuple[str, Path], ...]) -> Assignment:
    deciding = [[n.name, *([c.kind, c.cell_type, c.source, c.grade_id, c.points] for c in n.cells)] for n in notebooks]
    parts = [part for to, path in files for part in (to, path)]
    return Assignment(name, tuple(notebooks), files, fingerprint(name, json.dumps(deciding), *parts))


def _unknown(name: str, known: list[str]) -> DataAcademyError:
    guess = nearest_guess(name, known)
    return DataAcademyError(
        "unknown_assignment",
        f"課題「{name}」はありません。" + (f"もしかして「{guess}」ですか。" if guess else ""),
        f"There is no assignment {name!r}." + (f" Did you mean {guess!r}?" if guess else ""),
        fix="ある課題：" + "、".join(known) if known else "source フォルダに課題を置いてください。",
        fix_en="Known: " + ", ".join(known) if known else "Put assignments into source/.",
    )


def _unusable(file: Path, error: Exception) -> DataAcademyError:
    first: BaseException = error
    while first.__context__:  # nbgrader hides what it found behind a general message
        first = first.__context__
    trace = getattr(first, "traceback", "")  # nbgrader makes CellExecutionError of a list, which str() cannot show
    text = trace[-1] if isinstance(trace, list) else str(getattr(first, "message", first))
    said = (_COLOUR.sub("", text).strip().splitlines() or [type(first).__name__])[-1][:200]
    return DataAcademyError(
        "source_unusable",
        f"課題の元のノートブック「{file.name}」から問題を作れません：{said}",
        f"{file.name} cannot be made into an assignment: {said}",
        fix="nbgrader validate で、どのセルかを確かめてください。",
        fix_en="Run `nbgrader validate` on it.",
        file=file.name,
    )
