"""COVID-19 by day: the growth that is planted is found, and the comparison with the day before yesterday is wrong."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf


@pytest.fixture(scope="module")
def rise(tables):
    """The days from 5 July to 16 August 2021, with weeks since the first."""
    daily = tables["covid_daily"]
    daily = daily[daily["date"].between("2021-07-05", "2021-08-16")].reset_index(drop=True)
    date = pd.to_datetime(daily["date"])
    return daily.assign(
        patients=daily["patients"].astype(float), week=np.arange(len(daily)) / 7, weekday=date.dt.day_of_week
    )


def test_covid_weekday(rise, truth):
    planted = truth("covid_weekday")
    found = smf.glm("patients ~ week + C(weekday)", rise, family=sm.families.Poisson()).fit()
    assert abs(np.exp(found.params["week"]) - planted["size"]["times_a_week"]) <= planted["tolerance"]["times_a_week"]
    same_days = smf.glm("patients ~ week", rise, family=sm.families.Poisson()).fit()
    assert same_days.deviance - found.deviance > 22.5  # days of the week differ: p < 0.001 with six more parameters
    assert found.params["C(weekday)[T.5]"] > 0  # more on Saturdays than on Mondays
    weeks = rise["patients"].groupby(rise["week"].astype(int)).sum()[:6]
    assert (np.diff(weeks) > 0).mean() > 0.7  # the sums of seven days grow nearly every week


def test_covid_weekday_naive(rise, truth):
    planted = truth("covid_weekday")
    mondays = rise.index[rise["weekday"] == 0][1:]
    found = rise.loc[mondays, "patients"].sum() / rise.loc[mondays - 2, "patients"].sum()
    assert found == pytest.approx(planted["naive"]["value"]["times"], abs=0.001)
    assert found < 1 < planted["size"]["times_a_week"]
