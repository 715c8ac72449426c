"""k, l and t against published figures, pycanon and a transport problem; what is refused."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from dataacademy import load, paths, privacy
from dataacademy.errors import DataAcademyError
from dataacademy.privacy import equivalence

ORACLE = Path(__file__).parent / "oracles" / "privacy_pycanon.txt"
LI = pd.DataFrame(  # Li, Li & Venkatasubramanian 2007, table 3
    {
        "zip": ["476**"] * 3 + ["4790*"] * 3 + ["476**b"] * 3,
        "salary": [3, 4, 5, 6, 11, 8, 7, 9, 10],
        "disease": [
            *("gastric ulcer", "gastritis", "stomach cancer"),
            *("gastritis", "flu", "bronchitis"),
            *("bronchitis", "pneumonia", "stomach cancer"),
        ],
    }
)


def test_the_table_of_li_and_others():
    assert privacy.k_anonymity(LI, by=["zip"], k=3).value == 3
    assert privacy.l_diversity(LI, by=["zip"], sensitive="salary").value == 3
    found = privacy.t_closeness(LI, by=["zip"], sensitive="salary").table.set_index("zip")["closeness"]
    assert found["476**"] == pytest.approx(0.375)
    assert found["4790*"] == pytest.approx(0.1666666667)
    assert found["476**b"] == pytest.approx(0.2361111111)
    equal = privacy.t_closeness(LI, by=["zip"], sensitive="disease", distance="equal")
    assert equal.table.set_index("zip").loc["476**", "closeness"] == pytest.approx(0.4444, abs=5e-5)


def test_pycanon_says_the_same():
    theirs = dict(line.split() for line in ORACLE.read_text(encoding="utf-8").splitlines())
    file = paths.dataset(paths.SAMPLE_TOWN) / "checkups.csv"
    assert hashlib.sha256(file.read_bytes()).hexdigest()[:16] == theirs["digest"], "run the oracle again"
    data = load("checkups")
    data = data[data["hba1c"].notna()].assign(decade=data["age"] // 10)
    by = ["office", "sex", "decade"]
    assert privacy.k_anonymity(data, by=by).value == int(theirs["k"])
    l_found = privacy.l_diversity(data, by=by, sensitive="guidance")
    assert l_found.value == int(theirs["distinct_l"])
    assert int(l_found.figures["entropy_l"] + 1e-9) == int(theirs["entropy_l"])
    t_ordered = privacy.t_closeness(data, by=by, sensitive="hba1c").value
    assert t_ordered == pytest.approx(float(theirs["t_ordered"]), rel=1e-9)
    t_equal = privacy.t_closeness(data, by=by, sensitive="guidance", distance="equal").value
    assert t_equal == pytest.approx(float(theirs["t_equal"]), rel=1e-9)


TREE = {"a": "A", "b": "A", "c": "B", "d": "B", "A": "全部", "B": "全部"}


def transported(p, q) -> float:
    """Least work to turn p into q where values of one group are ½ apart and others 1."""
    cost = [[0 if i == j else 0.5 if i // 2 == j // 2 else 1.0 for j in range(4)] for i in range(4)]
    rows = [[1.0 if k // 4 == i else 0.0 for k in range(16)] for i in range(4)]
    columns = [[1.0 if k % 4 == j else 0.0 for k in range(16)] for j in range(4)]
    return linprog(np.ravel(cost), A_eq=rows + columns, b_eq=[*p, *q]).fun


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("xy"), st.sampled_from("abcd")), min_size=4, max_size=30))
def test_the_hierarchy_is_a_transport_problem(rows):
    data = pd.DataFrame([*rows, ("x", "a"), ("x", "c"), ("y", "b"), ("y", "d")], columns=["group", "illness"])
    found = privacy.t_closeness(data, by=["group"], sensitive="illness", hierarchy=TREE)
    everybody = [(data["illness"] == v).mean() for v in "abcd"]
    for _, row in found.table.iterrows():
        here = data[data["group"] == row["group"]]
        share = [(here["illness"] == v).mean() for v in "abcd"]
        assert row["closeness"] == pytest.approx(transported(share, everybody), abs=1e-7)


KINDS = {  # every way to hold the numbers 0 to 4; 4 is a blank where there can be one
    "int": lambda v: pd.Series(v, dtype=np.int64),
    "wide": lambda v: pd.Series(v, dtype=np.int64) * 2**59,
    "float": lambda v: pd.Series(v, dtype=float).replace(4.0, np.nan),
    "nullable": lambda v: pd.Series(v, dtype="Int64").replace(4, pd.NA),
    "category": lambda v: pd.Series(list("abcd")).reindex(v).astype("category"),
    "shared": lambda v: pd.Series(["北町", "南町", "", " ", None], dtype="str").iloc[v],
    "own": lambda v: pd.Series([None if i == 4 else f"{i}丁目" for i in v], dtype="str"),
    "mixed": lambda v: pd.Series([(1, "1", 2.5, ("x",), None)[i] for i in v], dtype=object),
    "dates": lambda v: pd.to_datetime(
        pd.Series(["2025-04-01", "2025-05-01", "1999-01-01", "1999-12-31", None]).iloc[v]
    ),
}


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.lists(st.sampled_from(list(KINDS)), min_size=1, max_size=6), st.integers(5, 140))
def test_sizes_are_those_of_a_groupby(seed, kinds, rows):
    """What a million rows go through, in blocks and several columns at a time, on few of them."""
    rng = np.random.default_rng(seed)
    data = pd.DataFrame(
        {f"{kind}{i}": KINDS[kind](rng.integers(0, rng.integers(1, 6), rows)).array for i, kind in enumerate(kinds)}
    )
    alike = data.apply(lambda c: c.map({v: i for i, v in enumerate(c.dropna().unique())}).astype(float).fillna(-1))
    expected = alike.groupby(list(alike)).transform("size")
    for block in (50_000, 40):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(equivalence, "_BLOCK", block)
            patch.setattr(equivalence, "_SAMPLE", 10)
            found = privacy.k_anonymity(data, by=list(data))
        assert found.sizes.tolist() == expected.tolist()
        assert found.value == expected.min()


def test_names_are_gone_and_people_are_still_alone():
    people = load("residents").head(5000)
    assert privacy.k_anonymity(people, by=["birth_date", "area_id", "sex"]).figures["alone"] > 4000
    assert privacy.l_diversity(LI.assign(x=1), by=["x"], sensitive="salary").figures["disclosed"] == 0
    same = LI.assign(salary=[3, 3, 3, 6, 11, 8, 7, 9, 10])
    assert privacy.l_diversity(same, by=["zip"], sensitive="salary").figures["disclosed"] == 3


BAD = {
    "no_quasi_identifiers": lambda: privacy.k_anonymity(LI, by=[]),
    "unknown_column": lambda: privacy.k_anonymity(LI, by=["町名"]),
    "k_too_small": lambda: privacy.k_anonymity(LI, by=["zip"], k=1),
    "k_too_large": lambda: privacy.k_anonymity(LI, by=["zip"], k=10),
    "sensitive_in_by": lambda: privacy.l_diversity(LI, by=["zip"], sensitive="zip"),
    "unmapped": lambda: privacy.t_closeness(LI, by=["zip"], sensitive="disease", hierarchy={"flu": "風邪"}),
    "hierarchy_cycle": lambda: privacy.t_closeness(
        LI, by=["zip"], sensitive="disease", hierarchy=dict.fromkeys(LI["disease"], "x") | {"x": "y", "y": "x"}
    ),
}


@pytest.mark.parametrize("kind", BAD)
def test_bad_input_has_a_message_of_its_own(kind):
    with pytest.raises(DataAcademyError) as raised:
        BAD[kind]()
    assert raised.value.note.kind == kind
