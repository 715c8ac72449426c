"""The text of a worksheet read by the model's types, not by YAML's guesses: ``yes`` or ``1:30`` in a text is text."""

from __future__ import annotations

import datetime
import json
import re
import unicodedata
from dataclasses import dataclass
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from dataacademy.errors import DataAcademyError, nearest_guess
from dataacademy.notes import Note
from dataacademy.worksheet.fields import Field, fields_of
from dataacademy.worksheet.model import KINDS, SECTIONS, Worksheet
from dataacademy.worksheet.records import Team

MOST_TOLD = 20  # problems of one file that one message lists
_MOST_NODES = 20_000  # of one field that the toolbox wrote; aliases could make any number
_JSON_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?")
_PLAIN_WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}
_YES, _NO = ("true", "yes", "はい", "○", "1"), ("false", "no", "いいえ", "×", "0", "")
_STANDARD = "tag:yaml.org,2002:"


@dataclass(frozen=True)
class Parsed:
    """A worksheet with the place of every field in its text: ``lines[(id, field)]`` is ``(first, last)``, from 0."""

    worksheet: Worksheet
    lines: dict[tuple[str, str], tuple[int, int]]


class _Problems(list):
    def add(self, row: int, ja: str, en: str, fix: str = "", *, record: str = "", label: str = "", value: str = ""):
        where = f"{record}　" if record else ""
        self.append(Note("bad_worksheet", where + ja, en, "error", fix, row=row + 1, column=label, value=value[:60]))


def compose(text: str, name: str = "") -> yaml.MappingNode | None:
    """The nodes of the text.  Errors: ``not_yaml`` with the line."""
    try:
        return yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = text.split("\n")[mark.line] if mark and mark.line < text.count("\n") + 1 else ""
        tab = "\t" in line[: len(line) - len(line.lstrip())]
        raise DataAcademyError(
            "not_yaml",
            "行の先頭にタブ（Tab）があります。" if tab else "書き方（YAML）の決まりに合わないところがあります。",
            f"This is not valid YAML: {getattr(error, 'problem', error)}",
            fix="タブを半角の空白に替えてください。"
            if tab
            else "字下げの空白、コロン（:）のあとの空白、引用符の閉じ忘れを見てください。",
            fix_en="Use spaces instead of tabs." if tab else "Look at indentation, the space after colons, and quotes.",
            file=name,
            row=mark.line + 1 if mark else None,
        ) from error


def parse(text: str, name: str = "") -> Parsed:
    """The worksheet that ``text`` holds.

    Errors: ``not_yaml``; ``bad_worksheet`` with up to twenty problems at once, each with its line, record and field.
    """
    root, problems, lines = compose(text, name), _Problems(), {}
    if not isinstance(root, yaml.MappingNode):
        problems.add(0, "ワークシートの中身がありません。", "There is no worksheet in this file.")
        raise _told(problems, name)
    raw: dict[str, Any] = {}
    for key, node in _pairs(root, problems):
        if key.value == "version":
            raw["version"] = int(node.value)
        elif key.value == "team":
            raw["team"] = _record(node, Team, "team", lines, problems)
        elif key.value in SECTIONS:
            raw[key.value] = _records(node, key.value, lines, problems)
        else:
            guess = nearest_guess(key.value, [*SECTIONS, "team"])
            problems.add(
                key.start_mark.line,
                f"「{key.value}」というまとまりはありません。" + (f"もしかして「{guess}」ですか。" if guess else ""),
                f"There is no section {key.value!r}.",
                "使えるのは " + "、".join(["team", *SECTIONS]) + " です。",
            )
    if problems:
        raise _told(problems, name)
    return Parsed(Worksheet(**raw), lines)


