"""Costs and benefits over the years, in money and in hours.

The table is that of ``da.load("costs")``: one row a year and item, amounts without a sign, the kind says whether it is
a cost.  Staff hours are counted as hours: they are money only where a payment really falls away.
"""

from dataacademy.costs.hours import time_saved
from dataacademy.costs.parties import distribution
from dataacademy.costs.prices import deflate, residual_value
from dataacademy.costs.ratios import bcr
from dataacademy.costs.schedule import cash_flow
from dataacademy.costs.sheet import evaluation_sheet
from dataacademy.costs.uncertainty import monte_carlo, sensitivity, switching_value, tornado
from dataacademy.costs.worth import equivalent_annual_cost, irr, npv, xnpv

__all__ = [
    "bcr",
    "cash_flow",
    "deflate",
    "distribution",
    "equivalent_annual_cost",
    "evaluation_sheet",
    "irr",
    "monte_carlo",
    "npv",
    "residual_value",
    "sensitivity",
    "switching_value",
    "time_saved",
    "tornado",
    "xnpv",
]
