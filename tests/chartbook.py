"""One picture of every kind, from small made-up tables, and what the eye would complain about: letters that collide."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

from dataacademy import charts

SCALE = ["まったくそう思わない", "あまりそう思わない", "どちらともいえない", "ややそう思う", "とてもそう思う"]
ASIDE = ["わからない", "無回答"]
WORDS = {"title": "みらい市の図", "source": "みらい市の統計"}


def years() -> pd.DataFrame:
    """Five schools whose last values lie so close that their names would collide."""
    schools, start = ["小学校", "中学校", "高等学校", "特別支援学校", "幼稚園"], [1000, 1005, 990, 1010, 995]
    rows = [(y, s, first - (20 + k) * (y - 2015)) for k, (s, first) in enumerate(zip(schools, start, strict=True))
            for y in range(2015, 2026)]  # fmt: skip
    return pd.DataFrame(rows, columns=["年", "学校", "人数"])


def months() -> pd.DataFrame:
    dates = pd.date_range("2020-05-01", "2026-04-01", freq="MS").strftime("%Y-%m-%d")
    values = 85_610 - 76 * np.arange(len(dates))
    return pd.DataFrame({"date": dates, "人口": values})


def two_points() -> pd.DataFrame:
    names = [f"{a}{b}丁目" for a in ("北町", "港", "ひかりヶ丘") for b in "一二三四"]
    rows = [(n, y, 30 + 0.4 * i + (y == 2025) * (3 - 0.7 * i)) for i, n in enumerate(names) for y in (2020, 2025)]
    return pd.DataFrame(rows, columns=["地区", "年", "高齢化率"])


def people() -> pd.DataFrame:
    bands = [(a, a + 4) for a in range(0, 85, 5)] + [(85, None)]
    rows = [(a, b, s, 400 + 9 * a - 0.07 * a * a + 5 * k) for k, s in enumerate(("male", "female")) for a, b in bands]
    table = pd.DataFrame(rows, columns=["age_from", "age_to", "sex", "count"])
    return table.assign(count=table["count"].round(), age_to=table["age_to"].astype("Int64"))


def answers() -> pd.DataFrame:
    asked = ["住みやすいまちである", "子育てがしやすい", "公共交通が便利である"]
    counts = [[13, 80, 92, 90, 42, 30, 65], [60, 95, 55, 85, 75, 70, 10], [75, 95, 150, 52, 28, 46, 22]]
    rows = [(q, a, n) for q, row in zip(asked, counts, strict=True) for a, n in zip(SCALE + ASIDE, row, strict=True)]
    table = pd.DataFrame(rows, columns=["問", "答え", "人"])
    return table.assign(n=table.groupby("問")["人"].transform("sum"))


def policies() -> pd.DataFrame:
    names = "防災 道路 公園 子育て支援 高齢者福祉 ごみ収集 上下水道 商店街 観光 教育 図書館 文化 スポーツ 交通 防犯"
    rng = np.random.default_rng(3)
    names = names.split()
    return pd.DataFrame(
        {
            "施策": names,
            "満足度": rng.normal(3.1, 0.3, len(names)).round(2),
            "重要度": rng.normal(3.9, 0.35, len(names)).round(2),
        }
    )


def hours() -> pd.DataFrame:
    rng = np.random.default_rng(5)
    rows = [
        (d, f"{h}時", float(n)) for h in range(9, 17) for d, n in zip("月火水木金", rng.integers(3, 80, 5), strict=True)
    ]
    table = pd.DataFrame(rows, columns=["曜日", "時", "件数"])
    table.loc[4, "件数"] = np.nan
    return table


def cross() -> pd.DataFrame:
    rows = [("満足", 30, 120, 300), ("どちらでもない", 20, 140, 210), ("不満", 50, 98, 150)]
    table = pd.DataFrame(rows, columns=["評価", "20代", "40代", "60代以上"])
    return table.melt("評価", var_name="年代", value_name="回答者")


def waits() -> pd.DataFrame:
    return pd.DataFrame({"待ち時間": np.r_[np.random.default_rng(7).gamma(2, 8, 800).round(1), [np.nan] * 12]})


EVERY_KIND = {
    "bar": lambda **k: charts.bar(two_points().query("年 == 2025"), x="地区", y="高齢化率", unit="%", **k),
    "bar_by": lambda **k: charts.bar(cross(), x="評価", y="回答者", by="年代", unit="人", **k),
    "bar_horizontal": lambda **k: charts.bar(
        two_points().query("年 == 2025"), x="地区", y="高齢化率", unit="%", horizontal=True, **k
    ),
    "line": lambda **k: charts.line(years(), x="年", y="人数", by="学校", unit="人", **k),
    "line_dates": lambda **k: charts.line(months(), x="date", y="人口", unit="人", **k),
    "line_highlight": lambda **k: charts.line(years(), x="年", y="人数", by="学校", highlight="中学校", unit="人", **k),
    "slope": lambda **k: charts.slope(two_points(), item="地区", x="年", y="高齢化率", unit="%", **k),
    "histogram": lambda **k: charts.histogram(waits(), x="待ち時間", unit="分", **k),
    "scatter": lambda **k: charts.scatter(
        policies(), x="満足度", y="重要度", name="施策", x_unit="点", y_unit="点", **k
    ),
    "portfolio": lambda **k: charts.portfolio(policies(), x="満足度", y="重要度", name="施策", **k),
    "population_pyramid": lambda **k: charts.population_pyramid(people(), **k),
    "likert": lambda **k: charts.likert(
        answers(), item="問", answer="答え", y="人", n="n", order=SCALE, aside=ASIDE, **k
    ),
    "heatmap": lambda **k: charts.heatmap(hours(), x="曜日", y="時", value="件数", unit="件", **k),
    "small_multiples": lambda **k: charts.small_multiples(years(), x="年", y="人数", by="学校", unit="人", **k),
    "small_bars": lambda **k: charts.small_multiples(
        years(), x="年", y="人数", by="学校", chart="bar", same_scale=False, unit="人", **k
    ),
    "three_over_time": lambda **k: charts.show_same_data_three_ways(
        years(), x="年", y="人数", by="学校", unit="人", **k
    ),
    "three_of_one": lambda **k: charts.show_same_data_three_ways(months().tail(9), x="date", y="人口", unit="人", **k),
    "three_of_groups": lambda **k: charts.show_same_data_three_ways(
        cross(), x="評価", y="回答者", by="年代", unit="人", **k
    ),
}


def clashes(figure: Figure) -> list[str]:
    """Texts that lie on each other by more than a tenth of the smaller one, or stick out of the figure."""
    figure.draw_without_rendering()
    seen, hidden = [], _hidden(figure)
    for text in figure.findobj(Text):
        if text.get_visible() and text.get_text().strip() and id(text) not in hidden:
            box = Text.get_window_extent(text)  # without the leading line
            seen.append((text.get_text(), box))
    page = figure.bbox.padded(1)
    found = [
        f"outside: {name}"
        for name, box in seen
        if not (page.x0 <= box.x0 and box.x1 <= page.x1 and page.y0 <= box.y0 and box.y1 <= page.y1)
    ]
    for (one, a), (two, b) in combinations(seen, 2):
        width, height = min(a.x1, b.x1) - max(a.x0, b.x0), min(a.y1, b.y1) - max(a.y0, b.y0)
        if width > 0 and height > 0 and width * height > 0.1 * min(a.width * a.height, b.width * b.height):
            found.append(f"{one} / {two}")
    return found


def _hidden(figure: Figure) -> set[int]:
    """Tick labels outside of the limits, and all of hidden axes."""
    hidden = set()
    for ax in figure.findobj(Axes):
        for axis in (ax.xaxis, ax.yaxis):
            low, high = sorted(axis.get_view_interval())
            for tick in axis.get_major_ticks() + axis.get_minor_ticks():
                if not (ax.axison and low - 1e-9 <= tick.get_loc() <= high + 1e-9):
                    hidden |= {id(tick.label1), id(tick.label2)}
            if not ax.axison:
                hidden |= {id(axis.label), id(axis.offsetText)}
    return hidden
