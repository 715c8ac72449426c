"""Writes results of the toolbox into the worksheet, with what they rest on; loads the tables that it names."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from dataacademy.errors import DataAcademyError
from dataacademy.files import write_bytes
from dataacademy.finding import Finding
from dataacademy.worksheet.model import kind_of
from dataacademy.worksheet.recording import parts
from dataacademy.worksheet.recording.sources import (
    PERSONAL,
    file_beside,
    sha256,
    sources_of,
    table_file,
    town_of,
    town_table,
)
from dataacademy.worksheet.records import FindingRecord
from dataacademy.worksheet.store import beside

_FIGURES = re.compile(r"[\d.,+\-−=<>∞]|不明")  # a number, or what stands for one
TABLES, FIGURES = "表", "図"  # folders beside the worksheet


def record(
    sheet,
    finding: Finding,
    *,
    design: str = "",
    data: str | Iterable[str] = (),
    ax=None,
    values: Mapping[str, Any] | None = None,
    unit: str = "",
    source: str | Path | Iterable[str | Path] | None = None,
    id: str | None = None,
) -> str:
    """Write a result into the worksheet as a 発見 and return its id; facts quote it as ``{finding1}``.

    design
        The 分析設計 that it answers (``design1``).
    data
        The data items it rests on (``data1``, or several); by default those of the design.
    ax
        Its figure: axes, a whole figure, or what pandas returned.  Saved as ``図/<id>.png`` with alternative text, and
        read so that the review can compare it with the design card.
    values
        Numbers that sentences may quote by name, besides the headline one: ``{"圏外の人口": 320}``.  The figures of an
        Analysis and the columns of a table of one row are named by themselves.
    unit
        The unit of the headline number.
    source
        Tables or files that it rests on besides the data items.
    id
        The finding to write to.  Without it, a result takes the place of the earlier one of the same function, for the
        same design (or both without), whose sentence is the same apart from its numbers: running the notebook again
        does not pile up, and results about other things stand side by side.  Two results whose sentences differ only
        in numbers (within 500 m, within 800 m) need an id each.

    A number that could not be computed (NaN, ∞) is left out of those that can be quoted, and 数えていないもの says so.
    The same numbers leave the file as it is.  Table: ``表/<id>.csv`` without geometry.  Sources carry SHA-256 and rows.
    Errors: ``not_a_finding``, ``no_record``, ``wrong_kind``, ``bad_values``, ``not_a_figure``, ``no_data_file``.
    """
    _check_finding(finding)
    axes = None if ax is None else parts.axes_of(ax)
    sheet.save()  # what others saved meanwhile comes in: the finding to replace may be theirs
    if design:
        _get(sheet, design, "design", "design=")
    ids = ([data] if isinstance(data, str) else list(data)) or (list(sheet.get(design).data) if design else [])
    items = [_get(sheet, one, "data", "data=") for one in ids]
    named = [source] if isinstance(source, str | Path) else list(source or [])
    table = parts.table_bytes(finding.table)
    content = {
        "text": finding.sentence,
        "design": design,
        "data": ids,
        "value": parts.plain_number(finding.value),
        "unit": unit,
        "values": parts.named_numbers(finding, values),
        "function": finding.function,
        "sources": sources_of(sheet.path, sheet.worksheet.team.town, items, named),
        "used": {str(k): _plain(v) for k, v in finding.used.items()},
        "left_out": [*map(str, finding.left_out), *parts.not_computed(finding)],
        "picture": None,
        "alt": "",
    }
    if axes:
        from dataacademy.charts import alt
        from dataacademy.worksheet.picture import read

        content |= {"picture": read(axes[0]), "alt": "\n".join(alt(one) for one in axes)}
    folder = beside(sheet.path)
    at = id or _earlier(sheet.worksheet.findings, content)
    if at is None or not _known(sheet, at):
        at = _add(sheet, at, content)
    content["table"] = f"{TABLES}/{at}.csv" if table is not None else ""
    content["figure"] = f"{FIGURES}/{at}.png" if axes else ""
    other = _write(folder / content["table"], table) if table is not None else False
    if axes:
        _write(folder / content["figure"], parts.figure_bytes(axes[0]))
    _update(sheet, at, content, other)
    return at


def _check_finding(finding) -> None:
    if not isinstance(finding, Finding):
        raise DataAcademyError(
            "not_a_finding",
            f"記録できるのは道具の結果です。渡されたのは {type(finding).__name__} です。",
            f"Only results of the toolbox can be recorded, not {type(finding).__name__}.",
            fix="分析の命令が返したもの（例：found = da.maps.coverage(…)）を渡してください。図は ax= に渡します。",
            fix_en="Pass what an analysis returned (found = da.maps.coverage(…)); a figure goes into ax=.",
        )


def _get(sheet, id: str, kind: str, argument: str):
    found = sheet.get(id)
    if kind_of(id) != kind:
        raise DataAcademyError(
            "wrong_kind",
            f"{argument} に「{id}」は使えません。",
            f"{argument} cannot be {id!r}.",
            fix=f"{kind}1 のような番号を書いてください。",
            fix_en=f"Give an id such as {kind}1.",
        )
    return found


def _plain(value) -> int | float | str:
    number = parts.plain_number(value)
    return str(value) if number is None else number


def _known(sheet, id: str) -> bool:
    return any(found.id == id for found in sheet.worksheet.findings)


def _earlier(findings: list[FindingRecord], content: dict) -> str | None:
    """The finding that this result takes the place of; one recorded by hand or long ago names no function."""
    for found in findings:
        same = found.design == content["design"] and found.function in ("", content["function"])
        if same and _words(found.text) == _words(content["text"]):
            return found.id
    return None


def _words(sentence: str) -> str:
    """A sentence without its numbers: what it is about."""
    return _FIGURES.sub("", unicodedata.normalize("NFKC", sentence))


def _add(sheet, id: str | None, content: dict) -> str:
    """A new finding; under another id than the wanted one where somebody took that at the same moment."""
    if id is not None and (kind_of(id) != "finding" or not id.removeprefix("finding").isdigit()):
        raise DataAcademyError(
            "wrong_kind",
            f"id= に「{id}」は使えません。",
            f"id= cannot be {id!r}.",
            fix="finding1 のような番号を書いてください。",
            fix_en="Give an id such as finding1.",
        )
    before = sheet.worksheet.model_copy(deep=True)
    try:
        added = sheet.worksheet.add("finding", **content, **({"id": id} if id else {})).id
        sheet.save()
    except DataAcademyError:
        sheet.worksheet = before
        raise
    return sheet.renamed.get(added, added)


def _write(file: Path, content: bytes) -> bool:
    """Write unless the same is there already; whether something else was there."""
    if file.is_file() and file.read_bytes() == content:
        return False
    write_bytes(file, content)
    return True


def _update(sheet, id: str, content: dict, other: bool) -> None:
    """Bring the record up to date; the day changes only with the numbers."""
    old = sheet.get(id)
    fresh = FindingRecord(id=id, **content)
    if fresh.model_dump(exclude={"recorded"}) == old.model_dump(exclude={"recorded"}) and old.recorded and not other:
        return
    sheet.update(id, **content, recorded=datetime.date.today())


def load(sheet, data_id: str):
    """The table of a data item (``data1``), ready for analysis.

    A table of the town comes as ``da.load`` gives it; a file, as ``da.tables.read`` reads it.  Places are seen from the
    worksheet and lie in its folder or below (see :func:`~dataacademy.worksheet.recording.sources.file_beside`).
    A table marked 個人情報の加工が必要 is never loaded raw: the processed file (加工した表) is, once it is not the raw
    one under another name.

    Errors: ``no_table``, ``needs_processing``, ``processed_is_raw``, ``place_outside``, ``no_data_file``, ``no_town``,
    ``missing_table``, those of ``da.tables.read``.
    """
    item = _get(sheet, data_id, "data", "load() ")
    worksheet, town = sheet.path, sheet.worksheet.team.town
    if item.handling == PERSONAL:
        return _load_processed(worksheet, town, item)
    if not item.table.strip():
        raise DataAcademyError(
            "no_table",
            f"{item.id}「{item.text}」の「表」が空です。",
            f"Data item {item.id} names no table.",
            fix="データ一覧の「表」に、教材の表の名前かファイルの場所を書いてください。",
            fix_en="Write the name of a table of the course or the place of a file.",
            file=worksheet.name,
        )
    from dataacademy.tables import read
    from dataacademy.town.catalog import load as load_town_table

    if name := town_table(item.table):
        return load_town_table(name, town=town_of(worksheet, town))
    return read(file_beside(worksheet, item.table)).data


def _load_processed(worksheet: Path, town: str, item):
    from dataacademy.tables import read

    if not item.processed.strip():
        raise DataAcademyError(
            "needs_processing",
            f"{item.id}「{item.text}」は「{PERSONAL}」なので、そのままでは読み込みません。",
            f"Data item {item.id} holds personal data that must be processed first.",
            fix="da.privacy の命令（例：da.privacy.generalize、da.privacy.pseudonymize）で加工したファイルを作り、"
            "その場所をデータ一覧の「加工した表」に書いてください。",
            fix_en="Make a processed file with da.privacy and write its place in 加工した表.",
            file=worksheet.name,
        )
    done = file_beside(worksheet, item.processed)
    name = town_table(item.table)
    raw = table_file(name, town_of(worksheet, town)) if name else None
    if raw is None and item.table.strip():
        try:
            raw = file_beside(worksheet, item.table)
        except DataAcademyError as error:
            if error.note.kind not in ("no_data_file", "place_outside"):
                raise  # raw personal data may well lie, and better lie, where the team cannot see them
    data = read(done).data
    if raw is not None and (sha256(raw) == sha256(done) or _alike(read(raw).data, data)):
        raise DataAcademyError(
            "processed_is_raw",
            f"「{item.processed}」の中身は、加工前の「{item.table}」と同じです。",
            f"{item.processed} holds the same as the unprocessed {item.table}.",
            fix="加工したあとの表を書き出したファイルか、確かめてください。",
            fix_en="Is it the file that the processed table was written to?",
            file=worksheet.name,
            value=item.processed,
        )
    return data


def _alike(raw, done) -> bool:
    """Whether two tables hold the same cells: the raw one saved again in another form."""
    if raw.shape != done.shape or list(raw.columns) != list(done.columns):
        return False
    return bool((raw.astype(str).to_numpy() == done.astype(str).to_numpy()).all())
