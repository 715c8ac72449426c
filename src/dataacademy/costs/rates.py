"""Social discount rates: what next year's yen is worth today, with who says so and when."""

from __future__ import annotations

import numbers
from dataclasses import dataclass

import numpy as np

from dataacademy.errors import DataAcademyError, check_choice


@dataclass(frozen=True)
class Rate:
    """A discount rate: ``steps`` are (first year, rate a year); the last one goes on for ever."""

    steps: tuple[tuple[int, float], ...]
    label: str
    source: str
    date: str

    def factors(self, years: np.ndarray) -> np.ndarray:
        """What one yen of each year (0 is the base year, fractions allowed) is worth in the base year.

        >>> RATES["mlit_4"].factors(np.array([0, 1])).round(6).tolist()
        [1.0, 0.961538]
        """
        log = np.zeros(len(years))
        ends = [*(first for first, _ in self.steps[1:]), np.inf]
        for (first, rate), end in zip(self.steps, ends, strict=True):
            within = np.clip(years, first if first else -np.inf, end) - first
            log += within * np.log1p(rate)
        return np.exp(-log)


_MLIT = "国土交通省「公共事業評価の費用便益分析に関する技術指針（共通編）」"
_TO_CONFIRM = "（令和5年9月の改定による。使う前に本文で確かめてください）"
RATES = {
    "mlit_4": Rate(((0, 0.04),), "社会的割引率4％", _MLIT, "平成16年以来"),
    "mlit_1": Rate(((0, 0.01),), "参考の割引率1％", _MLIT + _TO_CONFIRM, "令和5年9月"),
    "mlit_2": Rate(((0, 0.02),), "参考の割引率2％", _MLIT + _TO_CONFIRM, "令和5年9月"),
    "green_book": Rate(
        ((0, 0.035), (30, 0.03), (75, 0.025), (125, 0.02), (200, 0.015), (300, 0.01)),
        "英国グリーンブックの逓減する割引率（30年まで3.5％）",
        "HM Treasury, The Green Book",
        "2025年12月16日に見直しが始まる前の表",
    ),
}
REFERENCE = ("mlit_1", "mlit_2", "mlit_4")  # always shown beside a result


def rate_of(rate) -> Rate:
    """The rate meant by a number (0.04) or by the name of a preset.

    Errors: ``percent_for_share`` (4 where 0.04 is meant), ``unknown_choice``, ``bad_rate``.
    """
    if isinstance(rate, Rate):
        return rate
    if isinstance(rate, str):
        check_choice("割引率", rate, list(RATES), en="Rate")
        return RATES[rate]
    if not isinstance(rate, numbers.Real) or isinstance(rate, bool) or not np.isfinite(rate) or rate <= -1:
        raise DataAcademyError(
            "bad_rate",
            f"割引率「{rate}」は数ではありません。",
            f"The rate {rate!r} is not a number above -1.",
            fix='rate=0.04（4％）か rate="mlit_4" のように書きます。',
            fix_en='Write rate=0.04 or rate="mlit_4".',
        )
    if rate >= 0.5:
        raise DataAcademyError(
            "percent_for_share",
            f"割引率が {rate:g}（{100 * rate:,.0f}％）です。{rate:g}％のつもりなら {rate / 100:g} と書きます。",
            f"A rate of {rate:g} is {100 * rate:,.0f} %; for {rate:g} % write {rate / 100:g}.",
            fix=f"rate={rate / 100:g}",
            fix_en=f"rate={rate / 100:g}",
        )
    return Rate(((0, float(rate)),), f"割引率{100 * rate:g}％", "指定した値", "")
