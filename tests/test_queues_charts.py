"""Pictures of waiting show the numbers of the analyses."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib import pyplot

import dataacademy as da


@pytest.fixture(scope="module")
def log():
    return da.load("counter_log")


@pytest.fixture(autouse=True)
def close():
    yield
    pyplot.close("all")


def widths(container) -> np.ndarray:
    return np.array([bar.get_width() for bar in container])


def test_bands_are_the_shares_of_the_table(log):
    ax = da.queues.waiting_chart(log, by="office", title="待ち時間", source="受付記録")
    table = da.queues.waiting(log, by="office", over=(5, 15, 30)).table
    shares = [widths(container) for container in ax.containers]
    np.testing.assert_allclose(sum(shares), 100)
    np.testing.assert_allclose(shares[-1], table["over_30_percent"])
    np.testing.assert_allclose(100 - shares[0], table["over_5_percent"])
    said = da.charts.alt(ax)
    for row in table.itertuples():
        assert f"30分より長い {row.over_30_percent:.1f}%、10人に9人は {row.p90:.1f}分" in said
        assert f"{row.p90:.1f}分" in [text.get_text() for text in ax.texts]
    assert da.charts.lint(ax) == [] and da.charts.missing_glyphs(ax.figure) == []


def test_without_groups_it_is_a_histogram_of_all(log):
    ax = da.queues.waiting_chart(log, title="待ち時間", source="受付記録")
    assert sum(bar.get_height() for bar in ax.patches) == len(log)
    assert f"10人に9人 {da.queues.waiting(log).value:.1f}" in [text.get_text() for text in ax.texts]
    assert da.charts.lint(ax) == []


def test_own_limits_name_the_bands(log):
    ax = da.queues.waiting_chart(log, by="month", limits=(10, 20))
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["10分まで", "10〜20分", "20分より長い"]
    for limits in ((30, 15), (), (0, 5), "15", (1, 2, 3, 4, 5, 6, 7)):
        with pytest.raises(da.DataAcademyError, match="区切り"):
            da.queues.waiting_chart(log.head(20), limits=limits)


def test_parts_of_a_visit_are_the_means_longest_first(log):
    ax = da.queues.process_time_chart(log, title="手続と時間", source="受付記録")
    table = da.queues.minutes(log).table
    table["behind"] = table["staff_minutes"].astype(float) - table["service_minutes"]
    mean = table.groupby("procedure")[["wait_minutes", "service_minutes", "behind", "stay_minutes"]].mean()
    mean = mean.sort_values("stay_minutes", ascending=False)
    wait, service, behind = (widths(container) for container in ax.containers)
    np.testing.assert_allclose(wait, mean["wait_minutes"])
    np.testing.assert_allclose(service, mean["service_minutes"])
    np.testing.assert_allclose(behind, mean["behind"], atol=0.05)  # whole minutes may end below those at the counter
    assert [label.get_text().split("\n")[0] for label in ax.get_yticklabels()] == list(mean.index)
    assert da.charts.lint(ax) == [] and "裏の処理（職員だけ）" in da.charts.alt(ax)


def test_without_staff_time_there_are_two_parts_and_what_is_left_out_is_written(log):
    log = log.drop(columns="staff_minutes")
    log.loc[:4, "called"] = None
    ax = da.queues.process_time_chart(log, by="office")
    assert len(ax.containers) == 2
    assert "除いたもの：呼び出しの時刻がない 5 件" in da.charts.alt(ax)


def test_a_chart_takes_its_place_in_a_figure_of_the_readers(log):
    figure, places = pyplot.subplots(2)
    assert da.queues.waiting_chart(log, by="office", ax=places[0]) is places[0]
    assert da.queues.process_time_chart(log, ax=places[1]) is places[1]
    with pytest.raises(da.DataAcademyError, match="種類"):
        da.queues.waiting_chart(log.assign(n=range(len(log))), by="n")
