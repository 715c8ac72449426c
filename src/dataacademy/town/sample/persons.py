"""The personal data of the sample town: who stands alone in a table without names, and counts as they were published,
with small cells left out, but not the totals that give them back."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from dataacademy.town.sample import covid
from dataacademy.town.sample import geography as geo
from dataacademy.town.sample.covid import AGE_GROUPS
from dataacademy.town.sample.town import Town

CENTENARIANS = 10  # decades of age end here: 100 and over
FEWEST = 10  # smaller counts are not published, except for nought


def make(town: Town) -> dict[str, Any]:
    """``published_counts``: patients by quarter and age group, cells and totals in long form."""
    cells = _cells(town, covid.make(town)["covid_patients"])
    rows = [("cell", q, a, cells[r, c]) for r, q in enumerate(geo.QUARTERS) for c, a in enumerate(AGE_GROUPS)]
    rows += [("row_total", q, None, n) for q, n in zip(geo.QUARTERS, cells.sum(axis=1), strict=True)]
    rows += [("column_total", None, a, n) for a, n in zip(AGE_GROUPS, cells.sum(axis=0), strict=True)]
    rows += [("total", None, None, cells.sum())]
    table = pd.DataFrame(rows, columns=["level", "quarter", "age_group", "count"])
    table["suppressed"] = (table["level"] == "cell") & table["count"].between(1, FEWEST - 1)
    table["count"] = table["count"].astype("Int64").mask(table["suppressed"])
    return {"published_counts": table}


def _cells(town: Town, patients: pd.DataFrame) -> np.ndarray:
    """Patients by quarter and age group: nothing left out."""
    quarter = {a.area_id: geo.QUARTERS.index(a.quarter) for a in town.areas}
    row = patients["area_id"].map(quarter).to_numpy(dtype=np.int64)
    column = pd.Index(AGE_GROUPS).get_indexer(patients["age_group"])
    shape = (len(geo.QUARTERS), len(AGE_GROUPS))
    return np.bincount(row * shape[1] + column, minlength=shape[0] * shape[1]).reshape(shape)


def truths(town: Town, tables: dict[str, Any]) -> list[dict]:
    """k = 1 in the register without names, and total minus parts."""
    return [_alone(town), _total_minus_parts(town, tables)]


def _alone(town: Town) -> dict:
    register = town.register
    decade = np.minimum(register["age"].to_numpy() // 10, CENTENARIANS)
    area = register["area"].to_numpy()
    quarter = np.array([geo.QUARTERS.index(a.quarter) for a in town.areas])[area]
    female = (register["sex"] == "female").to_numpy()

    def sizes(*columns: np.ndarray) -> np.ndarray:
        """How many share each combination that occurs."""
        key = np.zeros(len(register), dtype=np.int64)
        for column in columns:
            key = key * (int(column.max()) + 1) + column
        counts = np.bincount(key)
        return counts[counts > 0]

    alone = int((sizes(area, decade, female) == 1).sum())
    by_quarter = int((sizes(quarter, decade, female) == 1).sum())
    smallest = min(int(sizes(column).min()) for column in (area, decade, female))
    return {
        "id": "k1_rows",
        "title": "名前を消しても、居住地×年代×性別で一人に決まる人がいる",
        "says": f"地区（町丁目）×10歳ごとの年代×性別で、当てはまるのが自分だけの住民が{alone}人います。"
        f"居住地を地区の性格（4区分）に粗くすると{by_quarter}人になります。",
        "size": {"alone": alone, "alone_by_quarter": by_quarter},
        "tolerance": {"alone": 0, "alone_by_quarter": 0},
        "tables": ["residents", "areas"],
        "method": "組み合わせごとに人数を数え、1人しかいない組み合わせ（k=1）を探す。粗くしてから、もう一度数える"
        "（100歳以上はまとめる）。",
        "naive": {
            "method": "氏名と番号を消し、地区・年代・性別をそれぞれ別に数える。",
            "says": f"どの項目も、一番少ないところで{smallest}人いるので、だれか分からないように見える。",
            "value": {"smallest_group": smallest},
        },
    }


def _total_minus_parts(town: Town, tables: dict[str, Any]) -> dict:
    cells = _cells(town, tables["covid_patients"])
    hidden = (cells > 0) & (cells < FEWEST)
    found = _derived(hidden)
    values = {f"{geo.QUARTERS[r]}・{AGE_GROUPS[c]}": int(cells[r, c]) for r, c in zip(*np.nonzero(found), strict=True)}
    return {
        "id": "total_minus_parts",
        "title": "伏せた人数が、計から引き算で分かる",
        "says": f"公表した表は{int(hidden.sum())}マスを伏せていますが、地区の計と年代の計から引き算すると、"
        f"{len(values)}マスの人数が分かってしまいます。",
        "size": values,
        "tolerance": dict.fromkeys(values, 0),
        "tables": ["published_counts"],
        "method": "伏せたマスが一つだけの行や列で、計から残りを引く。分かったマスを埋めて、増えなくなるまで繰り返す。",
        "naive": {
            "method": f"{FEWEST}人未満のマスを伏せただけで、計はそのまま公表する。",
            "says": f"{int(hidden.sum())}マスとも伏せてあるので、だれのことか分からないように見える。",
            "value": {"hidden": int(hidden.sum())},
        },
    }


def _derived(hidden: np.ndarray) -> np.ndarray:
    """Which hidden cells the totals determine.

    Cells and totals form a graph: a row and a column are joined where their cell is hidden.  What is on a circle
    stays unknown; a cell is determined exactly when taking it out separates its row from its column.

    >>> _derived(np.array([[1, 1, 0], [1, 1, 1]], dtype=bool)).astype(int)
    array([[0, 0, 0],
           [0, 0, 1]])
    """
    determined = np.zeros_like(hidden)
    for r, c in zip(*np.nonzero(hidden), strict=True):
        rest = hidden.copy()
        rest[r, c] = False
        rows = np.zeros(len(hidden), dtype=bool)
        rows[r] = True
        for _ in range(hidden.size):
            columns = (rest & rows[:, None]).any(axis=0)
            rows = rows | (rest & columns).any(axis=1)
        determined[r, c] = not columns[c]
    return determined
