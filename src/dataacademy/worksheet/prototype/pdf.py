"""An application as PDF.  Its letters are inside, so that every machine shows and prints them alike."""

from __future__ import annotations

from dataacademy.worksheet.prototype import letters, paper


def made(application) -> bytes:
    """The bytes of the .pdf file."""
    from fpdf import FPDF

    plan = application.plan
    document = FPDF(format="A4", unit="mm")
    document.set_auto_page_break(False)
    document.set_margin(0)
    document.c_margin = 0
    document.set_title(letters.printed(application.title))
    document.set_lang("ja")
    first, *others = letters.faces()
    texts = "".join(application.texts.values()) + "".join(item.name for item in application.items) + application.title
    others = [] if set(letters.printed(texts)) <= set(map(chr, first.widths)) else others
    for face in (first, *others):
        document.add_font(face.name, fname=face.file)
    document.set_fallback_fonts([face.name for face in others])
    document.set_draw_color(60)
    document.set_fill_color(240)

    def write(text: str, x: float, y: float, size: float, height: float) -> None:
        if text:
            document.set_font(first.name, size=size)
            document.set_xy(x, y)
            document.cell(h=height, text=text)

    document.add_page()
    y = paper.TOP
    write(letters.printed(application.title), paper.SIDE, y, paper.TITLE_SIZE, 10)
    y += paper.HEAD
    for line in plan.check:
        write(line, paper.SIDE, y, plan.size, plan.line)
        y += plan.line
    y = paper.TOP + paper.HEAD + plan.check_height
    for place, (start, end) in enumerate(paper.parts(plan)):
        if place:
            document.add_page()
            y = paper.TOP
        for row in plan.rows[start:end]:
            x = paper.SIDE
            for column, (cell, room) in enumerate(zip(row.cells, paper.COLUMNS, strict=True)):
                document.rect(x, y, room, row.height, style="DF" if column == 0 else "D")
                size = paper.small(plan.size) if column == 2 else plan.size
                for number, line in enumerate(cell):
                    write(line, x + paper.PADDING, y + paper.PADDING + number * plan.line, size, plan.line)
                x += room
            y += row.height
    write(paper.SIGN, paper.SIDE, y + 4, plan.size, plan.line)
    write(paper.SIGN_LINE, paper.SIDE + 60, y + 14, plan.size, plan.line)
    end = y + 14 + plan.line
    document.line(paper.SIDE + 60, end, paper.SIDE + sum(paper.COLUMNS), end)
    return bytes(document.output())
