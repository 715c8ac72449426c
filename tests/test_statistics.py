"""What the lessons on statistics and the reading claim about the sample town, and which traps they fall into."""

from __future__ import annotations

import re

import nbformat
import pytest
import yaml

from dataacademy.course.execute import Job, run_all
from dataacademy.course.lessons import lesson

LESSONS = ("statistics", "statistics-applied", "yokohama-ambulance")


@pytest.fixture(scope="module")
def shown():
    """What a cell of the three executed notebooks shows, as text."""
    done = run_all([Job(one, "mirai", lesson(one).path) for one in LESSONS])
    assert [str(one) for one in done if not one.ok] == []
    cells = {c.id: c for one in done for c in nbformat.reads(one.notebook, as_version=4).cells}

    def text(cell: str) -> str:
        outputs = cells[cell].outputs
        said = "\n".join(o.get("text", "") or "".join(o.get("data", {}).get("text/html", "")) for o in outputs)
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", said))

    return text


@pytest.fixture(scope="module")
def planted(root):
    truths = yaml.safe_load((root / "datasets/mirai/truths.yml").read_text(encoding="utf-8"))
    return {truth["id"]: truth for truth in truths}


def numbers(pattern: str, text: str) -> list[float]:
    found = re.search(pattern, text)
    assert found, f"{pattern!r} is not in {text!r}"
    return [float(number.replace(",", "")) for number in found.groups()]


NUMBER = r"(-?[\d,]+(?:\.\d+)?)"


def test_the_mean_hides_the_place_that_waits_longest(shown, planted):
    (mean,) = numbers(rf"平均 {NUMBER} 分", shown("statistics-mean"))
    (median,) = numbers(rf"最も長い（分） \S+ [\d,]+ {NUMBER}", shown("statistics-mean-repair"))
    assert median > 4 * mean
    assert median == pytest.approx(planted["island_alone"]["size"]["minutes"], abs=1)


def test_counts_and_rates_put_the_sparse_areas_at_opposite_ends(shown):
    said = shown("statistics-rate-repair")
    sparse, dense = (numbers(rf"{word} {NUMBER} {NUMBER} {NUMBER}", said) for word in ("低い", "高い"))
    assert sparse[0] < dense[0] and sparse[2] > dense[2]


def test_most_of_those_at_whom_the_detector_beeps_are_innocent(shown):
    (share,) = numbers(rf"（{NUMBER}%）で", shown("statistics-base"))
    assert share < 2


def test_the_offices_turn_round_within_every_age(shown):
    assert "向きが逆になります" in shown("statistics-simpson-repair")
    assert "4 区分のうち 4 区分で逆" in shown("statistics-simpson-repair")


def test_the_strongest_pair_of_indicators_is_spurious(shown):
    (levels,) = numbers(rf"相関係数は {NUMBER}", shown("statistics-chocolate"))
    lower, upper = numbers(rf"信頼区間 {NUMBER}〜{NUMBER}", shown("statistics-chocolate-repair"))
    assert abs(levels) > 0.8 and lower < 0 < upper


def test_the_worst_ten_improve_with_nothing_done_and_the_repair_says_so(shown, planted):
    before, after = numbers(rf"前 {NUMBER} 袋 → 後 {NUMBER} 袋", shown("statistics-worst"))
    naive = planted["rtm_worst_ten"]["naive"]["value"]["change_percent"]
    assert 100 * (after / before - 1) == pytest.approx(naive, abs=0.5)
    changed, by_itself = numbers(
        rf"件は {NUMBER}袋 変わりました。平均への回帰で、何もしなくても {NUMBER}袋", shown("statistics-worst-repair")
    )
    assert by_itself == pytest.approx(changed, rel=0.1)


def test_the_interval_of_those_who_answered_first_misses_the_town(shown, planted):
    first, _, town = re.split("【全部】|【町に合わせた】", shown("statistics-web"))
    (upper,) = numbers(rf"【Webだけ】.*〜{NUMBER}%", first)
    (weighted,) = numbers(rf"割合は{NUMBER}%", town)
    truth = planted["nonresponse_bias"]
    assert weighted == pytest.approx(truth["size"]["stay_percent"], abs=truth["tolerance"]["stay_percent"])
    assert upper < weighted


def test_p_values_split_the_offices_although_all_intervals_hold_the_same_effect(shown, planted):
    truth = planted["guidance_effect"]["size"]["mmhg"]
    rows = re.findall(rf"(\S+) (\d+) {NUMBER} {NUMBER} {NUMBER} {NUMBER}", shown("statistics-gap-repair"))
    assert len(rows) == 4
    small = [float(p) < 0.05 for _, _, p, *_ in re.findall(rf"(\S+) (\d+) {NUMBER}()", shown("statistics-gap"))]
    assert any(small) and not all(small)
    assert all(float(lower) < truth < float(upper) for *_, lower, upper in rows)
    assert "偶然だけでも起こりうる大きさの違い" in shown("statistics-gap-repair")


def test_density_explains_calls_until_age_is_held(shown, planted):
    truth = planted["density_is_false"]
    before, after, _ = re.split("【そろえた後】|【そろえた列】", shown("statistics-applied-density-repair"))
    lower, upper = numbers(rf"信頼区間 {NUMBER}〜{NUMBER}", before)
    assert upper < 0 and lower < truth["naive"]["value"]["calls_per_1000"] < upper
    lower, upper = numbers(rf"信頼区間 {NUMBER}〜{NUMBER}", after)
    assert lower < truth["size"]["calls_per_1000"] < upper


def test_with_ages_alike_the_three_kinds_of_areas_are_alike(shown):
    rows = re.findall(rf"\d (低い|中くらい|高い) {NUMBER} {NUMBER}", shown("statistics-applied-age-direct"))
    crude, adjusted = ([float(row[i]) for row in rows] for i in (1, 2))
    assert max(crude) - min(crude) > 12 and max(adjusted) - min(adjusted) < 4


def test_no_more_areas_stand_out_than_chance_makes(shown):
    said = shown("statistics-applied-worst-repair")
    high, low = numbers(rf"高い {NUMBER}、低い {NUMBER}", said)
    (chance,) = numbers(rf"めやす：{NUMBER}", said)
    assert high + low <= chance + 2


def test_both_easy_forecasts_say_fewer_and_the_one_by_age_says_more(shown):
    assert "減っています" in shown("statistics-applied-future")
    lower, upper = numbers(rf"信頼区間 {NUMBER}〜{NUMBER}件", shown("statistics-applied-future"))
    assert lower < 0 < upper  # the line must not be prolonged
    calls, people = numbers(r"件から ([+-][\d.]+)%）.*人口は ([+-][\d.]+)%", shown("statistics-applied-future-repair"))
    assert people < 0 < calls


def test_rates_that_rise_at_every_age_bring_more_calls_and_no_larger_share_of_the_old(shown):
    rows = re.findall(rf"([02]) {NUMBER} {NUMBER}", shown("yokohama-ambulance-actual"))
    (_, still, share), (_, risen, same) = rows
    assert float(risen.replace(",", "")) > 1.15 * float(still.replace(",", "")) and share == same
