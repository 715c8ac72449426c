"""A changed worksheet in the text it came from: only the lines of what changed are new.

Comments stay with what they stand on: a record's own are those between its lines and those directly above it.  They
move with it and are taken out with it; a comment set apart by an empty line stays where it is.
"""

from __future__ import annotations

from dataclasses import dataclass

import yaml
from pydantic import BaseModel

from dataacademy.errors import DataAcademyError
from dataacademy.worksheet.fields import fields_of
from dataacademy.worksheet.model import SECTIONS, VERSION, Worksheet
from dataacademy.worksheet.parsing import Parsed, parse
from dataacademy.worksheet.records import Team
from dataacademy.worksheet.rendering import field_lines, is_filled, one_field, record_lines, removed_line, render
from dataacademy.worksheet.yamltext import comments_in, last_line, lines_of

_ORDER = ["version", "removed", "team", *SECTIONS]


def splice(old: Parsed, new: Worksheet) -> Parsed:
    """The text of ``old``, changed so that it holds ``new``, and read back.

    Nothing is believed before it was read: where the spliced text does not give ``new``, the changed sections are
    written anew, and then the whole.  Errors: ``not_kept`` where even that does not give ``new``.
    """
    if new == old.worksheet and _version(old.root) == VERSION:
        return old
    for way in (_changed, lambda *both: _changed(*both, anew=True), lambda _, worksheet: render(worksheet)):
        made = _read(way(old, new))
        if made is not None and made.worksheet == new:
            return made
    raise _not_kept(new, made)


def written(new: Worksheet) -> Parsed:
    """The text of a worksheet that had none, read back.  Errors: ``not_kept``."""
    made = _read(render(new))
    if made is None or made.worksheet != new:
        raise _not_kept(new, made)
    return made


def _read(text: str) -> Parsed | None:
    try:
        return parse(text)
    except DataAcademyError:
        return None


def _not_kept(new: Worksheet, made: Parsed | None) -> DataAcademyError:
    there = made.worksheet.index() if made else {}
    lost = [
        f"{record.id}「{field.label}」"
        for record in new
        for field in fields_of(type(record))
        if record.id not in there or getattr(record, field.name) != getattr(there[record.id], field.name)
    ]
    return DataAcademyError(
        "not_kept",
        "ファイルに書けない値があるので、保存していません。" + "、".join(lost[:5]),
        "Some value cannot be written to the file; nothing was saved.",
        fix="その値（数でない数、特別な文字など）を直して、もう一度保存してください。",
        fix_en="Mend that value (not a number, a special character) and save again.",
        value=", ".join(lost[:5]),
    )


def _version(root: yaml.MappingNode) -> int:
    return next((int(value.value) for key, value in root.value if key.value == "version"), 0)


def _changed(old: Parsed, new: Worksheet, anew: bool = False) -> str:
    """The text with every changed section put in place of the old one."""
    lines = lines_of(old.text if old.text.endswith("\n") else old.text + "\n")
    tops = {key.value: (key, value) for key, value in old.root.value}
    wanted = {} if _version(old.root) == VERSION else {"version": f"version: {VERSION}\n"}
    if new.removed != old.worksheet.removed:
        wanted["removed"] = _removed(lines, tops.get("removed"), new)
    if new.team != old.worksheet.team:
        wanted["team"] = _team(lines, tops.get("team"), old.worksheet.team, new.team, anew)
    for section in SECTIONS:
        before, after = getattr(old.worksheet, section), getattr(new, section)
        if before != after:
            wanted[section] = _records(lines, section, tops.get(section), before, after, anew)
    out, at = [], 0
    places = sorted((_place(lines, tops, name), name) for name in wanted)
    for (first, last), name in sorted(places, key=lambda place: (place[0], _ORDER.index(place[1]))):
        out += lines[at:first]
        if name in tops:
            out.append(wanted[name])
            if not wanted[name] and first and lines[first - 1] == "\n" == lines[min(last + 1, len(lines) - 1)]:
                last += 1  # the gap that came with it
        else:
            out += ["\n"] * bool(out and out[-1].strip()) + [wanted[name]] + ["\n"] * (first < len(lines))
        at = max(at, last + 1)
    return "".join([*out, *lines[at:]])


