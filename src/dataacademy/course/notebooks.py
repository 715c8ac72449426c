"""Notebooks as sources: the normal form, what is not normal, and setting the town."""

from __future__ import annotations

import ast
import copy
import json
import re
from collections.abc import Iterator
from pathlib import Path

from nbformat import NotebookNode, from_dict, v4

from dataacademy import paths
from dataacademy.errors import DataAcademyError
from dataacademy.files import write_text
from dataacademy.notes import Note
from dataacademy.paths import SAMPLE_TOWN
from dataacademy.town.catalog import about, towns

MAX_CELLS = 40
_METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
_LOOKED_AT = ("show", "form", "review")  # da.show(table), sheet.show(kind), sheet.form(kind), sheet.review()
_TOWN_LINE = re.compile(r"^town[ \t]*=.*$", re.MULTILINE)
_UNREADABLE = {
    "kind": "not_a_notebook",
    "ja": "ノートブック（形式 4）として読めません。",
    "en": "Not a notebook in format 4.",
    "fix": "JupyterLab で開けるか確かめ、開けたら保存し直してください。",
    "fix_en": "Open it in JupyterLab and save it again.",
}


def lesson_id(path: Path) -> str:
    """The lesson a notebook belongs to, by its file name (``personal_data.ipynb`` -> ``personal-data``)."""
    return path.stem.replace("_", "-")


def sources() -> list[Path]:
    """Every hand-written notebook: the lessons, then the exercises with answers."""
    found = [path for room in ("notebooks", "solutions") for path in sorted((paths.home() / room).rglob("*.ipynb"))]
    return [path for path in found if ".ipynb_checkpoints" not in path.parts]


def read_notebook(text: str) -> NotebookNode:
    """The notebook in ``text`` (nbformat 4); ValueError where it is none.  Nothing is repaired or validated."""
    content = json.loads(text)
    try:
        if content["nbformat"] == 4 and all(
            {"cell_type", "metadata", "source"} <= cell.keys() for cell in content["cells"]
        ):
            return v4.to_notebook(content)
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError("not a notebook") from error
    raise ValueError("not a notebook in format 4")


def notebook_text(nb: NotebookNode) -> str:
    """The notebook as it lies on disk: indent 1, LF, final newline, Japanese as it is."""
    return v4.writes(nb) + "\n"


def normal_form(nb: NotebookNode) -> NotebookNode:
    """A copy without outputs, execution counts and what editors leave behind; nbformat 4.5."""
    return from_dict({"cells": [_cell(c) for c in nb.cells], "metadata": _METADATA, "nbformat": 4, "nbformat_minor": 5})


def _cell(cell) -> dict:
    metadata = {key: cell.metadata[key] for key in ("tags", "nbgrader") if cell.metadata.get(key)}
    if cell.metadata.get("jupyter", {}).get("source_hidden"):
        metadata["jupyter"] = {"source_hidden": True}
    plain = {
        "cell_type": cell.cell_type,
        "id": cell.get("id", ""),
        "metadata": metadata,
        "source": cell.source.rstrip(),
    }
    if cell.cell_type == "code":
        plain |= {"execution_count": None, "outputs": []}
    if cell.get("attachments"):
        plain["attachments"] = cell.attachments
    return plain


def word_ids(nb: NotebookNode, *, lesson: str) -> NotebookNode:
    """A copy in which cells without a proper id get one, counted on from the cell above: ``a4-map``, ``a4-map-2``.

    Proper is ``<lesson>-<words>`` in ``[a-z0-9-]``, at most 64 long, once in the notebook.
    """
    nb = copy.deepcopy(nb)
    taken, seen, above = {cell.get("id") for cell in nb.cells}, set(), f"{lesson}-head"
    for cell in nb.cells:
        if not _is_word_id(cell.get("id", ""), lesson) or cell.id in seen:
            stem = re.sub(r"-\d+$", "", above)
            names = [*([] if seen else [above]), *(f"{stem}-{number}" for number in range(2, len(taken) + 3))]
            cell["id"] = next(name for name in names if name not in taken)
            taken.add(cell.id)
        seen.add(cell.id)
        above = cell.id
    return nb


def _is_word_id(id: str, lesson: str) -> bool:
    return len(id) <= 64 and re.fullmatch(rf"{re.escape(lesson)}-[a-z0-9-]+", id) is not None


def format_file(path: Path) -> bool:
    """Write the notebook in its normal form; True if that changed the file."""
    text = _text(path)
    try:
        fresh = _formatted(text, lesson_id(path))
    except ValueError as error:
        raise DataAcademyError(**_UNREADABLE, file=_name(path)) from error
    if fresh != text:
        write_text(path, fresh)
    return fresh != text


def _formatted(text: str, lesson: str) -> str:
    return notebook_text(word_ids(normal_form(read_notebook(text)), lesson=lesson))


def _text(path: Path) -> str:
    return path.read_bytes().decode("utf-8")  # not read_text: CRLF must be seen


def _name(path: Path) -> str:
    path, root = path.resolve(), paths.home().resolve()
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name


