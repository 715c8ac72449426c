"""The worksheet as an Excel workbook: exported, filled in by people, imported without losing anything.

:func:`export` writes it, :func:`import_` compares three ways and gives an :class:`Imported`.
"""

from dataacademy.worksheet.excel.exporting import export
from dataacademy.worksheet.excel.importing import import_
from dataacademy.worksheet.excel.results import Change, Conflict, Imported

__all__ = ["Change", "Conflict", "Imported", "export", "import_"]
