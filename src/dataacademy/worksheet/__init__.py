"""The seven-step worksheet as data: records with ids and links, in one YAML file a team.

:func:`open_sheet` opens a team's file; what it gives fills in, records findings, reviews and writes the briefs.
"""

from dataacademy.worksheet.sheet import Sheet, open_sheet

__all__ = ["Sheet", "open_sheet"]