def problems(path: Path) -> list[Note]:
    """What keeps a source notebook from being normal, one Note each with the cell's id as ``value``; empty is good.

    Kinds: not_a_notebook, outputs, cell_id, no_parameters, town_name, unseen, too_many_cells, not_normal (what
    ``lessons format`` mends without a question).
    """
    try:
        text = _text(path)
        nb = read_notebook(text)
    except ValueError:
        return [Note(level="error", file=_name(path), **_UNREADABLE)]
    found = [*_cell_problems(nb, lesson_id(path)), *_town_problems(nb, in_lesson="notebooks" in path.parts)]
    if len(nb.cells) > MAX_CELLS:
        found.append(
            {
                "kind": "too_many_cells",
                "ja": f"セルが{len(nb.cells)}個あります（{MAX_CELLS}個まで）。",
                "en": f"{len(nb.cells)} cells; at most {MAX_CELLS}.",
                "fix": "話を分けるか、セルをまとめてください。",
            }
        )
    if text != _formatted(text, lesson_id(path)):
        found.append(
            {
                "kind": "not_normal",
                "ja": "標準の書き方になっていません。",
                "en": "Not in the normal form.",
                "fix": "dataacademy lessons format を実行してください。",
                "fix_en": "Run `dataacademy lessons format`.",
            }
        )
    return [Note(level="error", file=_name(path), **one) for one in found]


def _cell_problems(nb, lesson) -> Iterator[dict]:
    seen: set[str] = set()
    for number, cell in enumerate(nb.cells, 1):
        id = cell.get("id", "")
        if cell.get("outputs") or cell.get("execution_count") is not None:
            yield {
                "kind": "outputs",
                "ja": f"{number}番目のセルに出力か実行番号が残っています。",
                "en": f"Cell {number} has outputs or an execution count.",
                "value": id,
            }
        if not _is_word_id(id, lesson) or id in seen:
            why = (
                ("同じ名前のセルが上にあります", "is used above") if id in seen else ("形が合いません", "is malformed")
            )
            yield {
                "kind": "cell_id",
                "ja": f"{number}番目のセルの名前（id）は、{why[0]}。",
                "en": f"The id of cell {number} {why[1]}.",
                "fix": f"「{lesson}-」の後に、内容を表す英小文字・数字・ハイフンの名前を一度だけ使ってください。",
                "fix_en": f"Use {lesson}-<words> with a-z, 0-9 and hyphens, once.",
                "value": id,
            }
        seen.add(id)
        for line in _unseen(cell) if cell.cell_type == "code" else ():
            yield {
                "kind": "unseen",
                "ja": f"{number}番目のセルの「{line}」は、セルの最後の行ではないので、画面に出ません。",
                "en": f"Cell {number} shows {line} to nobody: only a cell's last line is shown.",
                "fix": "セルの最後の行にするか、セルを分けてください。",
                "fix_en": "Make it the last line, or divide the cell.",
                "value": id,
            }


def _unseen(cell: NotebookNode) -> Iterator[str]:
    """The calls in a code cell that return a table or a form to look at, where nothing takes it up."""
    try:
        tree = ast.parse(cell.source)
    except SyntaxError:  # %magic, or an exercise's deliberate mistake
        return
    last = [] if cell.source.rstrip().endswith(";") else tree.body[-1:]
    for node in ast.walk(tree):
        made = node.value if isinstance(node, ast.Expr) and node not in last else None
        if isinstance(made, ast.Call) and isinstance(made.func, ast.Attribute) and made.func.attr in _LOOKED_AT:
            yield ast.unparse(made.func)


def _town_problems(nb, in_lesson) -> Iterator[dict]:
    parameters = _parameters(nb)
    sources = [line for cell in parameters for line in _TOWN_LINE.findall(cell.source)]
    if in_lesson and any(cell.cell_type == "code" for cell in nb.cells) and sources != [f'town = "{SAMPLE_TOWN}"']:
        yield {
            "kind": "no_parameters",
            "ja": f'タグ parameters のついた、town = "{SAMPLE_TOWN}" と書いたセルが一つ必要です。',
            "en": f'One cell tagged `parameters` must say town = "{SAMPLE_TOWN}".',
        }
    names = _town_names()
    for cell in nb.cells:
        code = [f'"{SAMPLE_TOWN}"', f"'{SAMPLE_TOWN}'"] if cell.cell_type == "code" and cell not in parameters else []
        for name in [*names, *code]:
            if name in cell.source:
                yield {
                    "kind": "town_name",
                    "ja": f"町の名前「{name}」が書いてあります。",
                    "en": f"Names the town {name}.",
                    "fix": "どの町でも使えるように、da.about(town).name や変数 town を使ってください。",
                    "fix_en": "Use da.about(town).name or the variable town.",
                    "value": cell.get("id", ""),
                }


def _town_names() -> list[str]:
    return [about(town).name for town in towns() if (paths.dataset(town) / "town.json").is_file()]


def set_town(nb: NotebookNode, town: str) -> NotebookNode:
    """A copy whose ``parameters`` cell says ``town = "<town>"``; the rest stays as it is.

    >>> nb = v4.new_notebook(cells=[v4.new_code_cell('town = "mirai"', metadata={"tags": ["parameters"]})])
    >>> set_town(nb, "222127").cells[0].source
    'town = "222127"'
    """
    nb = copy.deepcopy(nb)
    for cell in _parameters(nb):
        cell["source"] = _TOWN_LINE.sub(lambda _: f"town = {json.dumps(town)}", cell.source)
    return nb


def _parameters(nb) -> list[NotebookNode]:
    return [cell for cell in nb.cells if "parameters" in cell.metadata.get("tags", [])]
