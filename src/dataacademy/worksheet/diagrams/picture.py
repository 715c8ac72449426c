"""A diagram: pages of shapes that become SVG, PNG or a page to print, with a text for those who cannot see it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from importlib.util import find_spec
from pathlib import Path

from dataacademy.errors import check_choice
from dataacademy.notes import Note

WIDE, HIGH = 781, 534  # points: A4 on its side without margins of 10 mm and the edge
EDGE = 2  # around all, so that no line is cut
# Windows (two of them), macOS and Linux, and last what the course brings itself
FONTS = "Yu Gothic, Meiryo, BIZ UDGothic, Hiragino Sans, Noto Sans CJK JP, Noto Sans JP, IPAexGothic, sans-serif"
INK, GREY, PALE = "#000000", "#d9d9d9", "#f2f2f2"
_ZOOM = 1.5  # of 96 dots to the inch: 144 in the PNG
_STYLE = f"font-family:{FONTS};max-width:100%;height:auto"
_PRINT = "@page{size:A4 landscape;margin:10mm}body{margin:0;font-family:" + FONTS + "}svg{break-inside:avoid}"


@dataclass(frozen=True)
class Page:
    """A sheet of shapes: its size in points, what is drawn on it, and what it shows in words."""

    width: float
    height: float
    shapes: tuple
    alt: str


@dataclass(frozen=True)
class Diagram:
    """A diagram on pages that each fit on a sheet of A4 on its side.

    ``title``; ``notes`` say what could not be drawn; ``table`` is the same as an HTML table, where it is one.
    """

    title: str
    sheets: tuple[Page, ...]
    notes: tuple[Note, ...] = ()
    table: str = ""

    @property
    def alt(self) -> str:
        """The whole diagram in words."""
        return f"{self.title}。" + "".join(sheet.alt for sheet in self.sheets)

    @property
    def pages(self) -> list[str]:
        """Each page as SVG."""
        return [self.page(at) for at in range(len(self.sheets))]

    def page(self, at: int) -> str:
        """One page (from 0) as SVG."""
        return _svg(self._named(at), self.sheets[at].alt, (self.sheets[at],))

    @property
    def svg(self) -> str:
        """The whole as one SVG; several pages stand one below the other."""
        return _svg(self.title, self.alt, self.sheets)

    def alt_of(self, page: int) -> str:
        """What one page (from 0) shows, in words."""
        return f"{self._named(page)}。{self.sheets[page].alt}"

    def png(self, page: int | None = None) -> bytes:
        """The whole, or one page (from 0), as a picture for Word and PowerPoint."""
        return _png(self.svg if page is None else self.page(page))

    def save(self, path: Path | str) -> Path:
        """Write ``….svg``, ``….png`` or ``….html`` (prints each page on A4 on its side); returns the file.

        Errors: ``unknown_choice`` for another ending, ``file_open`` and the others of ``files.write_bytes``.
        """
        from dataacademy.files import write_bytes

        path = Path(path)
        ending = path.suffix.lower()
        check_choice("ファイル名の終わり", ending, (".svg", ".png", ".html"), en="Ending of the file's name")
        if ending == ".png":
            content = self.png()
        elif ending == ".svg":
            content = ('<?xml version="1.0" encoding="UTF-8"?>\n' + self.svg).encode("utf-8")
        else:
            head = f'<!doctype html><html lang="ja"><head><meta charset="utf-8"><title>{escape(self.title)}</title>'
            style = f"<style>{_PRINT}</style></head><body>"
            content = (head + style + "\n".join(self.pages) + "</body></html>\n").encode("utf-8")
        write_bytes(path, content)
        return path

    def _named(self, page: int) -> str:
        return self.title if len(self.sheets) == 1 else f"{self.title}　{page + 1}／{len(self.sheets)}"

    def _repr_html_(self) -> str:
        notes = "".join(f"<li>{escape(note.ja)} {escape(note.fix)}</li>" for note in self.notes)
        return (self.table or "".join(f"<div>{page}</div>" for page in self.pages)) + (
            f"<ul>{notes}</ul>" * bool(notes)
        )


def texts(lines: list[str], size: float, x: float, top: float, **how) -> list:
    """Lines of text from ``top`` on, ``LEADING`` apart."""
    import drawsvg

    return [
        drawsvg.Text(line, size, round(x, 1), round(top + at * size * LEADING + size * 0.95, 1), fill=INK, **how)
        for at, line in enumerate(lines)
    ]


LEADING = 1.25  # height of a line, in heights of a letter


def _svg(title: str, alt: str, sheets: tuple[Page, ...]) -> str:
    import drawsvg

    wide = max(sheet.width for sheet in sheets) + 2 * EDGE
    high = sum(sheet.height for sheet in sheets) + 2 * EDGE
    mark = hashlib.sha256(f"{title}{alt}{len(sheets)}".encode()).hexdigest()[:10]  # ids differ within a notebook
    named = {"aria_labelledby": f"title-{mark}", "aria_describedby": f"desc-{mark}"}
    drawing = drawsvg.Drawing(round(wide, 1), round(high, 1), id_prefix=mark, role="img", style=_STYLE, **named)
    drawing.set_render_size(f"{wide:.1f}pt", f"{high:.1f}pt")
    drawing.append_title(title, id=f"title-{mark}")
    drawing.append(drawsvg.Raw(f'<desc id="desc-{mark}">{escape(alt)}</desc>'))
    drawing.append(drawsvg.Rectangle(0, 0, round(wide, 1), round(high, 1), fill="#ffffff"))
    top = float(EDGE)
    for sheet in sheets:
        group = drawsvg.Group(transform=f"translate({EDGE},{top:.1f})")
        group.children.extend(sheet.shapes)
        drawing.append(group)
        top += sheet.height
    return drawing.as_svg(header="")


@lru_cache(maxsize=32)  # the same picture goes into Word and into PowerPoint
def _png(svg: str) -> bytes:
    import resvg_py

    own = Path(find_spec("matplotlib_fontja").origin).parent / "fonts" / "ipaexg.ttf"
    made = resvg_py.svg_to_bytes(svg_string=svg, font_files=[str(own)], background="white", dpi=96, zoom=_ZOOM)
    return bytes(made)
