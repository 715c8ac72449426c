"""A changed worksheet in the text it came from: only the lines of what changed are new."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import yaml

from dataacademy.worksheet.fields import fields_of
from dataacademy.worksheet.model import SECTIONS, Worksheet
from dataacademy.worksheet.parsing import compose, last_line, parse
from dataacademy.worksheet.rendering import field_lines, is_filled, one_field, record_lines, render

_COMMENT = re.compile(r"^\s*(#.*)?$")


@dataclass
class _Edits:
    """Lines to take out or replace, and lines to put in before a line; numbers are those of the old text."""

    lines: list[str]
    new: dict[int, str] = field(default_factory=dict)
    before: dict[int, list[str]] = field(default_factory=dict)

    def replace(self, first: int, last: int, text: str) -> None:
        self.new |= dict.fromkeys(range(first, last + 1), "")
        self.new[first] = text

    def insert(self, at: int, text: str) -> None:
        self.before.setdefault(at, []).append(text)

    def text(self) -> str:
        parts = []
        for number, line in enumerate([*self.lines, ""]):
            parts += [*self.before.get(number, ()), self.new.get(number, line)]
        return "".join(parts)


def splice(text: str, old: Worksheet, new: Worksheet) -> str:
    """``text``, which holds ``old``, changed so that it holds ``new``.

    Comments and untouched records stay byte for byte; a record that is taken out takes the comments above it along.
    Where that is not possible (a section in braces, records moved about) the section is written anew.
    """
    if old == new:
        return text
    text = text if text.endswith("\n") else text + "\n"
    edits = _Edits(text.splitlines(keepends=True))
    if len(edits.lines) != text.count("\n"):  # odd line ends, which YAML counts in its own way
        return render(new)
    root = compose(text)
    tops = {key.value: (key, value) for key, value in root.value}
    if old.team != new.team:
        _section(edits, tops, "team", lambda node: _fields(edits, node, old.team, new.team, 2), _team(new))
    for section in SECTIONS:
        before, after = getattr(old, section), getattr(new, section)
        if before != after:
            whole = f"{section}:\n" + "".join("".join(record_lines(record)) for record in after) if after else ""
            _section(edits, tops, section, lambda node, b=before, a=after: _records(edits, node, b, a), whole)
    if old.version != new.version and "version" in tops:
        line = tops["version"][0].start_mark.line
        edits.replace(line, line, f"version: {new.version}\n")
    spliced = edits.text()
    return spliced if parse(spliced).worksheet == new else render(new)


def _team(worksheet: Worksheet) -> str:
    return "team:\n" + "".join(field_lines(worksheet.team, 2))


def _section(edits: _Edits, tops: dict, name: str, within, whole: str) -> None:
    """Change a section within, or write it anew, or put it where it belongs."""
    if name in tops:
        key, node = tops[name]
        if not whole or not within(node):
            edits.replace(key.start_mark.line, max(key.start_mark.line, last_line(node)), whole)
        return
    order = ["version", "team", *SECTIONS]
    following = [tops[later][0].start_mark.line for later in order[order.index(name) + 1 :] if later in tops]
    at = _above(edits, min(following)) if following else len(edits.lines)
    blank = "\n" if at == 0 or edits.lines[at - 1].strip() else ""
    edits.insert(at, blank + whole + ("" if not following else "\n"))


def _above(edits: _Edits, line: int) -> int:
    """The first line of the comments directly above a line."""
    while line > 0 and edits.lines[line - 1].lstrip().startswith("#"):
        line -= 1
    return line


def _records(edits: _Edits, node: yaml.Node, before: list, after: list) -> bool:
    """Take out, change and add records; False where the section is not written line by line."""
    if not _in_lines(node, edits):
        return False
    nodes = dict(zip([record.id for record in before], node.value, strict=True))
    known, wanted = {r.id: r for r in before}, {r.id: r for r in after}
    added = [record for record in after if record.id not in known]
    if [record.id for record in after] != [id for id in known if id in wanted] + [record.id for record in added]:
        return False  # moved about
    for id, item in nodes.items():
        if id not in wanted:
            edits.replace(_above(edits, item.start_mark.line), last_line(item), "")
        elif known[id] != wanted[id]:
            indent = item.value[0][0].start_mark.column
            if not _fields(edits, item, known[id], wanted[id], indent):
                edits.replace(item.start_mark.line, last_line(item), "".join(record_lines(wanted[id], indent - 2)))
    if added:
        indent = node.value[0].value[0][0].start_mark.column - 2
        edits.insert(last_line(node) + 1, "".join("".join(record_lines(record, indent)) for record in added))
    return True


def _in_lines(node: yaml.Node, edits: _Edits) -> bool:
    """Whether every record starts on a line of its own with ``- `` and its fields stand below each other."""
    return (
        isinstance(node, yaml.SequenceNode)
        and not node.flow_style
        and bool(node.value)
        and all(
            isinstance(item, yaml.MappingNode)
            and not item.flow_style
            and edits.lines[item.start_mark.line].lstrip().startswith("- ")
            and item.value[0][0].value == "id"
            for item in node.value
        )
    )


def _fields(edits: _Edits, node: yaml.Node, before, after, indent: int) -> bool:
    """Change, add and take out fields of one record."""
    if not isinstance(node, yaml.MappingNode) or node.flow_style or not node.value:
        return False
    spans = {key.value: (key.start_mark.line, last_line(value), value) for key, value in node.value}
    at = spans["id"][1] + 1 if "id" in spans else node.value[0][0].start_mark.line
    for one in fields_of(type(after)):
        there = one.name in spans
        if there:
            first, last, value = spans[one.name]
            at = last + 1
        if getattr(before, one.name) == getattr(after, one.name):
            continue
        filled = is_filled(after, one)
        text = one_field(after, one, indent) if filled else ""
        if there:
            edits.replace(first, last, text if not text or first != last else _with_comment(text, edits, value))
        elif filled:
            edits.insert(at, text)
    return any(is_filled(after, one) for one in fields_of(type(after))) or "id" in spans


def _with_comment(text: str, edits: _Edits, value: yaml.Node) -> str:
    """The new line of a field with the comment that stood behind its old value."""
    behind = edits.lines[value.end_mark.line][value.end_mark.column :].rstrip("\n")
    if not behind.strip() or not _COMMENT.match(behind):
        return text
    return text[:-1] + behind + "\n" if text.count("\n") == 1 else " " * 2 + behind.strip() + "\n" + text