def _told(problems: list[Note], name: str) -> DataAcademyError:
    shown = "\n".join(
        f"・{note.where}：{note.ja}" + (f"→ {note.fix}" if note.fix else "") for note in problems[:MOST_TOLD]
    )
    more = len(problems) - MOST_TOLD
    return DataAcademyError(
        "bad_worksheet",
        f"ワークシートに、直すところが {len(problems)} か所あります。\n{shown}"
        + (f"\nほかに {more} か所" if more > 0 else ""),
        "; ".join(f"line {note.row}: {note.en}" for note in problems[:MOST_TOLD]),
        fix="その行を直して、もう一度開いてください。ファイルは変えていません。",
        fix_en="Mend these lines and open it again. The file was not changed.",
        file=name,
    )


def _pairs(node: yaml.MappingNode, problems: _Problems):
    seen = set()
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            problems.add(key.start_mark.line, "項目の名前が読めません。", "A key is not a word.")
            continue
        if key.value in seen:
            problems.add(
                key.start_mark.line,
                f"「{key.value}」が二度あります。",
                f"Key {key.value!r} is there twice.",
                "一つにしてください。",
            )
            continue
        seen.add(key.value)
        yield key, value


def _records(node: yaml.Node, section: str, lines: dict, problems: _Problems) -> list[BaseModel]:
    kind = SECTIONS[section]
    cls, name = KINDS[kind][0], KINDS[kind][2]
    if not isinstance(node, yaml.SequenceNode):
        if getattr(node, "value", None) not in ("", "~", "null"):
            problems.add(
                node.start_mark.line,
                f"「{name}」は「- id: {kind}1」の形で並べてください。",
                f"Section {section} must be a list.",
            )
        return []
    found, seen = [], set()
    for item in node.value:
        row = item.start_mark.line
        if not isinstance(item, yaml.MappingNode):
            problems.add(
                row, f"「{name}」の記録は「id: {kind}1」から始めてください。", "A record must have named fields."
            )
            continue
        id = next((v.value for k, v in item.value if k.value == "id" and isinstance(v, yaml.ScalarNode)), "")
        if not re.fullmatch(rf"{kind}[1-9]\d{{0,6}}", id):
            problems.add(
                row, f"「{name}」の番号は {kind}1 の形にします。", f"Ids here look like {kind}1.", label="id", value=id
            )
            continue
        if id in seen:
            problems.add(
                row, f"番号 {id} が二度あります。", f"Id {id} is there twice.", "どちらかの番号を変えてください。"
            )
            continue
        seen.add(id)
        record = _record(item, cls, id, lines, problems)
        if record is not None:
            found.append(record)
    return found


def _record(node: yaml.Node, cls: type[BaseModel], id: str, lines: dict, problems: _Problems) -> BaseModel | None:
    if not isinstance(node, yaml.MappingNode):
        if getattr(node, "value", None) not in ("", "~", "null"):
            problems.add(
                node.start_mark.line, "「名前: 値」の形で書いてください。", "Fields are written as name: value."
            )
        return cls()
    known = {field.name: field for field in fields_of(cls)}
    values: dict[str, Any] = {} if cls is Team else {"id": id}
    rows: dict[str, int] = {}
    for key, value in _pairs(node, problems):
        if key.value == "id" and cls is not Team:
            lines[id, "id"] = (key.start_mark.line, last_line(value))
            continue
        field = known.get(key.value)
        if field is None:
            guess = nearest_guess(key.value, known)
            problems.add(
                key.start_mark.line,
                f"「{key.value}」という項目はありません。" + (f"もしかして「{guess}」ですか。" if guess else ""),
                f"There is no field {key.value!r}.",
                "使えるのは " + "、".join(known) + " です。",
                record=id,
            )
            continue
        rows[field.name] = key.start_mark.line
        lines[id, field.name] = (key.start_mark.line, last_line(value))
        try:
            values[field.name] = value_of(value, field)
        except ValueError as error:
            problems.add(
                key.start_mark.line, str(error), str(error), record=id, label=field.label, value=str(value.value)
            )
    try:
        return cls(**values)
    except ValidationError as error:
        for one in error.errors():
            field = known[str(one["loc"][0])]
            problems.add(
                rows.get(field.name, node.start_mark.line),
                wrong(field, one),
                one["msg"],
                record=id,
                label=field.label,
                value=str(values.get(field.name, "")),
            )
        return None


