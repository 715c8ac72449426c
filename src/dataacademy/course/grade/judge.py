"""Judging one notebook: the learner's cells run in a kernel of their own, the tests here, each in its turn."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from nbformat import NotebookNode, from_dict, v4

from dataacademy import paths
from dataacademy.course import kernels
from dataacademy.course.grade.handedout import restored
from dataacademy.course.grade.normalise import SubmittedCell
from dataacademy.course.grade.records import TASK, TEST, WRITTEN, Judgement, Limits, SourceNotebook
from dataacademy.course.grade.remote import Link
from dataacademy.course.grade.session import Session, Stopped, as_output, clean
from dataacademy.course.grade.testcell import Verdict, run_test
from dataacademy.course.grade.testnames import Names, facts
from dataacademy.errors import DataAcademyError

_TELLING = ("WrongAnswer", "DataAcademyError")  # errors whose message is written for learners
_OF_TABLES = {".csv", ".geojson", ".json", ".xlsx"}  # town.json says which there are
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_HIDDEN = "公開していない確認に合いませんでした。"
_WARNED = "テストの間に警告が出ました（出力の赤い文字を見てください）。"


def judge(
    notebook: SourceNotebook,
    cells: Sequence[SubmittedCell],
    *,
    limits: Limits,
    folder: Path,
    own: Path | None = None,
    confined: bool = True,
) -> tuple[list[Judgement], NotebookNode, list[str]]:
    """Run a submission and judge its graded cells: the judgements, the executed notebook, and notes in Japanese.

    ``cells`` are in run order, as :func:`~dataacademy.course.grade.normalise.fit` gives them.  ``folder`` holds the
    submission's files and is where its code runs; ``own`` holds the course's own files, from which tests may import.
    The executed notebook holds the hidden tests: it is the grader's.

    Tests see values, not the learner's objects, so some that work inside the learner's process fail here:
    ``inspect.getsource`` of an answer, patches of library modules for the learner's code (``unittest.mock.patch``),
    pickles, pyplot's current figure, and objects of the learner's classes other than those the source defines.
    """
    code = [cell.text for cell in cells if cell.cell_type == "code" and not _is_test(cell)]
    known = facts(notebook, code)
    with _kernel(folder, limits, confined) as manager:
        written = [folder, Path(manager.connection_file).parent]  # its sockets lie there
        with Session(manager, limits, written) as session:
            desk = _Desk(session, Names(link := Link(session, known.classes), known), link, folder, own)
            made = [desk.take(cell) for cell in cells]
            notes = desk.notes()
    executed = v4.new_notebook(cells=made, metadata=dict(notebook.metadata))
    return desk.judgements, executed, notes


def _kernel(folder: Path, limits: Limits, confined: bool):
    """A kernel for a learner's code; where it cannot be confined on this machine, an open one."""
    from dataacademy.course.kernels.confinement import Confinement, confined_environment, why_open

    try:
        told = paths.for_children()
        readable = (paths.home() / "notebooks" / "course.yml", *_tables())
    except DataAcademyError:  # a course that is not ours, and ours is not here
        told, readable = {}, ()
    if not confined or why_open():
        return kernels.started_kernel(folder, environ=dict(os.environ) | told)
    limited = Confinement(
        folder,
        sockets=folder,  # the kernel's provisioner names the folder in which it really puts them
        readable=readable,
        memory=limits.memory,
        cpu_seconds=int(limits.notebook_seconds) + 1,
        file_size=limits.file_size,
    )
    return kernels.started_kernel(folder, confinement=limited, environ=confined_environment(folder) | told)


def _tables() -> list[Path]:
    """The towns' tables, without what was planted in them (truths.yml)."""
    folders = {paths.home() / "datasets", paths.output() / "datasets"}
    found = [path for folder in folders for path in (*folder.glob("*"), *folder.glob("*/*"))]
    return [path for path in found if path.is_file() and path.suffix in _OF_TABLES or path.name == "raw"]


def _is_test(cell: SubmittedCell) -> bool:
    return cell.source is not None and cell.source.kind == TEST


