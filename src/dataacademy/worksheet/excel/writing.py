"""The worksheet as a workbook for people: one tab a sheet, to be filled in, printed and read back."""

from __future__ import annotations

import datetime
import io
import math
from functools import cached_property
from typing import Any

from dataacademy.worksheet.excel import layout
from dataacademy.worksheet.excel.values import EXCEL_DAYS, HELD, YES, Records, show
from dataacademy.worksheet.fields import Field, fields_of
from dataacademy.worksheet.model import KINDS, READ_ONLY, Worksheet
from dataacademy.worksheet.records import Team

_FONT = {"font_name": "游ゴシック", "font_size": 10}
_CELL = {"border": 1, "border_color": "#9AA5B1", "valign": "top", "text_wrap": True, "num_format": "@"}
_FORMATS = {
    "number": {"num_format": "General", "align": "right"},
    "date": {"num_format": 'yyyy"年"m"月"d"日"', "align": "left"},
    "flag": {"align": "center"},
}
_LOCKED = {"bg_color": "#ECEFF3", "locked": True}
_PROTECTION = {"format_columns": True, "format_rows": True, "insert_rows": True}
_WIDEST = 150  # letters of a tab on one sheet of A4; wider ones take two side by side
_LINE, _SMALL_LINE, _HIGHEST = 16.5, 12.5, 400.0  # points: a line, a line of help, the highest row of Excel


class _Exact(float):
    """A number that XlsxWriter writes with all its digits; by itself it stops at sixteen."""

    def __format__(self, how: str) -> str:
        return repr(float(self))


def workbook(worksheet: Worksheet) -> bytes:
    """The bytes of the .xlsx file."""
    content = io.BytesIO()
    writing = _Writing(worksheet, content)
    writing.cover()
    for kind in layout.kinds_shown(worksheet):
        writing.tab(kind)
    writing.hidden()
    writing.book.close()
    return content.getvalue()


