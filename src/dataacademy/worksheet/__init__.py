"""The seven-step worksheet as data: records with ids and links, in one YAML file a team.

:func:`open_sheet` opens a team's file; what it gives fills in, records findings, reviews and writes the briefs.
:func:`example` is the worksheet of an example team at the end of any lesson.
"""

from dataacademy.worksheet.sheet import Sheet, open_sheet
from dataacademy.worksheet.worked import example

__all__ = ["Sheet", "example", "open_sheet"]