def _place(lines: list[str], tops: dict, name: str) -> tuple[int, int]:
    """The lines of a section; where there is none, ``(n, n - 1)`` for the place before line ``n``."""
    if name in tops:
        return _span(lines, *tops[name])
    following = [tops[later][0].start_mark.line for later in _ORDER[_ORDER.index(name) + 1 :] if later in tops]
    at = min(following, default=len(lines))
    while following and at > 0 and lines[at - 1].startswith("#"):
        at -= 1
    return at, at - 1


def _span(lines: list[str], key: yaml.Node, node: yaml.Node) -> tuple[int, int]:
    """The first and the last line of a section; to an empty one belongs the guide below its heading."""
    first, last = key.start_mark.line, max(key.start_mark.line, last_line(node, lines))
    if isinstance(node, yaml.ScalarNode) and not node.value:
        while last + 1 < len(lines) and lines[last + 1].startswith(" ") and lines[last + 1].lstrip().startswith("#"):
            last += 1
    return first, last


def _removed(lines: list[str], there: tuple | None, new: Worksheet) -> str:
    """The line with numbers that do not come back; what a person wrote behind it stays."""
    line = removed_line(new)
    said = [] if there is None else comments_in(yaml.MappingNode("", [there]), lines, *_span(lines, *there))
    return "".join(_with_comments(f"{line.partition('  #')[0]}\n", said, 0)) if line and said else line


def _team(lines: list[str], there: tuple | None, before: Team, after: Team, anew: bool) -> str:
    if there and not anew and _stands_in_lines(there[1]):
        key, node = there
        rows = _fields(lines, node, node.start_mark.line, last_line(node, lines), before, after)
        if any(is_filled(after, field) for field in fields_of(Team)):
            return "".join([*lines[key.start_mark.line : node.start_mark.line], *rows])
    return "".join(["team:\n", *_comments(lines, there), *field_lines(after, 2)])


def _comments(lines: list[str], there: tuple | None) -> list[str]:
    """The comments of a section that is written anew."""
    if there is None:
        return []
    key, node = there
    pair = yaml.MappingNode("", [(key, node)])
    return [f"  {comment}\n" for comment in comments_in(pair, lines, *_span(lines, key, node))]


def _stands_in_lines(node: yaml.Node) -> bool:
    return isinstance(node, yaml.MappingNode) and not node.flow_style and bool(node.value)


def _records(lines: list[str], name: str, there: tuple | None, before: list, after: list, anew: bool) -> str:
    """A section with its records in the order of ``after``."""
    if there and not anew:
        key, node = there
        first, last = _span(lines, key, node)
        if isinstance(node, yaml.ScalarNode) and not node.value:
            return "".join([*lines[first : last + 1], "\n" * (last > first), _joined(after)])
        if isinstance(node, yaml.SequenceNode) and all(_is_item(item, lines) for item in node.value) and node.value:
            return _spliced(lines, first, node, before, after)
    return "".join([f"{name}:\n", *_comments(lines, there), _joined(after)])


def _joined(records: list[BaseModel]) -> str:
    return "\n".join("".join(record_lines(record)) for record in records)


def _is_item(item: yaml.Node, lines: list[str]) -> bool:
    """Whether a record starts on a line of its own with ``- ``."""
    return isinstance(item, yaml.MappingNode) and lines[item.start_mark.line].lstrip().startswith("- ")


@dataclass(frozen=True)
class _Item:
    """A record in the file: the lines set apart above it, its own comments above it, and its lines."""

    apart: list[str]
    own: list[str]
    node: yaml.MappingNode
    first: int
    last: int

    @property
    def has_heading(self) -> bool:
        return any(line.strip() for line in self.apart)


