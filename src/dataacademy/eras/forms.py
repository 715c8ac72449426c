"""The eras, and the ways in which offices write dates: patterns only; ``eras`` gives them their meaning.

Named parts: ``era`` and ``n`` (its year) or ``y`` (Western year), ``fy`` (it is a 年度), ``m``, ``d``, ``last`` (末).
Texts come in NFKC, upper case, without blanks and with ``-`` for every dash.
"""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple


class Era(NamedTuple):
    name: str
    letter: str
    first: date
    last: date


ERAS = (  # an era's last day is also the next one's first in 1912 and 1926
    Era("明治", "M", date(1868, 1, 25), date(1912, 7, 30)),
    Era("大正", "T", date(1912, 7, 30), date(1926, 12, 25)),
    Era("昭和", "S", date(1926, 12, 25), date(1989, 1, 7)),
    Era("平成", "H", date(1989, 1, 8), date(2019, 4, 30)),
    Era("令和", "R", date(2019, 5, 1), date.max),
)
ERA_OF = {key: era for era in ERAS for key in (era.name, era.name[0], era.letter)}

_N = r"(?:[1-9]\d|0?[1-9])"  # year of an era; there is no year 0
_NN = r"(?:[1-9]\d|0[1-9])"
_Y = r"(?:18|19|20|21)\d\d"  # where nothing but digits tells that it is a year
_E = "(?:明治|大正|昭和|平成|令和|[明大昭平令MTSHR])"
_E_IN_NAMES = "(?:昭和|平成|令和|[HR])"  # other letters before a number are more often numbers of tables


def _year_form(eras: str) -> str:
    return rf"(?:(?P<era>{eras})\.?(?P<n>元|{_N})|(?P<y>\d{{4}}))"


def _compile(*forms: str) -> list[re.Pattern]:
    return [re.compile(form) for form in forms]


_YEAR = _year_form(_E)
YEAR = re.compile(_YEAR)
MONTH_FIRST = re.compile(r"(?P<m>\d{1,2})/(?P<d>\d{1,2})/(?P<y>\d{4})")  # 4/1/2023
FORMS = [
    *_compile(
        rf"{_YEAR}年(?P<fy>度)?(?P<last>末日?)?",  # 令和6年, 令和6年度末, 2024年
        rf"(?P<era>{_E})\.?(?P<n>元|{_N})|(?P<y>{_Y})",  # R6, 2024
        rf"{_YEAR}年(?P<fy>度)?(?P<m>\d{{1,2}})月(?:(?P<d>\d{{1,2}})日?|(?P<last>末日?))?",  # 令和6年4月1日, 3月末
        rf"{_YEAR}(?P<sep>[-/.])(?P<m>\d{{1,2}})(?:(?P=sep)(?P<d>\d{{1,2}}))?",  # R6.4.1, 2024-04
        rf"(?:(?P<era>{_E})(?P<n>{_NN})|(?P<y>{_Y}))(?P<m>\d\d)(?P<d>\d\d)?",  # R060401, 202404
    ),
    MONTH_FIRST,
]
IN_NAMES = _compile(
    rf"(?<![0-9A-Z]){_year_form(_E_IN_NAMES)}"
    r"(?:年(?P<fy>度)?(?P<m>\d{1,2})月|\.(?P<m2>\d{1,2})(?![0-9A-Z])|[-_](?P<m3>\d\d)(?!\d))",
    rf"(?<![0-9A-Z])(?:(?P<era>{_E_IN_NAMES})(?P<n>{_NN})|(?P<y>\d{{4}}))(?P<m>\d\d)(?:\d\d)?(?!\d)",
)
_BARE = rf"(?:{_E}\.?(?:元|{_N})|\d{{4}})"
TWO_YEARS = re.compile(rf"(?P<a>{_BARE})(?P<suffix>年?度?)[(/・](?P<b>{_BARE})(?P<more>年?度?)\)?(?P<rest>.*)")
TIME = re.compile(r"[T\s]+(?P<clock>\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)\s*(?P<zone>Z|[-+]\d\d:?\d\d)?$")
ASIDE = re.compile(r"\([月火水木金土日]曜?日?\)|(?:現在|時点)$")
DASHES = str.maketrans("‐‑‒–—―−", "-------")


def year_of(parts: dict) -> int:
    """Western year of the named parts of a date.

    >>> year_of(YEAR.match("令和元").groupdict()), year_of({"y": "2024"})
    (2019, 2024)
    """
    if parts["y"]:
        return int(parts["y"])
    return ERA_OF[parts["era"]].first.year - 1 + (1 if parts["n"] == "元" else int(parts["n"]))