class _Desk:
    """Takes the cells of a submission one after another."""

    def __init__(self, session: Session, names: Names, link: Link, folder: Path, own: Path | None):
        self._session, self._names, self._link, self._places = session, names, link, (folder, own)
        self._count, self._tested, self._reasons = 0, False, []
        self.judgements: list[Judgement] = []

    def take(self, cell: SubmittedCell) -> NotebookNode:
        """Run or judge one cell; the cell as executed."""
        metadata = dict(cell.source.metadata) if cell.source else {}
        made = {"cell_type": cell.cell_type, "id": cell.id, "metadata": metadata, "source": clean(cell.text)}
        if cell.cell_type == "code":
            outputs = self._test(cell) if _is_test(cell) else self._learner(cell)
            made |= {"outputs": outputs, "execution_count": self._count if cell.text.strip() else None}
        elif cell.attachments:
            made["attachments"] = cell.attachments
        if cell.source and (cell.source.kind in (WRITTEN, TASK) or (_is_test(cell) and cell.cell_type != "code")):
            points = 0.0 if cell.source.kind == WRITTEN and cell.blank else None
            self.judgements.append(Judgement(cell.source.grade_id, points, cell.source.points))
        return from_dict(made)  # new_code_cell() would validate each

    def notes(self) -> list[str]:
        """What was stopped or cut, each once."""
        cut = ["出力が多いので、途中までを残しました。"] if self._session.cut else []
        return list(dict.fromkeys(self._reasons)) + cut

    def _learner(self, cell: SubmittedCell) -> list[dict[str, Any]]:
        if not cell.text.strip() or self._session.dead:
            return []
        self._count += 1
        if self._tested:  # as if the tests had run there
            self._link.end, self._tested = self._session.cell_end(), False
            with suppress(Stopped):  # the cell itself will say it
                self._link.request("count", self._count)
        ran = self._session.run(clean(cell.text))
        if ran.reason:
            self._reasons.append(f"セル {self._count}：{ran.reason}。")
            ran.outputs.append(_error("Stopped", ran.reason, [ran.reason]))
        return ran.outputs

    def _test(self, cell: SubmittedCell) -> list[dict[str, Any]]:
        self._count += 1
        self._tested, source = True, cell.source
        try:
            if self._session.dead:
                raise Stopped(f"これより前に、{self._session.dead}")
            for name in restored(source.source, *self._places):
                put_back = f"配布したファイル「{name}」が変わっていたので、「{source.grade_id}」の前に元に戻しました。"
                self._reasons.append(put_back)
            verdict = run_test(source.source, self._names, self._link, *self._places)
        except Stopped as stopped:
            if not stopped.reason.startswith("これより前に"):
                self._reasons.append(f"{source.grade_id}：{stopped.reason}。")
            verdict = Verdict([], stopped)
        points, message = self._points(verdict, source.points, source.source)
        outputs = list(verdict.outputs)
        if verdict.shown:
            outputs.append(_shown(verdict.shown, self._count))
        if verdict.error is not None:
            outputs.append(_error(type(verdict.error).__name__, message, _trace(verdict, source.source, message)))
        self.judgements.append(Judgement(source.grade_id, points, source.points, message, tuple(outputs)))
        return outputs

    @staticmethod
    def _points(verdict: Verdict, out_of: float, source: str) -> tuple[float, str]:
        """As nbgrader counts: an error or a warning is 0, a number at the end is partial credit, all else is full."""
        if verdict.error is not None:
            return 0.0, _message(verdict, source)
        if any(output.get("name") == "stderr" for output in verdict.outputs):
            return 0.0, _WARNED
        try:
            earned = float(verdict.shown)
        except ValueError:
            return out_of, ""
        if earned > out_of:
            return 0.0, f"テストの最後の値 {earned:g} が配点 {out_of:g} を超えています。"
        return (earned if earned >= 0 else out_of), ""


def _message(verdict: Verdict, source: str) -> str:
    """What the learner is told: a message for people as it is, an assertion's text or line, else what went wrong."""
    error, name = verdict.error, type(verdict.error).__name__
    if isinstance(error, Stopped):
        return error.reason + "。"
    text = _CONTROL.sub("", verdict.text)
    if any(kind.__name__ in _TELLING for kind in type(error).__mro__):
        return text
    if not verdict.line:
        return text if isinstance(error, AssertionError) and verdict.own and text else f"{_HIDDEN}（{name}）"
    if isinstance(error, AssertionError):
        return text or f"成り立ちません：{_line(source, verdict.line)}"
    if isinstance(error, NameError) and error.name:
        return f"{error.name} がありません。答えのセルがエラーなしに動いたかを確かめてください。（{text}）"
    return f"テストの途中でエラーになりました。（{name}{': ' + text if text else ''}）"


def _trace(verdict: Verdict, source: str, message: str) -> list[str]:
    """Lines for the notebook; none of a hidden test."""
    if any(kind.__name__ in _TELLING for kind in type(verdict.error).__mro__):
        return [f"✗ {message}"]
    where = [f"{verdict.line} 行目：{_line(source, verdict.line)}"] if verdict.line else []
    return [*where, message]


def _line(source: str, number: int) -> str:
    return source.splitlines()[number - 1].strip()


def _shown(text: str, count: int) -> dict[str, Any]:
    data = {"text/plain": text}
    return {"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": count}


def _error(name: str, text: str, lines: list[str]) -> dict[str, Any]:
    return as_output("error", {"ename": name, "evalue": text, "traceback": lines})
