"""The text of a worksheet read by the model's types, not by YAML's guesses: ``yes`` or ``1:30`` in a text is text."""

from __future__ import annotations

import datetime
import json
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from dataacademy.errors import DataAcademyError, nearest_guess
from dataacademy.notes import Note
from dataacademy.worksheet.fields import Field, fields_of
from dataacademy.worksheet.migration import migrate
from dataacademy.worksheet.model import KINDS, SECTIONS, VERSION, Worksheet
from dataacademy.worksheet.records import Team
from dataacademy.worksheet.yamltext import compose, odd_tag

__all__ = ["Parsed", "compose", "date_of", "flag_of", "number_of", "parse", "value_of", "wrong"]
MOST_TOLD = 20  # problems of one file that one message lists
_JSON_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?")
_NOTHING = ("", "~", "null")
_PLAIN_WORDS = {"true": True, "false": False} | dict.fromkeys(_NOTHING)
_YES, _NO = ("true", "yes", "はい", "○", "1"), ("false", "no", "いいえ", "×", "0")


@dataclass(frozen=True)
class Parsed:
    """A worksheet and the text it was read from, with the nodes of that text.  None of them is ever changed."""

    text: str
    root: yaml.MappingNode
    worksheet: Worksheet


class _Problems(list):
    """What is wrong in a file, one note each."""

    def add(self, node: yaml.Node, ja: str, en: str, fix: str = "", *, record: str = "", label: str = "", value=""):
        about = {"row": node.start_mark.line + 1, "column": label, "value": str(value)[:60]}
        self.append(Note("bad_worksheet", f"{record}　{ja}" if record else ja, en, "error", fix, **about))

    def error(self, name: str) -> DataAcademyError:
        """All of them in one message, at most twenty."""
        notes = sorted(self, key=lambda note: note.row)
        told = [f"・{n.where}：{n.ja}" + (f" → {n.fix}" if n.fix else "") for n in notes[:MOST_TOLD]]
        if len(notes) > MOST_TOLD:
            told.append(f"・ほかに {len(notes) - MOST_TOLD} か所")
        return DataAcademyError(
            "bad_worksheet",
            f"ワークシートに、直すところが {len(notes)} か所あります。\n" + "\n".join(told),
            "; ".join(f"line {note.row}: {note.en}" for note in notes[:MOST_TOLD]),
            fix="その行を直して、もう一度開いてください。ファイルは変えていません。",
            fix_en="Mend these lines and open it again. The file was not changed.",
            file=name,
            row=notes[0].row if len(notes) == 1 else None,
        )


def parse(text: str, name: str = "") -> Parsed:
    """The worksheet that ``text`` holds; one of an earlier version is brought to today's form.

    Errors: ``not_yaml``; ``future_version``; ``bad_worksheet`` with all problems at once, each with its line, record
    and field.
    """
    problems = _Problems()
    root = compose(text, name)
    if not isinstance(root, yaml.MappingNode):
        empty = root or yaml.ScalarNode("", "", yaml.Mark("", 0, 0, 0, None, None))
        ja, fix = "ワークシートの中身がありません。", "「goals:」のような見出しの下に、記録を並べてください。"
        problems.add(empty, ja, "There is no worksheet in this file.", fix)
        raise problems.error(name)
    current = migrate(text, _version(root, problems, name), name)
    if current is not text:
        root = compose(current, name)
    raw: dict[str, Any] = {}
    for key, node in _pairs(root, problems):
        if key.value == "team":
            raw["team"] = _record(node, Team, "team", problems)
        elif key.value == "removed":
            raw["removed"] = _removed(node, problems)
        elif key.value in SECTIONS:
            raw[key.value] = _records(node, key.value, problems)
        elif key.value != "version":
            known = (
                {"team": "team", "表紙": "team"}
                | {s: s for s in SECTIONS}
                | {KINDS[k][2]: s for s, k in SECTIONS.items()}
            )
            _unknown(key, "まとまり", "section", known, problems)
    if problems:
        raise problems.error(name)
    return Parsed(current, root, Worksheet(**raw))


def _version(root: yaml.MappingNode, problems: _Problems, name: str) -> int:
    for key, node in root.value:
        if key.value == "version":
            if isinstance(node, yaml.ScalarNode) and re.fullmatch(r"\d{1,9}", node.value):
                return int(node.value)
            problems.add(
                key,
                "版（version）が数ではありません。",
                "The version is no number.",
                f"「version: {VERSION}」にしてください。",
            )
            raise problems.error(name)
    return 0


