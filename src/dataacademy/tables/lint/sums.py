"""Whether parts add up to their total: the arithmetic that the linter and the town's population share."""

from __future__ import annotations

import numpy as np
import pandas as pd

_SURE = 100  # women in an area from which on the comparison of men and women means something


def mismatched(total: pd.Series, parts: pd.Series) -> pd.Series:
    """True where a total is stated, its parts are known, and they do not add up to it.

    >>> mismatched(pd.Series([3.0, 5.0, None]), pd.Series([3.0, 4.0, 9.0])).tolist()
    [False, True, False]
    """
    return total.notna() & parts.notna() & ~pd.Series(np.isclose(total, parts, rtol=1e-9, atol=1e-6), total.index)


def holds_both(male: pd.DataFrame, female: pd.DataFrame) -> pd.Series:
    """True for each area whose men's columns seem to hold men and women together.

    male, female
        One row per area, one column per age band, the same bands in the same order.

    That is: at least as many men as women in *every* age band, and half as many again in all.  Women outnumber men at
    high ages nearly everywhere, so this does not happen by itself in an area of some size.

    >>> men, women = pd.DataFrame([[60, 45], [60, 40]]), pd.DataFrame([[50, 50], [55, 70]])
    >>> holds_both(men + women, women).tolist(), holds_both(men, women).tolist()
    ([True, True], [False, False])
    """
    more = (male.to_numpy() >= female.to_numpy()).all(axis=1)
    return more & (male.sum(axis=1) >= 1.5 * female.sum(axis=1)) & (female.sum(axis=1) >= _SURE)
