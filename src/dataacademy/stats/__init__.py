"""Statistics for people's answers and counts: sizes first, then how sure they are, then a sentence that says both.

Every function is ``f(data, *, …) -> Finding`` (:class:`~dataacademy.analysis.Analysis`): a tidy table, the headline
value, a Japanese and an English sentence, the figures of the test, what was assumed, and which rows were left out.
scipy and statsmodels are loaded when a function needs them.  Samples with strata and clusters: ``da.survey``.
"""

from dataacademy.stats.association import chi2, mcnemar
from dataacademy.stats.compare import compare
from dataacademy.stats.correlation import correlate
from dataacademy.stats.demand import forecast_demand
from dataacademy.stats.describe import describe
from dataacademy.stats.history import nightingale
from dataacademy.stats.lorenz import concentration
from dataacademy.stats.paradox import simpson
from dataacademy.stats.planning import power, sample_size
from dataacademy.stats.population import forecast_population
from dataacademy.stats.regression import regress
from dataacademy.stats.resampling import bootstrap
from dataacademy.stats.shares import proportion
from dataacademy.stats.standardization import standardize
from dataacademy.stats.subgroups import subgroups
from dataacademy.stats.survival import survival
from dataacademy.stats.traps import base_rate, regression_to_mean
from dataacademy.stats.trends import trend
from dataacademy.stats.variance import anova

__all__ = [
    "anova",
    "base_rate",
    "bootstrap",
    "chi2",
    "compare",
    "concentration",
    "correlate",
    "describe",
    "forecast_demand",
    "forecast_population",
    "mcnemar",
    "nightingale",
    "power",
    "proportion",
    "regress",
    "regression_to_mean",
    "sample_size",
    "simpson",
    "standardize",
    "subgroups",
    "survival",
    "trend",
]
