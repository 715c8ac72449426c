"""A small nbgrader course, and what its learners hand in: right, half done, copied, lost, packed, misnamed."""

from __future__ import annotations

import copy
import io
import json
import os
import zipfile
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Expected:
    """What collecting a messy class must find."""

    answers: dict[
        str, int | None
    ]  # who handed in -> the answer to a4-q1; None where the file cannot be read or is blank
    told: dict[str, str]  # how a file's path ends -> a word of what is said of it
    in_archives: int  # files that lie in archives


def write_messy_class(folder: Path, source) -> Expected:
    """Forty learners' files for the SourceNotebook a4, with the mess of a real class; 受講者NN answers ``NN``."""

    def of(n: int) -> NotebookNode:
        return answered(source, RIGHT | {"a4-q1": f"far_people = {n}"})

    def put(name: str, content: dict | str | bytes, time: int = 0) -> None:
        path = write(folder / name, content)
        os.utime(path, (1_800_000_000 + time, 1_800_000_000 + time))

    for n in range(1, 11):
        put(f"受講者{n:02d}_a4.ipynb", of(n))
    for n in range(11, 15):
        put(f"受講者{n}/a4 (1).ipynb", of(n))
    put("受講者15_a4.ipynb.txt", of(15))
    put("ａ４　受講者１６.IPYNB", of(16))
    put("a4.ipynb のコピー - 受講者17", of(17))
    put("受講者18_123456_assignsubmission_file_/a4.ipynb", of(18))
    put("Submitted files/受講者19/a4/Version 1/a4.ipynb", of(1019), time=5)
    put("Submitted files/受講者19/a4/Version 2/a4.ipynb", of(19))
    inner = zipped({f"受講者{n}_a4.ipynb": of(n) for n in (20, 21)})
    put("残り.zip", zipped({"受講者22/a4.ipynb": of(22), "さらに.zip": inner}, encoding="cp932"))
    put("受講者23_a4.ipynb", of(1023))
    put("受講者23_a4_再提出.ipynb", of(23), time=2)
    put("受講者24_a4.ipynb", b"")
    put("受講者25_a4.ipynb", text_of(of(25))[:500])
    put("受講者26_a4.ipynb", _of_old_version(of(26)))
    put("受講者27_a4.ipynb", _saved_by_vscode(of(27)))
    put("受講者28_a4.ipynb", _saved_by_colab(of(28)))
    put("受講者29_a4.py", "far_people = 29")
    put("受講者30_a4.html", "<html></html>")
    put("受講者31_a4.ipynb", text_of(of(31)).encode("cp932"))
    put("受講者32_a4.ipynb", text_of(of(32)).encode("utf-16"))
    copied = of(33)
    copied.cells.insert(4, given(source).cells[3])
    put("受講者33_a4.ipynb", copied)
    put("受講者34_a4.ipynb", given(source))
    put("受講者35_a4.ipynb", of(35))
    put("受講者36_a4.ipynb", of(35))  # the same file
    put("受講者37_a4.ipynb", dict(of(37), nbformat_minor=99))
    put("受講者38/.ipynb_checkpoints/a4-checkpoint.ipynb", of(1038), time=5)
    put("受講者38/a4.ipynb", of(38))
    put("受講者39.zip", zipped({"__MACOSX/._a4.ipynb": b"\0", "a4.ipynb": of(39), ".DS_Store": b"\0"}))
    put("a4.ipynb", of(40))  # without a name
    put(".DS_Store", b"\0")
    told = {
        "受講者15_a4.ipynb.txt": "a4.ipynb として",
        "Version 1 / a4.ipynb": "Version 2",
        "受講者23_a4.ipynb": "再提出",
        "受講者24_a4.ipynb": "空のファイル",
        "受講者25_a4.ipynb": "途中で切れて",
        "受講者26_a4.ipynb": "別の版",
        "受講者29_a4.py": "ノートブックではない",
        "受講者30_a4.html": "ノートブックではない",
        "受講者34_a4.ipynb": "何も書かれていません",
    }
    answers = {f"受講者{n:02d}": n for n in range(1, 40) if n not in (29, 30)}
    return Expected(
        answers | {"受講者36": 35} | dict.fromkeys(("受講者24", "受講者25", "受講者34")), told, in_archives=7
    )


def _of_old_version(notebook: NotebookNode) -> NotebookNode:
    notebook.cells[4].metadata["nbgrader"]["checksum"] = "0" * 32
    return notebook


def _saved_by_vscode(notebook: NotebookNode) -> NotebookNode:
    notebook.metadata["kernelspec"]["name"] = "base"
    notebook.cells[3].metadata["vscode"] = {"languageId": "python"}
    return notebook


def _saved_by_colab(notebook: NotebookNode) -> dict:
    """Ids in the metadata, all other metadata gone."""
    for cell in notebook.cells:
        cell.metadata = {"id": cell.pop("id")}
    return dict(notebook, nbformat_minor=0)


class _Unmarked(zipfile.ZipInfo):
    def _encodeFilenameFlags(self):  # noqa: N802  (zipfile's own name)
        return self.filename.encode("cp437"), self.flag_bits & ~0x800
