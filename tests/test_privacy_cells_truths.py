"""The planted truth ``total_minus_parts``: six hidden cells that subtraction brings back; a table that withstands."""

from __future__ import annotations

import pytest
import yaml

from dataacademy import load, paths
from dataacademy.privacy import audit_table, suppress_table

TRUTH = next(
    t
    for t in yaml.safe_load((paths.dataset(paths.SAMPLE_TOWN) / "truths.yml").read_text(encoding="utf-8"))
    if t["id"] == "total_minus_parts"
)
BY = ["quarter", "age_group"]


@pytest.fixture(scope="module")
def computed():
    return audit_table(load("published_counts"), by=BY, count="count")


def test_the_hidden_counts_are_computed_from_the_totals(computed):
    found = computed.table.assign(cell=computed.table["quarter"] + "・" + computed.table["age_group"])
    assert dict(zip(found["cell"], found["lower"], strict=True)) == TRUTH["size"]
    assert found["known"].all() and computed.value == TRUTH["naive"]["value"]["hidden"]
    assert "6 マスのうち 6 マスは、引き算などで人数が一つに決まります" in computed.sentence


def test_the_same_counts_hidden_by_suppress_table_cannot_be_computed(computed):
    full = load("published_counts").set_index(BY)["count"]
    full.loc[list(map(tuple, computed.table[BY].to_numpy()))] = computed.table["lower"].to_numpy()
    found = suppress_table(full.reset_index(), by=BY, count="count", minimum=10)
    assert found.figures["small"] == 6 and found.figures["exact"]
    again = audit_table(found.published, by=BY, count="count", lower=1)
    small = again.table.merge(found.table[found.table["reason"] == "少ない"][BY], on=BY)
    assert again.value == 0 and len(small) == 6
    assert (small["lower"] <= 1).all() and (small["upper"] >= 10).all()
    totals = found.table[BY].eq("計").any(axis=1)
    assert not found.table.loc[totals, "mark"].any()  # every total is still there