class _Writing:
    def __init__(self, worksheet: Worksheet, target: io.BytesIO):
        from xlsxwriter import Workbook

        self.worksheet = worksheet
        self.records = Records((record.id, record.text) for record in worksheet)
        self.book = Workbook(target, {"in_memory": True, "default_format_properties": _FONT})
        self.book.set_size(2400, 1500)
        self.lists: dict[tuple[str, ...], str] = {}  # kinds of a link -> the range with its choices
        self._formats: dict[tuple[str, bool, int], Any] = {}

    def format(self, type: str, *, locked: bool = False, border: int = 1):
        key = (type if type in _FORMATS else "text", locked, border)
        if key not in self._formats:
            how = {**_CELL, **_FORMATS.get(type, {}), **(_LOCKED if locked else {"locked": False}), "border": border}
            self._formats[key] = self.book.add_format({**_FONT, **how})
        return self._formats[key]

    def add_sheet(self, name: str):
        from dataacademy.worksheet.excel.growing import GrowingSheet

        return self.book.add_worksheet(name, worksheet_class=GrowingSheet)

    @cached_property
    def title(self):
        return self.book.add_format({**_FONT, "font_size": 13, "bold": True, "font_color": "#1F3A5F"})

    @cached_property
    def hint(self):
        return self.book.add_format({**_FONT, "font_color": "#3C4650", "valign": "top", "text_wrap": True})

    @cached_property
    def line(self):
        return self.book.add_format({**_FONT, "font_color": "#3C4650", "valign": "vcenter"})

    @cached_property
    def heading(self):
        return self.book.add_format(
            {**_FONT, **_CELL, "bold": True, "bg_color": "#1F3A5F", "font_color": "#FFFFFF", "valign": "vcenter"}
        )

    @cached_property
    def help(self):
        return self.book.add_format({**_FONT, **_CELL, "font_size": 8, "bg_color": "#DCE6F2", "font_color": "#26323D"})

    @cached_property
    def jump(self):
        return self.book.add_format({**_FONT, "font_color": "#0B57A4", "underline": 1})

    def cover(self) -> None:
        """Team and guide, the fields below each other."""
        sheet, team = self.add_sheet(layout.COVER), self.worksheet.team
        for column, width in enumerate(layout.COVER_WIDTHS):
            sheet.set_column(column, column, width)
        sheet.write_string(0, 0, "データアカデミー　ワークシート", self.title)
        for column, label in enumerate(layout.COVER_LABELS):
            sheet.write_string(layout.COVER_FIRST - 1, column, label, self.heading)
        row = layout.COVER_FIRST
        for field in fields_of(Team):
            sheet.write_string(row, 0, field.label, self.format("text", locked=True))
            label, width, _ = layout.COVER_WIDTHS
            lines = self.cell(sheet, row, 1, field, getattr(team, field.name), width)
            sheet.set_row(row, min(max(lines, lines_of(field.label, label)) * _LINE, _HIGHEST))
            sheet.write_string(row, 2, layout.help_of(field), self.help)
            self.validate(sheet, field, row, row, 1)
            row += 1
        row += 1
        sheet.write_string(row, 0, "書き方", self.title)
        for number, text in enumerate(layout.GUIDE, 1):
            sheet.merge_range(row + number, 0, row + number, 2, f"{number}　{text}", self.line)
        row += len(layout.GUIDE) + 2
        sheet.write_string(row, 0, "シート", self.title)
        for place, kind in enumerate(layout.kinds_shown(self.worksheet)):
            down, column = divmod(place, len(layout.COVER_WIDTHS))
            name = KINDS[kind][2]
            label = f"{name}（{len(self.worksheet.section(kind))}件）"
            sheet.write_url(row + 1 + down, column, f"internal:'{name}'!A1", self.jump, label)
        self.finish(sheet, layout.COVER)
        sheet.fit_to_pages(1, 1)

    def tab(self, kind: str) -> None:
        """The records of one kind, one a row, with empty rows to fill."""
        cls, _, name = KINDS[kind]
        fields, records, only_read = fields_of(cls), self.worksheet.section(kind), kind in READ_ONLY
        sheet = self.add_sheet(name)
        self.head(sheet, name, fields, only_read=only_read)
        for row, record in enumerate(records, layout.FIRST):
            sheet.write_string(row, 0, record.id, self.format("text", locked=True))
            lines = [
                self.cell(sheet, row, column, field, getattr(record, field.name), locked=only_read)
                for column, field in enumerate(fields, 1)
            ]
            sheet.set_row(row, min(max(lines) * _LINE, _HIGHEST))
        first = layout.FIRST + len(records)
        for row in range(first, first if only_read else first + layout.SPARE):
            sheet.write_blank(row, 0, None, self.format("text", locked=True))
            for column, field in enumerate(fields, 1):
                sheet.write_blank(row, column, None, self.format(field.type))
        width = sum(layout.WIDTHS[field.type] for field in fields if not layout.is_data(field))
        self.finish(sheet, name)
        sheet.freeze_panes(layout.FIRST, 1)
        sheet.fit_to_pages(1 + (width > _WIDEST), 0)
        sheet.repeat_rows(layout.HEADING, layout.HELP)
        sheet.repeat_columns(0)

    def head(self, sheet, name: str, fields: tuple[Field, ...], *, only_read: bool) -> None:
        """Title, headings and help above the records, and what the columns below them take."""
        sheet.write_string(layout.TITLE, 0, name, self.title)
        labels = [layout.ID_LABEL, *(field.label for field in fields)]
        helps = ["" if only_read else layout.ID_HELP, *map(layout.help_of, fields)]
        widths = [layout.ID_WIDTH, *(layout.WIDTHS[field.type] for field in fields)]
        for column, (label, text, width) in enumerate(zip(labels, helps, widths, strict=True)):
            if column:
                sheet.write_string(layout.TITLE, column, layout.HINTS[only_read] if column == 1 else "", self.line)
            sheet.write_string(layout.HEADING, column, label, self.heading)
            sheet.write_string(layout.HELP, column, text, self.help)
            field = fields[column - 1] if column else None
            below = self.format(field.type, border=0) if field and not only_read else None
            sheet.set_column(column, column, width, below, {"hidden": bool(field) and layout.is_data(field)})
            if field and not only_read:
                self.validate(sheet, field, layout.FIRST, layout.FIRST + 9_999, column)
        sheet.set_row(layout.TITLE, 24)
        sheet.set_row(layout.HEADING, _LINE * max(map(lines_of, labels, widths)) + 3)
        sheet.set_row(
            layout.HELP, _SMALL_LINE * max(lines_of(t, w * 1.25) for t, w in zip(helps, widths, strict=True)) + 3
        )

    def cell(self, sheet, row: int, column: int, field: Field, value, width: float = 0, *, locked: bool = False) -> int:
        """One value, text as text whatever it looks like; how many lines it takes."""
        shown = show(field, value, self.records)
        form = self.format(field.type, locked=locked or shown == HELD)
        if shown is None:
            sheet.write_blank(row, column, None, form)
        elif isinstance(shown, str):
            sheet.write_string(row, column, shown, form)
            return 1 if layout.is_data(field) else lines_of(shown, width or layout.WIDTHS[field.type])
        elif isinstance(shown, datetime.date):
            sheet.write_datetime(row, column, datetime.datetime.combine(shown, datetime.time()), form)
        else:
            sheet.write_number(row, column, _Exact(shown) if isinstance(shown, float) else shown, form)
        return 1

    def validate(self, sheet, field: Field, first: int, last: int, column: int) -> None:
        """The drop-down, or what may be typed."""
        rules: dict[str, dict[str, Any]] = {
            "choice": {"validate": "list", "source": [choice for choice in field.choices if choice]},
            "flag": {"validate": "list", "source": [YES], "show_error": False},
            "number": {
                "validate": "decimal",
                "criteria": "between",
                "minimum": -9e15,
                "maximum": 9e15,
                "error_title": "数を入れます",
                "error_message": "数だけを入れます。単位や「約」は付けません。",
            },
            "date": {
                "validate": "date",
                "criteria": ">=",
                "value": EXCEL_DAYS,
                "error_type": "warning",
                "error_title": "日付を入れます",
                "error_message": "年、月、日を入れます。例：2026/4/1、令和8年4月1日",
            },
        }
        rule = rules.get(field.type)
        if field.type in ("link", "links") and (source := self.choices(field.kinds)):
            rule = {"validate": "list", "source": source, "show_error": False}
            if field.type == "links":
                rule |= {
                    "input_title": "いくつも書くとき",
                    "input_message": "二つめからは、Alt+Enter で改行し、1行に一つ番号を書きます。",
                }
        if rule:
            sheet.data_validation(first, column, last, column, rule)

    def choices(self, kinds: tuple[str, ...]) -> str:
        """The range of the hidden tab with everything that such a link can name; empty if there is nothing."""
        count = sum(len(self.worksheet.section(kind)) for kind in kinds)
        if not count:
            return ""
        if kinds not in self.lists:
            from xlsxwriter.utility import xl_col_to_name

            letter = xl_col_to_name(len(self.lists) + 1)
            self.lists[kinds] = f"='{layout.HIDDEN}'!${letter}$1:${letter}${count}"
        return self.lists[kinds]

    def hidden(self) -> None:
        """The worksheet as it was, for telling later who changed what, and the lists of the drop-downs."""
        sheet = self.book.add_worksheet(layout.HIDDEN)
        for row, text in enumerate(layout.packed(self.worksheet)):
            sheet.write_string(row, 0, text)
        for column, kinds in enumerate(self.lists, 1):
            ids = [record.id for kind in kinds for record in self.worksheet.section(kind)]
            for row, id in enumerate(ids):
                sheet.write_string(row, column, self.records.show(id, kinds))
        sheet.protect()
        sheet.very_hidden()

    def finish(self, sheet, name: str) -> None:
        """Protection and print: A4 landscape, the team and the tab above, page numbers below."""
        sheet.protect("", _PROTECTION)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
        team = self.worksheet.team.name.replace("\n", " ").replace("&", "&&")[:60]
        sheet.set_header(f"&L{team}&R{name}")
        sheet.set_footer("&C&P / &N ページ")
        sheet.hide_gridlines(1)


def lines_of(text: str, width: float) -> int:
    """How many lines a text takes in a column of so many letters (Japanese ones are twice as wide).

    >>> lines_of("避難所が遠い", 12), lines_of("避難所が遠い", 8)
    (1, 2)
    """
    if len(text) * 2 <= width and "\n" not in text:
        return 1
    lines = 0
    for line in text[:4000].split("\n"):
        letters = len(line) + sum(letter > "\xff" for letter in line)
        lines += max(1, math.ceil(letters / width))
    return lines
