"""An application as a workbook of one A4 page, for offices that go on in Excel."""

from __future__ import annotations

import io

from dataacademy.worksheet.prototype import paper

_FONT = "游ゴシック"
_PIXEL = 25.4 / 96  # millimetres
_ROOMIER = 1.12  # other machines' fonts are wider than the one that lines were measured with
_HIGHEST = 400.0  # points: the highest row of Excel


def made(application) -> bytes:
    """The bytes of the .xlsx file."""
    from xlsxwriter import Workbook

    plan = application.plan
    content = io.BytesIO()
    font = {"font_name": _FONT, "font_size": plan.size}
    book = Workbook(content, {"in_memory": True})
    book.set_properties({"title": application.title})
    cell = {**font, "border": 1, "text_wrap": True, "valign": "vcenter", "num_format": "@"}
    label = book.add_format({**cell, "bg_color": "#F0F0F0"})
    text, source = book.add_format(cell), book.add_format({**cell, "font_size": paper.small(plan.size)})
    title = book.add_format({**font, "font_size": paper.TITLE_SIZE, "bold": True})
    line = book.add_format({**font, "text_wrap": True, "valign": "vcenter"})
    signed = book.add_format({**font, "bottom": 1, "valign": "bottom"})
    sheet = book.add_worksheet("申請書")
    for column, room in enumerate(paper.COLUMNS):
        sheet.set_column_pixels(column, column, round(room / _PIXEL))
    sheet.set_row(0, 30)
    sheet.write_string(0, 0, application.title, title)
    sheet.set_row(1, _height(len(plan.check), plan))
    sheet.merge_range(1, 0, 1, 2, "", line)
    sheet.write_string(1, 0, paper.CHECK, line)
    for place, (item, row) in enumerate(zip(application.items, plan.rows, strict=True), 2):
        sheet.set_row(place, _height(max(map(len, row.cells)), plan))
        sheet.write_string(place, 0, item.name, label)
        sheet.write_string(place, 1, application.texts[item.name], text)  # as text: nothing is taken for a formula
        sheet.write_string(place, 2, item.source, source)
    end = len(plan.rows) + 2
    sheet.set_row(end, 30)
    sheet.write_string(end, 0, paper.SIGN, book.add_format({**font, "valign": "vcenter"}))
    sheet.set_row(end + 1, 30)
    sheet.write_string(end + 1, 1, paper.SIGN_LINE, signed)
    sheet.write_blank(end + 1, 2, None, signed)
    sheet.set_paper(9)
    sheet.set_portrait()
    sheet.set_margins(left=0.6, right=0.6, top=0.6, bottom=0.6)
    sheet.center_horizontally()
    sheet.print_area(0, 0, end + 1, 2)
    sheet.fit_to_pages(1, 1)
    sheet.hide_gridlines(2)
    book.close()
    return content.getvalue()


def _height(lines: int, plan) -> float:
    return min((lines * plan.line + 2 * paper.PADDING) / 25.4 * 72 * _ROOMIER, _HIGHEST)
