"""Money and indicators of the sample town: cost lines of four projects, the budget of seven years, six indicators.

書かない窓口 saves staff hours, which its cost sheet turns into yen; no yen of that leaves the budget.  The placement
rate of job seekers rises in the month in which the register of job seekers is weeded, and only because of that.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from dataacademy.town.sample import geography as geo
from dataacademy.town.sample import ledger, stations, waste
from dataacademy.town.sample.dice import Dice
from dataacademy.town.sample.town import Town

WRITELESS, SIGNS, CHARGE, POINTS = "書かない窓口", "収集終了の看板", "ごみ有料化", "健康ポイント"
FIRST_YEAR, LAST_YEAR = 2025, 2030  # of 書かない窓口: a lease of five years after the half year of the pilot
HOURS, WAGE = 590, 3_200  # staff hours saved a year; yen an hour at which they are booked
INITIAL, RUNNING, PAPER = 3_300_000, 660_000, 48_000  # yen: once, a year, forms no longer printed a year
DISCOUNT = 0.04  # 社会的割引率
WEEDED = 48  # position of April 2024 in the indicators: who did not come for a year leaves the register
SEEKERS, KEPT, PLACED = 1_240, 0.62, (27.0, 22.5)  # on the register; share kept; placements a month before and after


def make(town: Town) -> dict[str, Any]:
    """``costs``, ``budget`` and ``indicator_monthly``."""
    return {
        "costs": _costs(),
        "budget": _budget(town, town.dice("budget")),
        "indicator_monthly": _indicators(town, town.dice("indicators")),
    }


def _costs() -> pd.DataFrame:
    """A line a project, year and item; hours are booked in yen too, as such sheets do, but are no cash."""
    rows = [(WRITELESS, FIRST_YEAR, "initial", "システム構築と機器", INITIAL, None, True)]
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        part = 2 if year == FIRST_YEAR else 1  # half a year
        rows.append((WRITELESS, year, "running", "利用料と保守", RUNNING // part, None, True))
        rows.append((WRITELESS, year, "saving", "申請用紙の印刷", PAPER // part, None, True))
        rows.append((WRITELESS, year, "saving", "職員の時間", HOURS // part * WAGE, HOURS // part, False))
    signs = stations.STATIONS
    rows.append((SIGNS, 2026, "initial", f"看板{signs}枚と取り付け（{stations.DISTRICT}）", 4_750 * signs, None, True))
    rows += [(SIGNS, year, "running", "看板の取りかえ", 250 * signs, None, True) for year in range(2027, 2032)]
    rows += [(SIGNS, year, "saving", "取り残しの再収集", 386_000, None, True) for year in range(2027, 2032)]
    rows.append((CHARGE, 2023, "initial", "周知と指定袋の準備", 18_700_000, None, True))
    for year, part in ((2023, 2), (2024, 1), (2025, 1)):
        rows.append((CHARGE, year, "running", "指定袋の製造と配送", 62_400_000 // part, None, True))
        rows.append((CHARGE, year, "saving", "手数料の収入", 148_200_000 // part, None, True))
        rows.append((CHARGE, year, "saving", "処理費の減", 35_600_000 // part, None, True))
        rows.append((CHARGE, year, "running", "説明会などの職員の時間", 1_400 // part * WAGE, 1_400 // part, False))
    rows.append((POINTS, 2025, "initial", "アプリの構築", 4_950_000, None, True))
    rows += [(POINTS, year, "running", "景品と運用", 2_860_000, None, True) for year in (2025, 2026)]
    columns = ["project", "fiscal_year", "kind", "item", "amount_yen", "hours", "cash"]
    return pd.DataFrame(rows, columns=columns).astype({"hours": "Int64"})


def _budget(town: Town, dice: Dice) -> pd.DataFrame:
    """款・項 by year in thousand yen: initial, revised (with the last supplement), settled."""
    lines = [("revenue", *line) for line in ledger.REVENUE] + [("expenditure", *line) for line in ledger.EXPENDITURE]
    lines = pd.DataFrame(lines, columns=["side", "head", "item", "amount", "growth"])
    years, surplus = [], None
    for year in ledger.YEARS:
        table, surplus = _budget_year(lines, year, surplus, town.scale, dice)
        years.append(table)
    return pd.concat(years, ignore_index=True)


def _budget_year(lines: pd.DataFrame, year: int, carried: int | None, scale: float, dice: Dice):
    """The budget of a year, and what is left of it at the end: ``carried`` in the year after.

    With the last supplement the surplus of the year before comes in as 繰越金 and half of it goes to the fund, as the
    law on local finance asks; what was left before the first year is not known.
    """

    def about(amount, low: float, high: float) -> np.ndarray:
        return np.rint(amount * (low + (high - low) * dice.uniform(len(lines)))).astype(np.int64)

    def extra(table: dict[tuple[str, int], int]) -> np.ndarray:
        return np.array([round(table.get((item, year), 0) * scale) for item in lines["item"]])

    def named(item: str) -> np.ndarray:
        return (lines["item"] == item).to_numpy()

    spends = (lines["side"] == "expenditure").to_numpy()
    grown = lines["amount"].to_numpy() * (1 + lines["growth"].to_numpy() / 100 * (year - ledger.YEARS[0]))
    initial = about(grown * scale, 0.99, 1.01) + extra(ledger.PLANNED)
    revised = np.where(named(ledger.RESERVE), initial, about(initial, 0.985, 1.045) + extra(ledger.SUPPLEMENTS))
    if carried is not None:
        revised[named(ledger.CARRIED)] = carried
        revised[named(ledger.FUND)] += -(-carried // 2)
    for amounts in (initial, revised):  # a budget balances: loans fill what is missing
        amounts[named(ledger.BORROWED)] += amounts[spends].sum() - amounts[~spends].sum()
    settled = np.where(spends, about(revised, 0.945, 0.995), about(revised, 0.99, 1.01)) * ~named(ledger.RESERVE)
    exact = named(ledger.CARRIED) | named(ledger.FUND)
    settled[exact] = revised[exact]
    left = int(settled[~spends].sum() - settled[spends].sum())
    table = lines[["side", "head", "item"]].assign(
        initial_thousand_yen=initial, revised_thousand_yen=revised, settled_thousand_yen=settled
    )
    table.insert(0, "fiscal_year", year)
    table = table.astype({"revised_thousand_yen": "Int64", "settled_thousand_yen": "Int64"})
    if year >= ledger.YEARS[-1]:  # it begins on the day of the tables: no supplement yet
        table["revised_thousand_yen"] = pd.NA
    if year >= ledger.YEARS[-2]:  # it ended the day before: not settled yet
        table["settled_thousand_yen"] = pd.NA
    return table, left


def _indicators(town: Town, dice: Dice) -> pd.DataFrame:
    """Numerator, denominator, value (％), target and owner of six indicators, April 2020 to March 2026."""
    t, months = np.arange(waste.MONTHS), waste.MONTHS
    own = waste.make(town)["waste_monthly"]
    own = own[own["municipality"] == geo.CITY]
    burnable, recycled = own["burnable_kg"].to_numpy(), own["recyclables_kg"].to_numpy()
    weeded = t >= WEEDED
    seekers = SEEKERS * town.scale * np.where(weeded, KEPT, 1.0) * (1 + 0.02 * dice.normal(months))
    seekers = np.rint(seekers).astype(np.int64)
    placed = dice.poisson(np.where(weeded, PLACED[1], PLACED[0]) * town.scale)
    base = np.where(weeded, "登録している求職者のうち1年以内に来所した人", "登録している求職者")
    asked = dice.poisson(2400 * town.scale * (1 + 0.25 * (t % 12 == 11) + 0.2 * (t % 12 == 0)))
    online = _part(asked, 0.04 + 0.0042 * t, dice)
    children = town.people.counts[:, :, 0, :].sum(axis=(1, 2)) // 24  # under five; two examinations each
    examined = _part(children, np.full(months, 0.962), dice)
    reports = dice.poisson((64 + 14 * (t % 12 >= 9)) * town.scale)
    mended = _part(reports, 0.78 + 0.001 * t, dice)
    calls = dice.poisson(np.full(months, 310 * town.scale))
    answered = _part(calls, 0.93 - 0.0006 * t, dice)
    rows = (  # number, name, section, target (％), numerator, denominator, what the denominator counts
        ("K01", "就労支援の就職率", "商工労政課", 2.5, placed, seekers, base),
        ("K02", "オンライン申請の割合", "デジタル推進課", 40.0, online, asked, "申請の件数"),
        ("K03", "資源化率", "環境課", 20.0, recycled, burnable + recycled, "可燃ごみと資源物の重さ（kg）"),
        ("K04", "乳幼児健診の受診率", "こども家庭課", 98.0, examined, children, "対象の子ども"),
        ("K05", "道路の補修を7日以内に終えた割合", "道路課", 90.0, mended, reports, "通報の件数"),
        ("K06", "相談の電話につながった割合", "福祉総務課", 95.0, answered, calls, "かかった電話の件数"),
    )
    return pd.concat(
        [
            pd.DataFrame(
                {
                    "indicator_id": number,
                    "name": name,
                    "month": own["month"].to_numpy(),
                    "numerator": numerator,
                    "denominator": np.maximum(denominator, 1),  # in a hamlet a month may pass without a report
                    "value": np.rint(numerator / np.maximum(denominator, 1) * 10_000) / 100,
                    "target": target,
                    "counted": counted,
                    "owner": owner,
                }
            )
            for number, name, owner, target, numerator, denominator, counted in rows
        ],
        ignore_index=True,
    )


def _part(whole: np.ndarray, share: np.ndarray, dice: Dice) -> np.ndarray:
    """How many of the whole: the share, give or take what chance gives."""
    spread = np.sqrt(whole * share * (1 - share)) * dice.normal(len(whole))
    return np.clip(np.rint(whole * share + spread), 0, whole).astype(np.int64)


def truths(town: Town, tables: dict[str, Any]) -> list[dict]:
    """Hours that are no cash, and a rate that rose because its denominator shrank."""
    return [_hours_not_cash(), _indicator_denominator(tables["indicator_monthly"])]


def _hours_not_cash() -> dict:
    cash = PAPER - RUNNING
    years = LAST_YEAR - FIRST_YEAR
    annuity = (
        sum((1 + DISCOUNT) ** -k for k in range(1, years + 1)) + 0.5
    )  # the first year is half a year, undiscounted
    npv, booked = round(-INITIAL + cash * annuity), round(-INITIAL + (cash + HOURS * WAGE) * annuity)
    return {
        "id": "hours_not_cash",
        "title": "書かない窓口は時間を生むが、現金は生まない",
        "says": f"書かない窓口は職員の時間を年{HOURS}時間減らしますが、現金の支出は年{-cash:,}円増えます。"
        f"{FIRST_YEAR}年度（半年分）を基準に{LAST_YEAR}年度まで、社会的割引率4％で割り引いた純現在価値は、"
        f"現金では{npv:,}円です。",
        "size": {"hours_per_year": HOURS, "cash_per_year_yen": cash, "npv_yen": npv},
        "tolerance": {"hours_per_year": 0, "cash_per_year_yen": 0, "npv_yen": 0},
        "tables": ["costs"],
        "method": f"現金の行だけを年度ごとに足し、{FIRST_YEAR}年度を0年目として年4％で割り引く（costs.npv）。"
        "時間は時間のまま並べて示す。",
        "naive": {
            "method": "職員の時間に単価をかけた額も、節約できた現金として足す。",
            "says": f"純現在価値は{booked:,}円で、導入すれば予算が減るように見える。",
            "value": {"npv_yen": booked},
        },
    }


def _indicator_denominator(table: pd.DataFrame) -> dict:
    rate = table[table["indicator_id"] == "K01"]
    year = {"before": slice(WEEDED - 12, WEEDED), "after": slice(WEEDED, WEEDED + 12)}
    n0, n1 = (int(rate["numerator"].iloc[part].sum()) for part in year.values())
    d0, d1 = (int(rate["denominator"].iloc[part].sum()) for part in year.values())
    numerator = 100 * (n1 - n0) * (1 / d0 + 1 / d1) / 2  # each effect averaged over both orders of the two changes
    denominator = 100 * (n0 + n1) * (1 / d1 - 1 / d0) / 2
    size = {
        "change_points": 100 * (n1 / d1 - n0 / d0),
        "numerator_points": numerator,
        "denominator_points": denominator,
    }
    size = {name: round(value, 3) for name, value in size.items()}
    return {
        "id": "indicator_denominator",
        "title": "就職率が上がったのは、分母が減ったからである",
        "says": f"就労支援の就職率は2023年度から2024年度に{size['change_points']:.2f}ポイント上がりましたが、"
        f"就職した人は{n0}人から{n1}人に減りました。2024年4月に、1年来所のない人を登録から外したためです。",
        "size": size,
        "tolerance": dict.fromkeys(size, 0.001),
        "tables": ["indicator_monthly"],
        "method": "分子と分母を別々に見て、率の変化を分子による分と分母による分に分ける（effect.decompose_rate、"
        "二つの順序の平均）。",
        "naive": {
            "method": "率の値だけを目標と比べる。",
            "says": "就職率が上がって目標に届いたので、支援がうまくいっているように見える。",
            "value": {"change_points": size["change_points"]},
        },
    }
