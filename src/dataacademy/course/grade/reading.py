"""Reading what learners hand in as notebooks: any version, any editor, damaged, huge or made to harm."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from nbformat import NotebookNode, from_dict

from dataacademy.errors import DataAcademyError
from dataacademy.tables.encoding import LABELS, decode

MAX_FILE = 50 * 1024**2  # bytes, with outputs
MAX_TEXT = 20 * 1024**2  # characters, without outputs
MAX_DEPTH = 100  # brackets inside brackets
MAX_TOKENS = 6_000_000  # strings and brackets: bounds the time
MAX_CELLS = 2_000
_TYPES = ("code", "markdown", "raw")
# a string (also one that never ends, so that the time stays linear) or a bracket
_TOKEN = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[\]{}]', re.DOTALL)
_COLON = re.compile(r"\s*:\s*")
_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_SAVE_AGAIN = ("Jupyter で開いて保存し直し、もう一度提出してもらってください。", "Have it saved and handed in again.")
_OTHER_KINDS = {
    b"PK\x03\x04": "ZIP",
    b"%PDF": "PDF",
    b"\x89PNG": "PNG の画像",
    b"\x1f\x8b": "gzip",
    b"\xd0\xcf\x11\xe0": "古い Office のファイル",
}


def read_notebook(path: Path, notes: list[str]) -> NotebookNode:
    """The notebook in ``path`` as nbformat 4.5 without outputs; what was repaired is added to ``notes`` in Japanese.

    Reads nbformat 2, 3, 4 and later ones of the same shape, in UTF-8, UTF-16, Shift_JIS, EUC-JP or Latin-1, saved by
    Jupyter, JupyterLite, VS Code or Colab.  Of the metadata only what grading needs is kept: ``nbgrader`` and ids.

    Raises DataAcademyError: ``empty_file``, ``other_kind``, ``too_large``, ``too_deep``, ``cut_off``,
    ``trailing_data``, ``not_json``, ``not_a_notebook``.
    """
    size = path.stat().st_size
    if size > MAX_FILE:
        raise _too_large(f"{size / 1024**2:,.0f} MB")
    data = path.read_bytes()
    _refuse_other_kinds(data)
    text = _lean(_decoded(data, notes))
    if len(text) > MAX_TEXT:
        raise _too_large(f"出力を除いても {len(text) / 1024**2:,.0f} MB")
    content = _parsed(text)
    raw = _raw_cells(content, notes)
    if len(raw) > MAX_CELLS:
        raise _too_large(f"{len(raw):,} セル")
    if odd := sum(not isinstance(cell, dict) for cell in raw):
        notes.append(f"セルの形をしていないものが {odd} 個あったので、除きました。")
    taken: set[str] = set()
    cells = [_cell(cell, number, taken) for number, cell in enumerate(raw) if isinstance(cell, dict)]
    return from_dict({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def _refused(kind: str, ja: str, en: str, fix: tuple[str, str] = _SAVE_AGAIN) -> DataAcademyError:
    return DataAcademyError(kind, ja, en, fix=fix[0], fix_en=fix[1])


def _too_large(ja: str) -> DataAcademyError:
    fix = ("「すべての出力をクリア」してから保存し、もう一度提出してもらってください。", "Have its outputs cleared.")
    return _refused("too_large", f"大きすぎるので読みません（{ja}）。", "Too large to be read.", fix)


def _refuse_other_kinds(data: bytes) -> None:
    if not data.strip(b"\0 \t\r\n"):
        raise _refused("empty_file", "空のファイルです。", "The file is empty.")
    name = next((name for start, name in _OTHER_KINDS.items() if data.startswith(start)), "")
    if not name and re.match(rb"(\xef\xbb\xbf)?\s*<(!|html|head)", data[:200], re.IGNORECASE):
        name = "HTML（ウェブページ）"
    if name:
        raise _refused(
            "other_kind", f"ノートブックではありません。中身は {name} です。", "Another kind of file, named .ipynb."
        )


def _decoded(data: bytes, notes: list[str]) -> str:
    try:
        text, note = decode(data)
        name = note.value
    except DataAcademyError:  # no Japanese encoding fits: Latin-1 always does, and what is code stays code
        text, name = data.decode("latin-1"), "latin-1"
    if name != "utf-8":
        notes.append(f"文字コードが {LABELS.get(name, name)} だったので、直して読みました。")
    return text


def _lean(text: str) -> str:
    """The JSON text with every ``"outputs": [...]`` emptied unread; refuses what is nested too deeply."""
    kept, start, depth, key_end = [], 0, 0, 0
    cut: tuple[int, int] | None = None  # where the outputs begin that are being skipped, and how deep
    for number, token in enumerate(_TOKEN.finditer(text)):
        if depth > MAX_DEPTH or number > MAX_TOKENS:
            raise _refused("too_deep", "入れ子が深すぎるか複雑すぎるので、読みません。", "Too deeply nested JSON.")
        first = text[token.start()]
        if first == '"':
            key_end = token.end() if text.startswith('"outputs"', token.start()) else 0
            continue
        if first in "[{":
            if first == "[" and cut is None and key_end and _COLON.fullmatch(text, key_end, token.start()):
                cut = token.end(), depth
            depth += 1
        else:
            depth -= 1
            if cut and depth == cut[1]:
                kept.append(text[start : cut[0]])
                start, cut = token.start(), None
    return "".join([*kept, text[start:]])


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        at = f"{error.lineno}行目"
        if error.msg.startswith("Extra data"):
            raise _refused(
                "trailing_data", f"ノートブックの後ろに余分なものが付いています（{at}）。", "Data after the notebook."
            ) from None
        if error.pos >= len(text.rstrip()) - 1 or error.msg.startswith("Unterminated string"):
            raise _refused("cut_off", "ファイルが途中で切れています。", "The file is cut off.") from None
        ja = f"ノートブックの形（JSON）が壊れています（{at}）。"
        raise _refused("not_json", ja, f"Broken JSON in line {error.lineno}.") from None
    except ValueError:  # a number of thousands of digits
        raise _refused("not_json", "ノートブックの形（JSON）が壊れています。", "Broken JSON.") from None


def _raw_cells(content: Any, notes: list[str]) -> list[Any]:
    if isinstance(content, dict):
        version, cells, sheets = content.get("nbformat"), content.get("cells"), content.get("worksheets")
        if isinstance(sheets, list) and not isinstance(cells, list):  # nbformat 2 and 3
            notes.append("古い形式（nbformat 3 以前）だったので、直して読みました。")
            found = [sheet.get("cells") for sheet in sheets if isinstance(sheet, dict)]
            return [cell for one in found if isinstance(one, list) for cell in one]
        if isinstance(cells, list) and ("nbformat" in content or "metadata" in content):
            if isinstance(version, int) and version > 4:
                notes.append(f"新しい形式（nbformat {version}）でしたが、読めました。")
            return cells
    raise _refused("not_a_notebook", "ノートブックではありません（セルがありません）。", "Not a notebook: no cells.")


def _cell(cell: dict[str, Any], number: int, taken: set[str]) -> dict[str, Any]:
    metadata = cell.get("metadata") if isinstance(cell.get("metadata"), dict) else {}
    marks = metadata.get("nbgrader") if isinstance(metadata.get("nbgrader"), dict) else {}
    kind, text = cell.get("cell_type"), _text(cell.get("source", cell.get("input", "")))
    if kind == "heading":  # nbformat 3
        level = level if type(level := cell.get("level")) is int and level in range(1, 7) else 1
        kind, text = "markdown", f"{'#' * level} {text}"
    if kind not in _TYPES:
        code = {"outputs", "execution_count", "input"} & cell.keys()
        said = marks.get("cell_type")
        kind = said if said in _TYPES else "code" if code else "markdown"
    names = (cell.get("id"), metadata.get("id"))  # Colab keeps ids in the metadata
    id = next((name for name in names if isinstance(name, str) and _ID.fullmatch(name)), "")
    if not id or id in taken:
        id = next(name for more in ("", *range(1, MAX_CELLS)) if (name := f"cell-{number}{more}") not in taken)
    taken.add(id)
    plain = {"cell_type": kind, "id": id, "metadata": {"nbgrader": marks} if marks else {}, "source": text}
    if kind == "code":
        return plain | {"execution_count": None, "outputs": []}
    pictures = _pictures(cell.get("attachments"))
    return plain | ({"attachments": pictures} if pictures else {})


def _pictures(attachments: Any) -> dict[str, dict[str, str]]:
    """The pictures pasted into a text cell: name -> media type -> base64 text."""
    bundles = attachments.items() if isinstance(attachments, dict) else ()
    return {
        name: bundle
        for name, bundle in bundles
        if isinstance(bundle, dict) and all(isinstance(value, str) for value in bundle.values())
    }


def _text(source: Any) -> str:
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    if not isinstance(source, str):
        return ""
    # half letters (lone surrogates) cannot be written to a file
    source = source.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return source.replace("\r\n", "\n").replace("\r", "\n")