def _removed(node: yaml.Node, problems: _Problems) -> dict[str, int]:
    """By kind, the highest number of records that were taken out."""
    if not isinstance(node, yaml.MappingNode) or odd_tag(node):
        if not _is_empty(node):
            problems.add(node, "「removed: {fact: 3}」の形で書いてください。", "removed must map kinds to numbers.")
        return {}
    numbers = {}
    for key, value in _pairs(node, problems):
        if key.value not in KINDS:
            _unknown(key, "記録の種類", "kind of record", {kind: kind for kind in KINDS}, problems)
        elif not isinstance(value, yaml.ScalarNode) or not re.fullmatch(r"[1-9][0-9]{0,6}", value.value):
            shown = getattr(value, "value", "")
            problems.add(key, "番号は 3 のような数にします。", "This must be a number.", label="removed", value=shown)
        else:
            numbers[key.value] = int(value.value)
    return numbers


def _unknown(key: yaml.Node, what: str, en: str, known: dict[str, str], problems: _Problems, record: str = "") -> None:
    """``known``: every name by which people may have called it → how it is written."""
    guess = known.get(nearest_guess(key.value, known), "")
    problems.add(
        key,
        f"「{key.value}」という{what}はありません。" + (f"もしかして「{guess}」ですか。" if guess else ""),
        f"There is no {en} {key.value!r}.",
        "使えるのは " + "、".join(dict.fromkeys(known.values())) + " です。",
        record=record,
    )


def _pairs(node: yaml.MappingNode, problems: _Problems, record: str = ""):
    """The keys and values of a mapping; what is no name, or there twice, is told and left out."""
    seen = set()
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode) or odd_tag(key):
            problems.add(key, "項目の名前が読めません。", "A key is not a word.", record=record)
        elif key.value in seen:
            ja, en = f"「{key.value}」が二度あります。", f"Key {key.value!r} is there twice."
            problems.add(key, ja, en, "一つにしてください。", record=record)
        else:
            seen.add(key.value)
            yield key, value


