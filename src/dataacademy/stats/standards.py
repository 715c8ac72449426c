"""The model populations with which Japanese offices adjust rates for age."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dataacademy.errors import DataAcademyError


@dataclass(frozen=True)
class Standard:
    """A model population: persons in five-year bands from age 0, in thousands; the last band is open."""

    label: str
    thousands: tuple[int, ...]


# 厚生労働省 人口動態統計: 平成27年モデル人口 (total 125,319,000), 昭和60年モデル人口 (total 120,287,000)
STANDARDS = {
    "japan2015": Standard(
        "平成27年（2015年）モデル人口",
        (5026, 5369, 5711, 6053, 6396, 6738, 7081, 7423, 7766, 8108)
        + (8451, 8793, 9135, 9246, 7892, 6306, 4720, 3134, 1548, 423),
    ),
    "japan1985": Standard(
        "昭和60年（1985年）モデル人口",
        (8180, 8338, 8497, 8655, 8814, 8972, 9130, 9289, 9400, 8651, 7616, 6581, 5546, 4511, 3476, 2441, 1406, 784),
    ),
}


def standard_bands(standard: str, ages: list, stratum: str) -> np.ndarray:
    """Persons of a model population in the bands that begin at ``ages`` (increasing); the last one is open.

    >>> standard_bands("japan1985", [0, 15, 65], "age").tolist()
    [25015000.0, 82654000.0, 12618000.0]
    """
    starts = 5 * np.arange(len(STANDARDS[standard].thousands))
    known = all(isinstance(a, (int, float, np.number)) and a in starts for a in ages)
    if not known or list(ages) != sorted(ages) or ages[0] != 0:
        raise DataAcademyError(
            "bad_age_bands",
            f"モデル人口を使うには、「{stratum}」を年齢の区切りの始まり（0、5、10、…、{starts[-1]} "
            "のどれか。0 から）にします。",
            f"With a model population, {stratum!r} must be the first age of each band (0, 5, …, {starts[-1]}), from 0.",
            fix="たとえば age_from の列を使うか、年齢を 5 で割って切り捨て、5 を掛けてください。",
            fix_en="Use age_from, or age // 5 * 5 (at most the last band's age).",
        )
    place = np.searchsorted(ages, starts, side="right") - 1
    return np.bincount(place, 1000.0 * np.array(STANDARDS[standard].thousands), minlength=len(ages))
