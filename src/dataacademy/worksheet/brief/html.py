"""Parts, pictures and files as HTML; everything that comes from a worksheet or a file is escaped."""

from __future__ import annotations

import base64
import os
from importlib.resources import files
from pathlib import Path
from urllib.parse import quote

from markupsafe import Markup, escape

from dataacademy.report import STYLE
from dataacademy.worksheet.brief.evidence import Figure
from dataacademy.worksheet.brief.wording import Parts, clean

_STYLE = """
body { max-width: 60rem; overflow-wrap: anywhere; } h3 { font-size: 1.02rem; margin: 1.4rem 0 .3rem; }
table { width: auto; min-width: min(100%, 24rem); max-width: 100%; }
caption { caption-side: top; padding: .3rem 0; color: #444; }
th, td { min-width: 4em; }
th, td:first-child { white-space: normal; } td.number { text-align: right; white-space: nowrap; }
img { max-width: 100%; height: auto; border: 1px solid #ddd; } figure { margin: 1rem 0; } figcaption { color: #444; }
figure svg { min-width: 40rem; }
a { color: #0b4f8a; } a:focus-visible { outline: 3px solid #e17800; outline-offset: 2px; }
a.quoted, a.sum { font-weight: bold; } a.typed { color: inherit; text-decoration-style: dotted; }
.gap { color: #9c2a00; } .cut { color: #555; } :target { background: #fff3c4; outline: 2px solid #e17800; }
.skip { position: absolute; left: -999rem; } .skip:focus { position: static; }
@media print { body { margin: 0; } a { color: inherit; } .skip { display: none; } @page { size: A4; margin: 15mm; } }
"""


def write(parts: Parts, *, trace: str = "") -> Markup:
    """Parts as HTML; numbers lead to the trace page (its name), or are plain text where that is empty."""
    shown = []
    for part in parts:
        text = lines(part.text)
        if part.anchor and trace:
            link = f"{quote(trace)}#{part.anchor}"
            shown.append(Markup('<a class="{}" href="{}">{}</a>').format(part.kind, link, text))
        elif part.kind == "text":
            shown.append(text)
        else:
            shown.append(Markup('<span class="{}">{}</span>').format(part.kind, text))
    return Markup("").join(shown)


def lines(text: str) -> Markup:
    """A text with its line breaks."""
    return Markup("<br>").join(escape(line) for line in clean(text).split("\n"))


def embedded(figure: Figure) -> str:
    """A picture as an address that holds the picture itself."""
    return "data:image/png;base64," + base64.b64encode(figure.content).decode("ascii")


def link(file: Path, folder: Path) -> str:
    """The address of a file as seen from a page in ``folder``."""
    try:
        return quote(Path(os.path.relpath(file, folder.resolve())).as_posix())
    except ValueError:  # another drive
        return file.as_uri()


def render(template: str, **values) -> str:
    """A page from one of this package's templates."""
    import jinja2

    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals["style"] = Markup(STYLE + _STYLE)
    return environment.from_string(files(__package__).joinpath(template).read_text(encoding="utf-8")).render(**values)