def _is_empty(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.value in _NOTHING and not node.style


def _records(node: yaml.Node, section: str, problems: _Problems) -> list[BaseModel]:
    kind = SECTIONS[section]
    cls, name = KINDS[kind][0], KINDS[kind][2]
    if not isinstance(node, yaml.SequenceNode) or odd_tag(node):
        if not _is_empty(node):
            ja, en = f"「{name}」は「- id: {kind}1」の形で並べてください。", f"Section {section} must be a list."
            problems.add(node, ja, en)
        return []
    found, seen = [], set()
    for item in node.value:
        if not isinstance(item, yaml.MappingNode):
            ja, en = f"「{name}」の記録は「- id: {kind}1」から始めてください。", "A record must have named fields."
            problems.add(item, ja, en)
            continue
        id = next((v.value for k, v in item.value if k.value == "id" and isinstance(v, yaml.ScalarNode)), "")
        if not re.fullmatch(rf"{kind}[1-9][0-9]{{0,6}}", id):
            ja, en = f"「{name}」の番号は {kind}1 の形にします。", f"Ids here look like {kind}1."
            problems.add(item, ja, en, label="id", value=id)
        elif id in seen:
            problems.add(
                item, f"番号 {id} が二度あります。", f"Id {id} is there twice.", "どちらかの番号を変えてください。"
            )
        seen.add(id)
        record = _record(item, cls, id, problems)
        if record is not None:
            found.append(record)
    return found


@cache
def _known(cls: type[BaseModel]) -> tuple[dict[str, Field], dict[str, str]]:
    """The fields of a class by name, and every name by which people may call them."""
    fields = {field.name: field for field in fields_of(cls)}
    return fields, {name: name for name in fields} | {field.label: name for name, field in fields.items()}


def _record(node: yaml.Node, cls: type[BaseModel], id: str, problems: _Problems) -> BaseModel | None:
    if not isinstance(node, yaml.MappingNode) or odd_tag(node):
        if not _is_empty(node):
            problems.add(node, "「名前: 値」の形で書いてください。", "Fields are written as name: value.", record=id)
        return cls() if cls is Team else None
    fields, names = _known(cls)
    values: dict[str, Any] = {}
    keys: dict[str, yaml.Node] = {}
    for key, value in _pairs(node, problems, id):
        if key.value == "id" and cls is not Team:
            values["id"] = value.value
            continue
        field = fields.get(key.value)
        if field is None:
            _unknown(key, "項目", "field", names, problems, id)
            continue
        keys[field.name] = key
        try:
            values[field.name] = value_of(value, field)
        except ValueError as error:
            shown = value.value if isinstance(value, yaml.ScalarNode) else ""
            problems.add(key, f"{error}。", f"{field.name} does not fit.", record=id, label=field.label, value=shown)
    try:
        return cls(**values)
    except ValidationError as error:
        for one in {e["loc"][0]: e for e in error.errors() if e["loc"][0] != "id"}.values():  # ids were looked at above
            field = fields[one["loc"][0]]
            key = keys.get(field.name, node)
            shown = str(values.get(field.name, ""))
            problems.add(key, wrong(field, one), one["msg"], record=id, label=field.label, value=shown)
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
    if field.type == "machine":
        return "この項目は道具が書きます。形が変わっています。"
    asked = {"number": "数", "numbers": "数の並び", "date": "日付（例：2026-04-01）", "flag": "true か false"}
    return f"{asked.get(field.type, '文字')}を入れてください。"


def value_of(node: yaml.Node, field: Field) -> Any:
    """The value of one field by the model's type; ValueError says in Japanese what does not fit."""
    if field.type == "machine":
        return _plain(node)
    if field.type in ("links", "words", "numbers"):
        return _items(node, field.type)
    text = _scalar(node)
    if field.type == "number":
        return number_of(text)
    if field.type == "date":
        return date_of(text)
    if field.type == "flag":
        return flag_of(text)
    return "" if field.type in ("link", "choice") and _is_empty(node) else text


def _items(node: yaml.Node, type: str) -> list:
    """A list, also where people wrote one value, or ids behind each other."""
    if isinstance(node, yaml.SequenceNode) and not odd_tag(node):
        items = [_scalar(item) for item in node.value]
    elif _is_empty(node):
        items = []
    else:
        items = re.split(r"[\s、，,]+", _scalar(node).strip()) if type == "links" else [_scalar(node)]
    if type != "numbers":
        return items
    if any(not item.strip() for item in items):
        raise ValueError("数の並びに、空のところがあります（例：[10, 20]）")
    return [number_of(item) for item in items]


def number_of(text: str) -> int | float | None:
    """A number as people type it: full-width digits and thousands separators too.

    >>> number_of("１，２００"), number_of("0.5"), number_of("")
    (1200, 0.5, None)

    Errors: ValueError.
    """
    typed = unicodedata.normalize("NFKC", text).strip()
    if typed in _NOTHING:
        return None
    if re.fullmatch(r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?", typed):
        typed = typed.replace(",", "")
    if not re.fullmatch(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?", typed):
        raise ValueError("数を入れてください（「分」「人」などの単位は付けません）")
    return int(typed) if re.fullmatch(r"[-+]?\d+", typed) else float(typed)


def date_of(text: str) -> datetime.date | None:
    """A date as people type it, also in Japanese eras; None where nothing is typed."""
    if text.strip() in _NOTHING:
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
    if text.strip().lower() in (*_NO, *_NOTHING):
        return False
    raise ValueError("true か false を入れてください")


def _scalar(node: yaml.Node) -> str:
    if not isinstance(node, yaml.ScalarNode):
        raise ValueError("一つの値を入れてください")
    if odd := odd_tag(node):
        raise ValueError(f'「!」で始まる印（{odd}）は使えません。文なら " " で囲んでください')
    return node.value


def _plain(node: yaml.Node) -> Any:
    """What the toolbox wrote, of any shape: here, and only here, plain words and numbers are told from texts."""
    if isinstance(node, yaml.MappingNode) and not odd_tag(node):
        return {_scalar(key): _plain(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode) and not odd_tag(node):
        return [_plain(item) for item in node.value]
    text = _scalar(node)
    if not node.style and text in _PLAIN_WORDS:
        return _PLAIN_WORDS[text]
    return json.loads(text) if not node.style and _JSON_NUMBER.fullmatch(text) else text
