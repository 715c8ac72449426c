"""A small nbgrader course, and what its learners hand in: right, half done, copied, lost, packed, misnamed."""

from __future__ import annotations

import copy
import io
import json
import zipfile
from pathlib import Path

from nbformat import NotebookNode, v4

_SCHEMA = 3
RIGHT = {
    "a4-q1": "far_people = 1234",
    "a4-q2": "def half(n):\n    return n / 2",
    "a4-q3": "避難所から 500 m より遠くに住む人は、人口9,876人のうち1,234人です。",
}


def marks(grade_id: str, *, grade=False, solution=False, locked=False, task=False, points=None) -> dict:
    """A cell's nbgrader metadata."""
    given = {"grade": grade, "solution": solution, "locked": locked, "task": task, "schema_version": _SCHEMA}
    return {"nbgrader": given | {"grade_id": grade_id} | ({} if points is None else {"points": points})}


def a4() -> NotebookNode:
    """The source of the assignment a4: two answers with tests (one hidden), a written one, a task, plain cells."""
    code, text = v4.new_code_cell, v4.new_markdown_cell
    cells = [
        text("# A4 演習　データ分析\n\n上から順に実行してください。", id="a4-head"),
        code("import math\n\nbase = [3, 5, 8]\nprint(base)", id="a4-start"),
        text(
            "### 問1　500 m より遠くに住む人は何人ですか。", id="a4-q1-text", metadata=marks("a4-q1-text", locked=True)
        ),
        code(
            "far_people = ...\n### BEGIN SOLUTION\nfar_people = 1234\n### END SOLUTION",
            id="a4-q1",
            metadata=marks("a4-q1", solution=True),
        ),
        code(
            "assert far_people > 0, '正の数'\n### BEGIN HIDDEN TESTS\nassert far_people == 1234\n### END HIDDEN TESTS",
            id="a4-q1-test",
            metadata=marks("a4-q1-test", grade=True, locked=True, points=2),
        ),
        text(
            "### 問2　半分にする関数 half を書いてください。",
            id="a4-q2-text",
            metadata=marks("a4-q2-text", locked=True),
        ),
        code(
            "def half(n):\n    ### BEGIN SOLUTION\n    return n / 2\n    ### END SOLUTION",
            id="a4-q2",
            metadata=marks("a4-q2", solution=True),
        ),
        code("half(10)", id="a4-q2-look"),
        code(
            "assert half(4) == 2\nassert half(base[1]) == 2.5",
            id="a4-q2-test",
            metadata=marks("a4-q2-test", grade=True, locked=True, points=3),
        ),
        text("例の文", id="a4-q3", metadata=marks("a4-q3", grade=True, solution=True, points=2)),
        text(
            "### 作業　図を描いてください。\n=== BEGIN MARK SCHEME ===\n軸に単位\n=== END MARK SCHEME ===",
            id="a4-task",
            metadata=marks("a4-task", task=True, locked=True, points=4),
        ),
        text("おつかれさまでした。課題はここまでです。", id="a4-end"),
    ]
    return _notebook(cells)


def two_part(name: str) -> NotebookNode:
    """A notebook of the assignment ps5, which has two."""
    answer, test = marks(f"{name}-answer", solution=True), marks(f"{name}-test", grade=True, locked=True, points=1)
    return _notebook(
        [
            v4.new_markdown_cell(f"# {name} の問題です。落ち着いて解いてください。", id=f"{name}-head"),
            v4.new_code_cell("### BEGIN SOLUTION\nx = 1\n### END SOLUTION", id=f"{name}-answer", metadata=answer),
            v4.new_code_cell("assert x == 1  # 一つだけ確かめます", id=f"{name}-test", metadata=test),
        ]
    )


def _notebook(cells: list) -> NotebookNode:
    spec = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    return v4.new_notebook(cells=cells, metadata=spec)


def write_course(folder: Path) -> Path:
    """An nbgrader course of two assignments, a4 and ps5."""
    sources = {"a4/a4": a4(), "ps5/problem1": two_part("problem1"), "ps5/problem2": two_part("problem2")}
    for name, notebook in sources.items():
        write(folder / "source" / f"{name}.ipynb", notebook)
    (folder / "source/ps5/data.csv").write_text("地区,人口\n中央,1200\n", encoding="utf-8")
    return folder


def text_of(notebook: dict) -> str:
    return json.dumps(notebook, ensure_ascii=False, indent=1)


def write(path: Path, notebook: dict | str | bytes) -> Path:
    """Write a notebook (or anything) below folders that need not be there yet."""
    path.parent.mkdir(parents=True, exist_ok=True)
    data = notebook if isinstance(notebook, str | bytes) else text_of(notebook)
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def given(notebook) -> NotebookNode:
    """A SourceNotebook of an assignment as learners were given it."""
    from dataacademy.course.grade.normalise import shown

    cells = []
    for cell in notebook.cells:
        new = v4.new_code_cell if cell.cell_type == "code" else v4.new_markdown_cell
        cells.append(new(shown(cell.source), id=cell.id, metadata=copy.deepcopy(cell.metadata)))
    return _notebook(cells)


def answered(notebook, answers: dict[str, str]) -> NotebookNode:
    """The same with answers: grade_id -> text."""
    handed = given(notebook)
    for cell in handed.cells:
        cell.source = answers.get(cell.metadata.get("nbgrader", {}).get("grade_id"), cell.source)
    return handed


def zipped(files: dict[str, dict | str | bytes], *, encoding: str = "") -> bytes:
    """An archive; ``encoding`` writes names in it without the UTF-8 mark, as old Windows does."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            raw = name.encode(encoding).decode("cp437") if encoding else name
            info = (
                _Unmarked(raw, (2026, 11, 20, 10, 0, 0)) if encoding else zipfile.ZipInfo(raw, (2026, 11, 20, 10, 0, 0))
            )
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content if isinstance(content, str | bytes) else text_of(content))
    return stream.getvalue()


class _Unmarked(zipfile.ZipInfo):
    def _encodeFilenameFlags(self):  # noqa: N802  (zipfile's own name)
        return self.filename.encode("cp437"), self.flag_bits & ~0x800
