"""The diagrams of flow B for the briefs: the work as it is and as it should be, and who holds which data."""

from __future__ import annotations

from pathlib import Path

from dataacademy.worksheet.brief.evidence import Figure
from dataacademy.worksheet.brief.material import Material
from dataacademy.worksheet.diagrams import Diagram, crud_table, flow_diagram
from dataacademy.worksheet.diagrams.flow import FLOWS

MOST = 4  # pages of one diagram in a brief; nobody reads more


def drawings(material: Material) -> list[Diagram]:
    """The diagrams that the worksheet has records for; what could not be drawn is noted."""
    sheet = material.worksheet
    found = [
        flow_diagram(sheet, flow) for flow in FLOWS if any(p.flow == flow and p.text.strip() for p in sheet.processes)
    ]
    if any(row.text.strip() for row in sheet.crud):
        found.append(crud_table(sheet))
    for diagram in found:
        for note in diagram.notes:
            material.note(note.kind, f"{diagram.title}：{note.ja}", note.en, note.fix, note.fix_en, note.level)
        if len(diagram.sheets) > MOST:
            material.note(
                "left_out",
                f"{diagram.title}は {len(diagram.sheets)} 枚になるので、初めの {MOST} 枚だけを資料に載せました。",
                f"Only the first {MOST} pages of {diagram.title} are in the briefs.",
                fix="業務フローを手続ごとに分けると、短くなります。",
                fix_en="Split the flow.",
                level="info",
            )
    return found


def pages(diagram: Diagram) -> range:
    """The pages of a diagram that a brief shows."""
    return range(min(len(diagram.sheets), MOST))


def figure(diagram: Diagram, page: int) -> Figure:
    """A page as a picture for Office; its size is in points."""
    sheet = diagram.sheets[page]
    return Figure(Path(f"{diagram.title}.png"), diagram.png(page), (round(sheet.width), round(sheet.height)))