def _items(lines: list[str], at: int, node: yaml.SequenceNode) -> list[_Item]:
    found = []
    for item in node.value:
        first, last = item.start_mark.line, last_line(item, lines)
        cut = max((n + 1 for n in range(at, first) if not lines[n].strip()), default=at)
        found.append(_Item(lines[at:cut], lines[cut:first], item, first, last))
        at = last + 1
    return found


def _spliced(lines: list[str], first: int, node: yaml.SequenceNode, before: list, after: list) -> str:
    """A list of records: each keeps its lines and the comments above it; what is new stands among them."""
    items, indent = _items(lines, first + 1, node), node.start_mark.column
    places = {record.id: n for n, record in enumerate(before)}
    headings = [n for n, item in enumerate(items) if n and item.has_heading]  # not yet written
    spaced = len(items) == 1 or any(item.apart for item in items[1:])
    wanted = {record.id for record in after}
    kept = [record.id for record in before if record.id in wanted]
    follows = dict(zip(kept, ["", *kept], strict=False))
    out, behind = [lines[first], *items[0].apart], ""
    for record in after:
        n = places.get(record.id)
        due = [heading for heading in headings if n is not None and heading <= n]
        headings = headings[len(due) :]
        gap = ["\n"] * (spaced and bool(behind))
        if n and behind and follows[record.id] == behind and due == [n] * items[n].has_heading:
            gap = items[n].apart
        else:
            for heading in due:
                out += [*gap, *_without_ends(items[heading].apart)]
                gap = ["\n"]
        out += gap
        if n is None:
            out += record_lines(record, indent)
        elif record == before[n]:
            out += items[n].own + lines[items[n].first : items[n].last + 1]
        else:
            out += items[n].own + _edited(lines, items[n], before[n], record, indent)
        behind = record.id
    for heading in headings:
        out += ["\n", *_without_ends(items[heading].apart)]
    return "".join(out if after else _without_ends(out))


def _without_ends(lines: list[str]) -> list[str]:
    """Without the empty lines at both ends."""
    filled = [n for n, line in enumerate(lines) if line.strip()]
    return lines[filled[0] : filled[-1] + 1] if filled else []


def _edited(lines: list[str], item: _Item, before: BaseModel, after: BaseModel, indent: int) -> list[str]:
    if _stands_in_lines(item.node) and item.node.value[0][0].value == "id":
        return _fields(lines, item.node, item.first, item.last, before, after)
    comments = [f"{' ' * indent}{comment}\n" for comment in comments_in(item.node, lines, item.first, item.last)]
    return [*comments, *record_lines(after, indent)]


def _fields(lines: list[str], node: yaml.MappingNode, first: int, last: int, before, after) -> list[str]:
    """The lines of a mapping with the fields that changed; a new field stands behind the one that comes before it."""
    indent = node.value[0][0].start_mark.column
    spans = {key.value: (key, value) for key, value in node.value}
    at = first - 1
    replaced: dict[int, tuple[int, list[str]]] = {}
    behind: dict[int, list[str]] = {}
    if "id" in spans:
        at = last_line(spans["id"][1], lines)
    for field in fields_of(type(after)):
        there = spans.get(field.name)
        if there:
            start, at = there[0].start_mark.line, last_line(there[1], lines)
        if getattr(before, field.name) == getattr(after, field.name):
            continue
        text = one_field(after, field, indent) if is_filled(after, field) else ""
        if there:
            pair = yaml.MappingNode("", [there])
            replaced[start] = (at, _with_comments(text, comments_in(pair, lines, start, at), indent))
        elif text:
            behind.setdefault(at, []).append(text)
    out, number = behind.get(first - 1, []), first
    while number <= last:
        end, new = replaced.get(number, (number, [lines[number]]))
        out += new
        for passed in range(number, end + 1):
            out += behind.get(passed, [])
        number = end + 1
    return out


def _with_comments(text: str, comments: list[str], indent: int) -> list[str]:
    """A field written anew with the comments of its old lines: behind it where it is one line, else above it."""
    if len(comments) == 1 and text.count("\n") == 1:
        return [f"{text[:-1]}  {comments[0]}\n"]
    return [*(f"{' ' * indent}{comment}\n" for comment in comments), text]
