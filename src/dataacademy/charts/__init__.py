"""Charts for meeting papers: bars that start at zero, with their values, unit and source written on them.

Every chart is ``f(data, *, …, ax=None) -> Axes``: it applies :func:`style` inside the call, leaves the reader's own
matplotlib settings alone and never calls ``plt.show()``.  :func:`alt` says a chart in words, :func:`lint` what is wrong
with it, :func:`simulate` how others see it.
"""

from dataacademy.charts.bars import bar
from dataacademy.charts.choosing import choose
from dataacademy.charts.colour import PALETTES, check_palette, simulate
from dataacademy.charts.grids import heatmap, small_multiples
from dataacademy.charts.histogram import histogram
from dataacademy.charts.likert import likert
from dataacademy.charts.lines import line
from dataacademy.charts.linting import lint
from dataacademy.charts.newspaper import newspaper, newspaper_table
from dataacademy.charts.points import portfolio, scatter
from dataacademy.charts.pyramid import population_pyramid
from dataacademy.charts.reading import alt
from dataacademy.charts.slopes import slope
from dataacademy.charts.survivalcurve import survival_curve
from dataacademy.charts.teaching import show_same_data_three_ways
from dataacademy.styling import missing_glyphs, style

__all__ = [
    "PALETTES",
    "alt",
    "bar",
    "check_palette",
    "choose",
    "heatmap",
    "histogram",
    "likert",
    "line",
    "lint",
    "missing_glyphs",
    "newspaper",
    "newspaper_table",
    "population_pyramid",
    "portfolio",
    "scatter",
    "show_same_data_three_ways",
    "simulate",
    "slope",
    "small_multiples",
    "style",
    "survival_curve",
]
