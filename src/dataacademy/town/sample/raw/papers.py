"""広報課 hands over what is no table: a leaflet as PDF."""

from __future__ import annotations

from typing import Any

from dataacademy.town.sample.raw.defects import Page
from dataacademy.town.sample.town import Town

LEAFLET = "統計で見るみらい市.pdf"


def make(town: Town, tables: dict[str, Any]) -> tuple[dict[str, bytes], list]:
    """The file and what is wrong with it."""
    residents = len(tables["residents"])
    leaflet = Page(LEAFLET, [[]])
    leaflet.mark_file("file_type", "表がPDFで届いた。元のExcelをもらう。")
    return {LEAFLET: pdf(f"Mirai-shi 2026-04-01: {residents:,} residents")}, leaflet.defects


def pdf(line: str) -> bytes:
    """A page with one line of ASCII, as the smallest valid PDF.

    >>> pdf("a").startswith(b"%PDF-1.4") and pdf("a").endswith(b"%%EOF\\n")
    True
    """
    drawn = f"BT /F1 14 Tf 60 760 Td ({line}) Tj ET"
    parts = (
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        f"<</Length {len(drawn)}>>\nstream\n{drawn}\nendstream",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )
    text, places = "%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(text))
        text += f"{number} 0 obj\n{part}\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    size = len(parts) + 1
    text += f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<</Size {size}/Root 1 0 R>>\nstartxref\n"
    return f"{text}{text.index('xref')}\n%%EOF\n".encode("ascii")
