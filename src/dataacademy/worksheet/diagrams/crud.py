"""CRUD表: which office creates, reads, updates and deletes which item of data."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from dataacademy.errors import DataAcademyError
from dataacademy.worksheet.diagrams.lettering import one_line, wrap
from dataacademy.worksheet.diagrams.picture import GREY, HIGH, INK, LEADING, WIDE, Diagram, Page, texts
from dataacademy.worksheet.diagrams.steps import NO_OFFICE, lanes_of
from dataacademy.worksheet.model import Worksheet
from dataacademy.worksheet.quotes import fill

DEEDS = {"create": ("C", "作る"), "read": ("R", "見る"), "update": ("U", "直す"), "delete": ("D", "消す")}
LEGEND = "　".join(f"{letter}＝{word}" for letter, word in DEEDS.values())
TITLE, NO_ITEM = "CRUD表", "（データ項目の名前が空です）"
_ITEM, _RULE, _OFFICE, _WIDEST = 170, 190, 66, 110  # widths of columns
_SIZE, _PAD, _LINES = 10, 5, 6
_TITLE, _FOOT = 26, 20


@dataclass(frozen=True)
class Matrix:
    """The items (rows), the offices (columns), the deeds in each cell (``CRU``), and the rules of each item."""

    items: list[str]
    offices: list[str]
    cells: list[list[str]]
    rules: list[str]


def matrix(worksheet: Worksheet) -> Matrix:
    """The CRUD records by item and office; several records of the same item and office are put together."""
    rows = [row for row in worksheet.crud if row.text.strip() or any(getattr(row, deed) for deed in DEEDS)]
    offices, columns = lanes_of([row.office for row in rows], NO_OFFICE)
    items, lines = lanes_of([fill(row.text, worksheet) for row in rows], NO_ITEM)
    done: list[list[set[str]]] = [[set() for _ in offices] for _ in items]
    rules: list[dict[str, None]] = [{} for _ in items]
    for row, column, line in zip(rows, columns, lines, strict=True):
        done[line][column] |= {deed for deed in DEEDS if getattr(row, deed)}
        if row.rule.strip():
            rules[line][one_line(fill(row.rule, worksheet))] = None
    cells = [["".join(DEEDS[deed][0] for deed in DEEDS if deed in cell) for cell in line] for line in done]
    return Matrix(items, offices, cells, ["／".join(rule) for rule in rules])


def crud_table(worksheet: Worksheet) -> Diagram:
    """Which office creates (C), reads (R), updates (U) and deletes (D) which item, as an HTML table and a picture.

    Errors: ``no_crud``.
    """
    made = matrix(worksheet)
    if not made.items:
        raise DataAcademyError(
            "no_crud",
            "CRUD表に記録がまだありません。",
            "There is no CRUD record.",
            fix='form("crud") で、データ項目と部署を書き、作る・見る・直す・消すを選んでください。',
            fix_en="Fill in items, offices and what they do with the form of crud.",
        )
    return Diagram(TITLE, tuple(_sheets(made)), table=_html(made))


def _html(made: Matrix) -> str:
    heads = ["データ項目", *made.offices, *(["個人情報の決まり"] if any(made.rules) else [])]
    lines = []
    for item, cells, rule in zip(made.items, made.cells, made.rules, strict=True):
        shown = [f'<td style="text-align:center">{_letters(cell)}</td>' for cell in cells]
        last = f'<td style="text-align:left">{escape(rule)}</td>' if any(made.rules) else ""
        lines.append(f'<tr><th scope="row" style="text-align:left">{escape(item)}</th>{"".join(shown)}{last}</tr>')
    head = "".join(f'<th scope="col" style="text-align:center">{escape(name)}</th>' for name in heads)
    return (
        f"<table><caption>{TITLE}（{LEGEND}）</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{''.join(lines)}</tbody></table>"
    )


def _letters(cell: str) -> str:
    words = dict(DEEDS.values())
    return " ".join(f'<abbr title="{words[letter]}">{letter}</abbr>' for letter in cell)


def _sheets(made: Matrix) -> list[Page]:
    """As many offices side by side as a page holds, then as many items one below the other."""
    ruled = any(made.rules)
    room = WIDE - _ITEM - (_RULE if ruled else 0)
    count = -(-len(made.offices) // int(room // _OFFICE))
    each = -(-len(made.offices) // count)
    wide = min(_WIDEST, room / each)
    parts = []
    for first in range(0, len(made.offices), each):
        offices = range(first, min(first + each, len(made.offices)))
        widths = [_ITEM, *([wide] * len(offices)), *([_RULE] if ruled else [])]
        head = _row(
            ["データ項目", *(made.offices[at] for at in offices), *(["個人情報の決まり"] if ruled else [])], widths
        )
        used, lines = _high(head), []
        for at, item in enumerate(made.items):
            cells = [" ".join(made.cells[at][office]) for office in offices]
            row = _row([item, *cells, *([made.rules[at]] if ruled else [])], widths)
            if lines and used + _high(row) > HIGH - _TITLE - _FOOT:
                parts.append((offices, widths, head, lines))
                used, lines = _high(head), []
            used += _high(row)
            lines.append((at, row))
        parts.append((offices, widths, head, lines))
    return [_sheet(made, *part, at=at, of=len(parts)) for at, part in enumerate(parts)]


def _row(cells: list[str], widths: list[float]) -> list[list[str]]:
    return [wrap(text, (wide - 2 * _PAD) / _SIZE, _LINES) for text, wide in zip(cells, widths, strict=True)]


def _high(row: list[list[str]]) -> float:
    return max(max(map(len, row)), 1) * _SIZE * LEADING + 2 * _PAD


def _sheet(made: Matrix, offices: range, widths: list[float], head, lines, *, at: int, of: int) -> Page:
    import drawsvg

    shapes: list = texts([TITLE if of == 1 else f"{TITLE}　{at + 1}／{of}"], 14, 0, 2)
    top = float(_TITLE)
    for number, row in enumerate([head, *(row for _, row in lines)]):
        high, left = _high(row), 0.0
        for place, (cell, wide) in enumerate(zip(row, widths, strict=True)):
            group = drawsvg.Group(class_="cell")
            fill_ = GREY if number == 0 or place == 0 else "#ffffff"
            box = (round(value, 1) for value in (left, top, wide, high))
            group.append(drawsvg.Rectangle(*box, fill=fill_, stroke=INK, stroke_width=0.8))
            middle = 0 < place <= len(offices)
            x = left + wide / 2 if middle else left + _PAD
            y = top + (high - len(cell) * _SIZE * LEADING) / 2
            group.children.extend(texts(cell, _SIZE, x, y, **({"text_anchor": "middle"} if middle else {})))
            shapes.append(group)
            left += wide
        top += high
    shapes += texts([LEGEND], 8.5, 0, top + 5)
    said = "".join(_aloud(made, item, offices) for item, _ in lines)
    return Page(max(sum(widths), 300), top + _FOOT, tuple(shapes), said)


def _aloud(made: Matrix, item: int, offices: range) -> str:
    words = dict(DEEDS.values())
    said = []
    for office in offices:
        deeds = "・".join(words[letter] for letter in made.cells[item][office])
        if deeds:
            said.append(f"{made.offices[office]}が{deeds}")
    rule = f"（決まり：{made.rules[item]}）" if made.rules[item] else ""
    return f"「{made.items[item]}」は、{'、'.join(said) or 'どの部署も使わない'}{rule}。"
