"""The results that the example team of flow C records: the years ahead of the sample town, under one goal of its plan.

A forecast needs the population of five years ago, which few towns have at hand: this example is the sample town's
wherever it is opened.
"""

from __future__ import annotations

from dataclasses import replace

from dataacademy.paths import SAMPLE_TOWN
from dataacademy.worksheet.worked.ground import Ground, Result

TOWN = SAMPLE_TOWN
EDGES, AGES = [-1, 14, 64, 74, 84, 200], ["0〜14歳", "15〜64歳", "65〜74歳", "75〜84歳", "85歳以上"]
RATES = {"65〜74歳": 4, "75〜84歳": 18, "85歳以上": 58}  # % who need help: made up for the course, as lesson c1 says
PLACE, WITHIN, RADII, NEW_PLACES = "community_centre", 500, [300, 500, 800], 3
OLD = list(RATES)
PLAIN = {  # columns in the words of residents: this table goes into the chart book
    "within_m": "家からの直線距離（m以内）",
    "covered": "近くに場所のある人",
    "uncovered": "近くに場所のない人",
    "base": "全員",
    "share_percent": "近くに場所のある人の割合",
}
LESS_HELP = 0.1  # what branch 1 hopes for: a tenth fewer need help
STAYING = 0.05  # how much better or worse young people's staying may turn out, as lesson c1 has it


LATER = ("10年後（若い人が少ない場合）", "10年後（このまま）", "10年後（若い人が多い場合）")


def by_age(found):
    """Persons by date (rows) and group of ages (columns) of a forecast."""
    import pandas as pd

    groups = pd.cut(found.table["age_from"].astype(float), EDGES, labels=AGES)
    return found.table.groupby(["date", groups], observed=False)["count"].sum().unstack()


def needing(people):
    """Persons who need help, by date."""
    return sum(people[age] * rate / 100 for age, rate in RATES.items())


def _forecast(ground: Ground, better: float = 0.0):
    """The town in ten years; ``better`` × as many more of the young (15–34) stay for five years as did before."""
    from dataacademy import stats

    people = ground.table("population")
    now = people["date"].max()
    then = f"{int(now[:4]) - 5}{now[4:]}"
    people = people[people["date"].isin([then, now])]
    young = people["age_from"].between(15, 34) & (people["date"] == then)
    # a rate of change is now / then: fewer of them then are more who stayed
    return stats.forecast_population(people.assign(count=people["count"] / (1 + better * young)), steps=2)


def _stayed(ground: Ground) -> float:
    """Persons of 20–39 now per hundred of those who were 15–34 five years ago: moving in and out together."""
    table = _forecast(ground).table
    then, now = sorted(table[table["status"] == "実績"]["date"].unique())
    old, new = (
        table[(table["date"] == date) & table["age_from"].between(start, start + 19)]["count"].sum()
        for date, start in ((then, 15), (now, 20))
    )
    return 100 * float(new / old)


def ages_ahead(ground: Ground) -> Result:
    """Who lives in the town five years ago, now, and in five and ten years, if things go on?"""
    from dataacademy import charts

    found = _forecast(ground)
    people = by_age(found)
    status = found.table.groupby("date")["status"].first()
    table = people.round().assign(区分=status).rename_axis("date").reset_index()
    table.insert(0, "年", table.pop("date").str[:4].astype(int))
    long = table.melt(id_vars="年", value_vars=AGES, var_name="年齢", value_name="人数")
    note = "5年後と10年後は推計です。これまでの動きが続いたら、という計算です。"
    ax = charts.line(long, x="年", y="人数", by="年齢", unit="人", zero=True, note=note, source=ground.place.source)
    help_now, help_then = needing(people).iloc[[1, -1]]
    return Result(
        replace(found, table=table),
        ax,
        {
            "いまの手助けの要る人": float(help_now),
            "10年後の手助けの要る人": float(help_then),
            "手助けの要る人の割合": 100 * float(help_now / people[OLD].iloc[1].sum()),
            "枝1で減る人": LESS_HELP * float(help_then),
            "増え方": 100 * float(help_then / help_now - 1),
            "いまの85歳以上": float(people["85歳以上"].iloc[1]),
            "10年後の85歳以上": float(people["85歳以上"].iloc[-1]),
        },
    )


def supporters(ground: Ground) -> Result:
    """How many people of working age are there to one who needs help, and how sure is that in ten years?"""
    import pandas as pd

    from dataacademy import charts

    rows, found = {}, _forecast(ground)
    people = by_age(found)
    workers = {}
    rows["いま"] = float((people["15〜64歳"] / needing(people)).iloc[1])
    for name, better in zip(LATER, (-STAYING, 0, STAYING), strict=True):
        ahead = by_age(_forecast(ground, better))
        workers[name] = float(ahead["15〜64歳"].iloc[-1])
        rows[name] = float((ahead["15〜64歳"] / needing(ahead)).iloc[-1])
    table = pd.DataFrame({"時期": rows.keys(), "支える人": rows.values(), "区分": ["実績", *["推計"] * 3]})
    ax = charts.bar(table, x="時期", y="支える人", unit="人", source=ground.place.source, horizontal=True)
    now, worse, same, better = rows.values()
    fall = 100 * (1 - same / now)
    return Result(
        replace(
            found,
            table=table,
            value=fall,
            sentence=f"手助けの要る人1人に対する15〜64歳の人は、いま {now:.1f}人です。これまでの動きが続けば、"
            f"10年後は {same:.1f}人（{worse:.1f}〜{better:.1f}人）になる見込みです。",
        ),
        ax,
        {
            "いま": now,
            "10年後": same,
            "少ない場合": worse,
            "多い場合": better,
            "減り方": fall,
            "枝2で残る人": workers[LATER[2]] - workers[LATER[1]],
            "残っている割合": _stayed(ground),
        },
    )


def gathering(ground: Ground) -> Result:
    """How many of the elderly have a place to gather within reach?"""
    from dataacademy import charts, maps

    how = {"kind": PLACE, "weights": ground.place.counted}
    found = maps.coverage(ground.areas, ground.facilities, within=WITHIN, **how)
    table = maps.coverage(ground.areas, ground.facilities, within=RADII, **how).table[list(PLAIN)].rename(columns=PLAIN)
    distance, share = PLAIN["within_m"], PLAIN["share_percent"]
    ax = charts.bar(table, x=distance, y=share, unit="%", source=ground.place.source)
    row = found.table.iloc[0]
    return Result(
        replace(found, table=table),
        ax,
        {
            "ない人": float(row["uncovered"]),
            "ない人の割合": 100 - float(row["share_percent"]),
            "ある人の割合": float(row["share_percent"]),
            "全体の人数": float(row["base"]),
        },
    )


def three_more(ground: Ground) -> Result:
    """Where would three more places to gather reach most of those who have none?"""
    from dataacademy import maps

    areas = ground.areas
    found = maps.locate(
        areas,
        areas.set_geometry(areas.representative_point()),
        p=NEW_PLACES,
        within=WITHIN,
        weights=ground.place.counted,
        existing=ground.facilities,
        kind=PLACE,
    )
    ax = maps.locate_map(found, background=areas, source=ground.place.source)
    return Result(
        replace(found, table=found.table[["site_no", "name", "assigned", "mean_m"]]),
        ax,
        {"あとの割合": float(found.figures["covered_after_percent"]), "場所の数": NEW_PLACES},
    )


NEEDS: dict = {}
