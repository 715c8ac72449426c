"""BI: a star of tables with keys checked, pivots, a table to drag and drop, a dashboard as a page, hand-over."""

from dataacademy.bi.board import Board, dashboard
from dataacademy.bi.checking import checklist
from dataacademy.bi.explorer import explore
from dataacademy.bi.handover import Export, export
from dataacademy.bi.page import open_page, openings
from dataacademy.bi.pivots import drill, pivot, year_on_year
from dataacademy.bi.ranks import pareto, pareto_chart, rank
from dataacademy.bi.requirement import Requirement, requirement
from dataacademy.bi.star import Star, star

__all__ = [
    "Board",
    "Export",
    "Requirement",
    "Star",
    "checklist",
    "dashboard",
    "drill",
    "explore",
    "export",
    "open_page",
    "openings",
    "pareto",
    "pareto_chart",
    "pivot",
    "rank",
    "requirement",
    "star",
    "year_on_year",
]
