"""Kaplan–Meier against R's survival on the trial of Freireich et al. (1963), and its laws."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataacademy import charts, stats
from dataacademy.errors import DataAcademyError

TREATED = pd.DataFrame(
    {"週": [6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35], "再発": [1] * 9 + [0] * 12}
)
OTHERS = pd.DataFrame({"週": [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23], "再発": 1})
# summary(survfit(Surv(t, e) ~ 1, conf.type = "log-log")), R 4.2.2, survival 3.5.3: tests/oracles/survival.R
R = [
    (6, 21, 3, 85.714286, 61.971796, 95.155175),
    (7, 17, 1, 80.672269, 56.314656, 92.280902),
    (10, 15, 1, 75.294118, 50.319951, 88.936184),
    (13, 12, 1, 69.019608, 43.161022, 84.906596),
    (16, 11, 1, 62.745098, 36.751086, 80.491219),
    (22, 7, 1, 53.781513, 26.777894, 74.679072),
    (23, 6, 1, 44.817927, 18.805201, 68.014263),
]
WEEKS = {"duration": "週", "ended": "再発", "unit": "週"}


def test_shares_and_intervals_are_those_of_r():
    table = stats.survival(TREATED, **WEEKS).table
    columns = ["time", "at_risk", "n_ended", "going_percent", "lower_percent", "upper_percent"]
    np.testing.assert_allclose(table[columns].to_numpy(float), np.array(R), atol=5e-6)
    assert table["n_going"].tolist() == [0, 1, 1, 2, 0, 3, 0]


def test_the_log_rank_test_and_the_medians_are_those_of_r():
    both = pd.concat([TREATED.assign(組="薬"), OTHERS.assign(組="偽薬")])
    found = stats.survival(both, **WEEKS, by="組")
    assert found.figures["p_value"] == pytest.approx(4.168809109e-05)
    assert stats.survival(TREATED, **WEEKS).value == 23 and stats.survival(OTHERS, **WEEKS).value == 8


def test_dropping_what_still_goes_on_says_something_else():
    kept = TREATED[(TREATED["再発"] == 1) | (TREATED["週"] >= 10)]
    assert (kept["週"] > 10).mean() != pytest.approx(stats.survival(TREATED, **WEEKS, at=10).value, abs=0.01)


def test_it_is_read_before_the_first_end_and_at_an_end():
    table = stats.survival(TREATED, **WEEKS, at=[0, 5.9, 6, 35]).table
    assert table["going_percent"].round(4).tolist() == [100, 100, 85.7143, 44.8179]
    assert table["n_ended"].tolist() == [0, 0, 3, 9] and table["at_risk"].tolist() == [21, 21, 21, 1]


def test_a_group_of_which_nothing_has_ended_stays_at_a_hundred():
    both = pd.concat([TREATED.assign(組="薬"), OTHERS.assign(組="続く", 再発=0)])
    at = stats.survival(both, **WEEKS, by="組", at=[5, 20]).table.set_index(["組", "time"])["going_percent"]
    assert at["続く"].tolist() == [100, 100] and at["薬"][20.0] == pytest.approx(62.745098)
    row = stats.survival(both, **WEEKS, by="組").table.query("組 == '続く'")
    assert row[["time", "n_ended", "going_percent"]].values.tolist() == [[23, 0, 100]]


@pytest.mark.parametrize(
    ("table", "more", "kind"),
    [
        (TREATED.assign(再発=0), {}, "nothing_ended"),
        (TREATED.assign(週=-1), {}, "negative_duration"),
        (TREATED, {"at": 36}, "beyond_watch"),
        (TREATED, {"at": -1}, "beyond_watch"),
        (TREATED.assign(再発=2), {}, "not_yes_no"),
        (TREATED, {"duration": "月"}, "unknown_column"),
        (TREATED, {"confidence": 1.5}, "out_of_range"),
    ],
)
def test_what_cannot_be_told_is_refused(table, more, kind):
    with pytest.raises(DataAcademyError) as error:
        stats.survival(table, **WEEKS | more)
    assert error.value.note.kind == kind


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 30), min_size=1, max_size=25))
def test_where_everything_has_ended_it_is_the_share_that_lasted_longer(times):
    table = stats.survival(pd.DataFrame({"t": times, "e": True}), duration="t", ended="e").table
    for row in table.itertuples():
        assert row.going_percent == pytest.approx(100 * np.mean(np.array(times) > row.time), abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 30), st.booleans()), min_size=1, max_size=25).filter(
        lambda r: any(e for _, e in r)
    )
)
def test_the_stairs_only_go_down_and_everybody_is_accounted_for(rows):
    data = pd.DataFrame(rows, columns=["t", "e"])
    table = stats.survival(data, duration="t", ended="e").table
    assert (table["going_percent"].diff().dropna() <= 1e-9).all() and table["going_percent"].between(-1e-9, 100).all()
    left = table["at_risk"].iloc[-1] - table["n_ended"].iloc[-1]
    assert table["n_ended"].sum() + table["n_going"].sum() + left == len(data)
    known = table.dropna()
    assert (
        (known["lower_percent"] <= known["going_percent"]) & (known["going_percent"] <= known["upper_percent"])
    ).all()


def test_the_curve_draws_the_stairs_from_a_hundred_to_the_end_of_the_watch():
    from matplotlib import pyplot

    found = stats.survival(TREATED, **WEEKS)
    ax = charts.survival_curve(found.table, until=35, unit="週", title="再発まで", source="Freireich")
    x, y = ax.lines[0].get_data()
    assert (x[0], y[0], x[-1]) == (0, 100, 35) and y[-1] == pytest.approx(44.8179, abs=1e-3)
    assert charts.lint(ax) == [] and "35週後に 45 % へ" in charts.alt(ax)
    pyplot.close(ax.figure)
