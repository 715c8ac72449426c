"""What teams go on with after the course: a project sheet, a pitch, a page of projects, and how long projects last.

The shape is that of the projects of Social Hack Day.  :func:`example` is an invented collection to practise with.
"""

from dataacademy.projects.lifetimes import lifetimes
from dataacademy.projects.listing import Page, page
from dataacademy.projects.pitch import Pitch, pitch
from dataacademy.projects.table import COLUMNS, check, example, from_sheet

__all__ = ["COLUMNS", "Page", "Pitch", "check", "example", "from_sheet", "lifetimes", "page", "pitch"]
