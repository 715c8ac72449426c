"""Personal data: who is alone without a name, and what totals give away, counted in other ways than planted."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

LAST = pd.Timestamp("2026-04-01")


@pytest.fixture(scope="module")
def people(tables):
    """The register as one would hand it on: no names and numbers, ages in decades up to 100 and over."""
    residents = tables["residents"]
    birth = pd.to_datetime(residents["birth_date"])
    had_birthday = (birth.dt.month * 100 + birth.dt.day) <= LAST.month * 100 + LAST.day
    age = LAST.year - birth.dt.year - (~had_birthday).astype(int)
    quarter = residents["area_id"].map(tables["areas"].set_index("area_id")["quarter"])
    return residents[["area_id", "sex"]].assign(decade=age.clip(upper=100) // 10, quarter=quarter)


def test_k1_rows(people, truth):
    planted = truth("k1_rows")
    alone = ~people.duplicated(["area_id", "decade", "sex"], keep=False)
    by_quarter = ~people.duplicated(["quarter", "decade", "sex"], keep=False)
    assert {"alone": alone.sum(), "alone_by_quarter": by_quarter.sum()} == planted["size"]
    assert set(planted["tolerance"].values()) == {0}
    assert alone.sum() >= 30
    assert by_quarter.sum() <= 2


def test_k1_rows_naive(people, truth):
    planted = truth("k1_rows")
    smallest = min(people[column].value_counts().min() for column in ("area_id", "decade", "sex"))
    assert smallest == planted["naive"]["value"]["smallest_group"]
    assert smallest >= 10  # safe by each column, and yet
    assert planted["size"]["alone"] > 0


@pytest.fixture(scope="module")
def published(tables):
    return tables["published_counts"]


def determined(published):
    """What cells and totals as equations say of each suppressed cell: its value where there is only one."""
    cells = published[published["level"] == "cell"]
    hidden = cells[cells["suppressed"]].reset_index(drop=True)
    equations, rests = [], []
    for level, column in (("row_total", "quarter"), ("column_total", "age_group")):
        for name, total in published[published["level"] == level].set_index(column)["count"].items():
            shown = cells.loc[(cells[column] == name) & ~cells["suppressed"], "count"].sum()
            equations.append((hidden[column] == name).to_numpy(float))
            rests.append(float(total - shown))
    matrix, rest = np.array(equations), np.array(rests)
    solution, *_ = np.linalg.lstsq(matrix, rest)
    assert matrix @ solution == pytest.approx(rest)
    _, sizes, rows = np.linalg.svd(matrix)
    free = rows[(sizes > 1e-9).sum() :]  # directions in which the cells may move without changing a total
    sure = np.abs(free).max(axis=0, initial=0) < 1e-9
    names = hidden["quarter"] + "・" + hidden["age_group"]
    return {name: round(value) for name, value, known in zip(names, solution, sure, strict=True) if known}


def test_total_minus_parts(published, tables, truth):
    planted = truth("total_minus_parts")
    found = determined(published)
    assert found == planted["size"]
    assert len(found) >= 1
    patients, areas = tables["covid_patients"], tables["areas"]
    quarter = patients["area_id"].map(areas.set_index("area_id")["quarter"])
    real = (quarter + "・" + patients["age_group"]).value_counts()
    assert found == {name: real[name] for name in found}


def test_total_minus_parts_naive(published, truth):
    planted = truth("total_minus_parts")
    hidden = published[published["suppressed"]]
    assert len(hidden) == planted["naive"]["value"]["hidden"]
    assert hidden["count"].isna().all()  # nothing of them is to be seen
    assert published.loc[~published["suppressed"], "count"].notna().all()
    assert len(planted["size"]) > 0
