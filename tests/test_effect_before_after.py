"""Before and after: the change as stats.compare finds it, and every reason why it need not be an effect."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataacademy import DataAcademyError, effect, stats
from dataacademy.labels import LABELS

few = settings(max_examples=30, deadline=None)
MONTHS = [f"{y}-{m:02d}" for y in (2023, 2024, 2025) for m in range(1, 13)]


def panel(units=12, months=MONTHS, *, season=0.0, slope=0.0, seed=1, **columns) -> pd.DataFrame:
    """``units`` × ``months`` of counts around 50, with a season (of the month) and a slope a month."""
    rng = np.random.default_rng(seed)
    i, t = np.divmod(np.arange(units * len(months)), len(months))
    month = np.array([int(m[5:] or 0) for m in months])[t]
    own = rng.normal(0, 5, units)
    y = 50 + own[i] + season * np.sin(2 * np.pi * month / 12) + slope * t + rng.normal(0, 2, len(i))
    return pd.DataFrame({"place": i, "month": np.array(months)[t], "y": y}).assign(**columns)


def compared(data, start="2025-01", **options):
    return effect.before_after(data, value="y", time="month", start=start, **({"id": "place"} | options))


def states(finding) -> dict[str, str]:
    return finding.tables["checks"].set_index("check")["state"].to_dict()


# --- the change -------------------------------------------------------------------------------------------------------


def test_the_same_units_are_compared_as_pairs():
    data = panel()
    found = compared(data)
    mean = (
        data.assign(side=np.where(data["month"] >= "2025-01", "後", "前"))
        .groupby(["place", "side"], as_index=False)["y"]
        .mean()
    )
    pairs = stats.compare(mean, value="y", by="side", groups=["後", "前"], method="paired", pair="place")
    row, other = found.table.iloc[0], pairs.table.iloc[0]
    assert found.value == pytest.approx(pairs.value)
    assert row[["lower", "upper", "p_value"]].tolist() == pytest.approx(other[["lower", "upper", "p_value"]].tolist())
    wide = mean.pivot(index="place", columns="side", values="y")
    same = effect.before_after(wide, before="前", after="後")
    assert same.table[["change", "lower", "upper"]].iloc[0].tolist() == pytest.approx(
        row[["change", "lower", "upper"]].tolist()
    )


def test_rows_that_nobody_follows_are_compared_by_welch():
    data = panel(units=1).assign(after=lambda d: d["month"] >= "2025-01")
    found, other = compared(data, id=None), stats.compare(data, value="y", by="after", groups=[True, False])
    assert found.table[["lower", "upper", "p_value"]].iloc[0].tolist() == pytest.approx(
        other.table[["lower", "upper", "p_value"]].iloc[0].tolist()
    )
    assert states(found)["leaving"] == "unknown"
    assert compared(data).table.equals(found.table)  # a single unit cannot be compared with itself as a pair


@few
@given(shift=st.floats(-100, 100), weight=st.floats(0.1, 10))
def test_a_shift_and_equal_weights_change_nothing(shift, weight):
    data = panel()
    plain, moved = compared(data), compared(data.assign(y=data["y"] + shift, w=weight), weights="w")
    assert moved.value == pytest.approx(plain.value, abs=1e-9)
    assert states(moved) == states(plain)


def test_time_turned_round_turns_the_change():
    wide = panel().pivot(index="place", columns="month", values="y")
    forth = effect.before_after(wide, before="2023-01", after="2025-01")
    back = effect.before_after(wide, before="2025-01", after="2023-01")
    assert forth.value == pytest.approx(-back.value)


# --- the reasons ------------------------------------------------------------------------------------------------------


def test_other_months_are_a_season():
    found = compared(panel(season=10, months=MONTHS[:21]), start="2024-04")
    assert states(found)["season"] == "present"
    assert "前は1〜12月、後は4〜9月" in found.tables["checks"]["reading"].iloc[0]
    assert found.figures["same_month_change"] == pytest.approx(0, abs=1)
    assert abs(found.value) > 1.5  # what the season alone does
    in_grams = compared(panel(season=10, months=MONTHS[:21]), start="2024-04", unit="g").tables["checks"]["reading"]
    assert "g です。" in in_grams.iloc[0]  # as the sentence on the movement before gives it
    half = compared(panel(season=10, months=MONTHS[:12]), start="2023-07")
    assert "前は1〜6月、後は7〜12月" in half.tables["checks"]["reading"].iloc[0]
    assert "same_month_change" not in half.figures
    uneven = compared(panel(season=10, months=MONTHS[:30]), start="2024-01")  # a year, and a year and a half
    assert states(uneven)["season"] == "present" and "月の混ざり方" in uneven.tables["checks"]["reading"].iloc[0]


def test_whole_years_are_no_season():
    assert states(compared(panel(season=10)))["season"] == "absent"
    years = panel(months=["2021", "2022", "2023", "2024", "2025"])
    assert states(compared(years, start="2025"))["season"] == "absent"
    wide = pd.DataFrame({"a": [1.0, 2, 3], "b": [2.0, 3, 5]})
    assert states(effect.before_after(wide, before="a", after="b"))["season"] == "unknown"


def test_a_movement_already_under_way_is_found_and_carried_on():
    found = compared(panel(slope=-0.5, season=8))
    assert states(found)["trend"] == "present"
    assert found.figures["trend_slope"] == pytest.approx(-0.5, abs=0.1)
    assert found.figures["expected_by_trend"] == pytest.approx(-0.5 * 18, abs=2)  # from month 11.5 to month 29.5
    assert found.value == pytest.approx(found.figures["expected_by_trend"], abs=1.5)  # nothing else happened
    assert "前からの動き" in found.sentence
    still = compared(panel(season=8))
    assert states(still)["trend"] == "absent" and "証明ではありません" in str(
        still.tables["checks"]["reading"].tolist()
    )


def test_a_few_months_cannot_tell_a_movement_from_a_season():
    found = compared(panel(slope=-1, months=MONTHS[:12]), start="2023-07")
    assert states(found)["trend"] == "unknown" and found.figures["trend_slope"] < -0.5
    assert states(compared(panel(months=MONTHS[:12]), start="2023-03"))["trend"] == "unknown"


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_those_picked_for_a_bad_value_come_back_by_themselves(seed):
    data = panel(units=200, months=["2023-04", "2024-04"], seed=seed)
    data["y"] += np.random.default_rng(seed).normal(0, 8, len(data))
    first = data[data["month"] == "2023-04"].set_index("place")["y"]
    data["picked"] = data["place"].isin(first.nlargest(20).index)
    alone = compared(data[data["picked"]], start="2024-04")
    assert alone.value < -4 and states(alone)["selection"] == "unknown"  # nothing was done
    found = compared(data, start="2024-04", group="picked")
    assert states(found)["selection"] == "present"
    assert found.value == alone.value
    assert found.figures["expected_change"] == pytest.approx(found.value, abs=4)
    assert abs(found.figures["rest"]) < 0.5 * abs(found.value)
    assert "平均への回帰" in found.sentence


def test_what_comes_by_itself_is_that_of_regression_to_mean():
    rng = np.random.default_rng(4)
    data = pd.DataFrame({"before": rng.normal(100, 10, 400)})
    data["after"] = 40 + 0.6 * data["before"] + rng.normal(0, 5, 400)
    data["treated"] = data["before"] >= np.quantile(data["before"], 0.8)
    found = effect.before_after(data, before="before", after="after", group="treated")
    other = stats.regression_to_mean(data, before="before", after="after", share=0.2, treated="treated")
    assert found.figures["expected_change"] == pytest.approx(other.figures["expected_change"])
    assert found.figures["rest"] == pytest.approx(other.figures["rest"])


def test_a_lot_is_no_selection():
    data = panel(units=60)
    data["lot"] = data["place"] % 2 == 0
    assert states(compared(data, group="lot"))["selection"] == "absent"


def test_a_start_at_a_bad_moment_stands_out():
    data = panel(months=[f"{y}" for y in range(2015, 2026)])
    data.loc[data["month"] == "2023", "y"] += 12
    found = compared(data, start="2024")
    assert states(found)["selection"] == "present" and found.figures["last_gap"] == pytest.approx(12, abs=2)
    one = compared(data.groupby("month", as_index=False)["y"].mean(), start="2024", id=None)
    assert states(one)["selection"] == "present"
    assert states(compared(panel(months=[f"{y}" for y in range(2015, 2026)]), start="2024"))["selection"] == "absent"


def test_others_that_changed_as_well_are_told():
    data = panel(units=40)
    data["y"] += 6 * (data["month"] >= "2025-01")
    data["who"] = np.where(data["place"] % 2 == 0, "南", "北")
    found = compared(data, group="who", treated="南")
    assert states(found)["others"] == "present" and found.figures["others_change"] == pytest.approx(6, abs=1)
    assert found.table["group"].tolist() == ["南", "北"]
    assert "「南」の「y」の平均は" in found.sentence and "「同じ時期のほかの変化」" in found.sentence
    assert states(compared(data))["others"] == "unknown"


def test_units_that_left_are_counted_not_dropped_silently():
    data = panel()
    data = data[~((data["place"] < 3) & (data["month"] >= "2025-01"))]
    found = compared(data)
    assert found.used == {"対象": 9} and states(found)["leaving"] == "present" and states(found)["size"] == "present"
    assert "前か後の片方しか値のない 3 件" in found.left_out
    assert states(compared(panel()))["leaving"] == "absent"
    empty = panel()
    empty.loc[:4, "y"] = np.nan
    assert "「y」か「month」が空欄の 5 行" in compared(empty).left_out


def test_it_never_calls_itself_an_effect_and_changes_nothing():
    data = panel()
    before = data.copy(deep=True)
    found = compared(data)
    pd.testing.assert_frame_equal(data, before)
    assert "これだけでは効果とは言えません" in found.sentence and "not an effect" in found.sentence_en
    for table in (found.table, found.tables["checks"]):
        assert [c for c in table.columns if c not in LABELS] == []
    assert [f for f in found.figures if f not in LABELS] == []


# --- bad input --------------------------------------------------------------------------------------------------------

D = panel()
W = pd.DataFrame({"a": [1.0, 2, 3], "b": [2.0, 3, 5], "text": list("xyz"), "none": np.nan})


def wide(**options):
    return lambda: effect.before_after(W, **options)


CASES = [
    ("unclear_comparison", wide(before="a"), "何の前と後"),
    ("unclear_comparison", lambda: effect.before_after(D, value="y", time="month"), "組で指定"),
    ("unclear_comparison", lambda: compared(D, before="y", after="y"), "決まりません"),
    ("start_before_data", lambda: compared(D, start="2023-01"), "より前の時点がありません"),
    ("start_after_data", lambda: compared(D, start="2026-01"), "以後の時点がありません"),
    ("time_text", lambda: compared(D.assign(month=D["month"].str.replace("-0", "-"))), "時間の順に並びません"),
    ("duplicate", lambda: compared(pd.concat([D, D.head(1)])), "行が二つ以上"),
    ("not_numeric", lambda: compared(D.assign(y="多い")), "数ではありません"),
    ("no_values", lambda: compared(D.assign(y=np.nan)), "値が一つもありません"),
    ("no_values", wide(before="none", after="b"), "前の値が一つもありません"),
    ("not_numeric", wide(before="a", after="text"), "数ではありません"),
    ("same_column", wide(before="a", after="a"), "同じ列"),
    ("unknown_column", wide(before="a", after="c"), "ありません"),
    ("one_row_group", lambda: effect.before_after(W.head(1), before="a", after="b"), "1 件だけ"),
    ("one_row_group", lambda: compared(D[D["month"].isin(["2023-01", "2025-01"])].head(2), id=None), "1 件だけ"),
    ("one_arm", lambda: compared(D.assign(g=True), group="g"), "くらべる相手がいません"),
    ("which_treated", lambda: compared(D.assign(g=np.where(D["place"] < 4, "南", "北")), group="g"), "どちらが"),
    ("no_values", lambda: compared(D.assign(g=(D["place"] < 4) & (D["month"] >= "2025-01")), group="g"), "前の値"),
    ("negative_weights", lambda: compared(D.assign(w=-1.0), weights="w"), "負の"),
    ("not_a_table", lambda: effect.before_after([1], before="a", after="b"), "DataFrame"),
    ("no_rows", lambda: compared(D.head(0)), "行がない"),
    ("out_of_range", lambda: compared(D, confidence=95), "0.05"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "call", "words"), CASES, ids=[f"{i}-{c[0]}" for i, c in enumerate(CASES)])
def test_bad_input_has_its_own_message(kind, call, words):
    with pytest.raises(DataAcademyError) as caught:
        call()
    note = caught.value.note
    assert note.kind == kind, str(note)
    assert words in str(note), str(note)
    assert note.ja and note.en and note.fix and note.fix_en
