"""Pictures of the work: the flow of steps by office, and who holds which data, as SVG with a text that says the same.

No layout library draws Japanese swim lanes that can be read (processpiper loses the letters, schemdraw fails on ``<``),
so boxes and arrows are placed here and only written by drawsvg; resvg makes the PNG for Office.
"""

from dataacademy.worksheet.diagrams.crud import crud_table
from dataacademy.worksheet.diagrams.flow import flow_diagram
from dataacademy.worksheet.diagrams.picture import Diagram

__all__ = ["Diagram", "crud_table", "flow_diagram"]