def wrong(field: Field, error: dict) -> str:
    """What pydantic found wrong with a field, in Japanese."""
    if field.type == "choice":
        guess = nearest_guess(error["input"], [c for c in field.choices if c])
        return f"選べるのは {'、'.join(c for c in field.choices if c)} です。" + (
            f"もしかして「{guess}」ですか。" if guess else ""
        )
    if error["type"] == "value_error":
        return f"{error['ctx']['error']}。"
    asked = {"number": "数", "numbers": "数の並び", "date": "日付（例：2026-04-01）", "flag": "true か false"}
    return f"{asked.get(field.type, '文字')}を入れてください。"


def value_of(node: yaml.Node, field: Field) -> Any:
    """The value of one field by the model's type; ValueError says in Japanese what does not fit."""
    if field.type == "machine":
        return _plain(node, [_MOST_NODES])
    if field.type in ("links", "words", "numbers"):
        if isinstance(node, yaml.SequenceNode):
            items = [_scalar(item) for item in node.value]
        else:
            items = [part for part in [_scalar(node)] if part]
        return [number_of(item) for item in items] if field.type == "numbers" else items
    text = _scalar(node)
    if field.type == "number":
        return number_of(text)
    if field.type == "date":
        return date_of(text)
    if field.type == "flag":
        return flag_of(text)
    return "" if text in ("~", "null") and not node.style and field.type != "text" else text


def number_of(text: str) -> int | float | None:
    """A number as people type it: full-width digits and thousands separators too.

    >>> number_of("１，２００"), number_of("0.5"), number_of("")
    (1200, 0.5, None)
    """
    typed = unicodedata.normalize("NFKC", text).replace(",", "").strip()
    if typed in ("", "~", "null"):
        return None
    if not re.fullmatch(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?", typed):
        raise ValueError("数を入れてください（単位は「単位」の欄に）")
    return int(typed) if re.fullmatch(r"[-+]?\d+", typed) else float(typed)


def date_of(text: str) -> datetime.date | None:
    """A date as people type it, also in Japanese eras; None where nothing is typed."""
    if text.strip() in ("", "~", "null"):
        return None
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        try:
            return datetime.date.fromisoformat(text)
        except ValueError as error:
            raise ValueError("暦にない日付です") from error
    from dataacademy.eras import parse_date

    try:
        when = parse_date(text)
    except DataAcademyError as error:
        raise ValueError("日付を入れてください（例：2026-04-01、令和8年4月1日）") from error
    if when.kind != "day":
        raise ValueError("日まで入れてください（例：2026-04-01、令和8年4月1日）")
    return when.start


def flag_of(text: str) -> bool:
    """Yes or no, in the words people use."""
    if text.strip().lower() in _YES:
        return True
    if text.strip().lower() in (*_NO, "~", "null"):
        return False
    raise ValueError("true か false を入れてください")


def _scalar(node: yaml.Node) -> str:
    if not isinstance(node, yaml.ScalarNode):
        raise ValueError("一つの値を入れてください")
    if not node.tag.startswith(_STANDARD) or "python" in node.tag:
        raise ValueError(f"「{node.tag}」という書き方は使えません")
    return node.value


def _plain(node: yaml.Node, budget: list[int]) -> Any:
    budget[0] -= 1
    if budget[0] < 0:
        raise ValueError("中身が多すぎます")
    if isinstance(node, yaml.MappingNode):
        return {key.value: _plain(value, budget) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, budget) for item in node.value]
    text = _scalar(node)
    if not node.style and text in _PLAIN_WORDS:
        return _PLAIN_WORDS[text]
    return json.loads(text) if not node.style and _JSON_NUMBER.fullmatch(text) else text


def last_line(node: yaml.Node) -> int:
    """The last line of a node that is its own: block collections end, for YAML, only where the next thing begins."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return last_line(last[1] if isinstance(last, tuple) else last)
    end = node.end_mark
    block = isinstance(node, yaml.ScalarNode) and node.style in ("|", ">")
    return max(node.start_mark.line, end.line - 1 if block and end.column == 0 else end.line)
