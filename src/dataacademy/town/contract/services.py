"""Tables of what the municipality does: counters, waste, points, and the money and indicators of it."""

from __future__ import annotations

from dataacademy.town.contract.columns import Column, Table

ARMS = {"sign": "看板あり", "control": "看板なし", "none": "調べていない"}
STATION_KINDS = {"houses": "戸建て", "mixed": "混在", "flats": "集合住宅"}
WAVES = {"first": "10月から参加", "second": "1月から参加", "never": "参加していない"}
COST_KINDS = {"initial": "初期費用", "running": "毎年の費用", "saving": "節減・収入"}
SIDES = {"revenue": "歳入", "expenditure": "歳出"}

_MONTH = Column("年月", en="Month")
_YEAR = Column("年度", "Int64", "年度", en="Fiscal year (from April)")


def _amount(label: str, en: str, *, unit: str = "千円", missing: str = "") -> Column:
    """Money; ``missing`` says why a cell may be empty, where it may."""
    return Column(
        label, "Int64", unit, required=not missing, minimum=0, en=en, missing={"": missing} if missing else {}
    )


TABLES = {
    "counter_log": Table(
        "窓口の受付記録",
        "counter_log.csv",
        {
            "date": Column("受付日", en="Date"),
            "office": Column("窓口", en="Office"),
            "ticket_no": Column("整理番号", required=False, en="Ticket number (per office and day)"),
            "procedure": Column("手続", en="Procedure"),
            "arrived": Column("受付時刻", required=False, en="Ticket drawn at"),  # a log has gaps; lessons tell them
            "called": Column("呼出時刻", required=False, en="Called at"),
            "ended": Column("終了時刻", required=False, en="Ended at"),
            "counter": Column("カウンター番号", "Int64", required=False, minimum=1, en="Counter"),
            "staff_minutes": Column(
                "職員の時間", "Int64", "分", required=False, minimum=0, en="Staff minutes, at and behind the counter"
            ),
        },
        en="Counter tickets (one week a month)",
        needs=("procedure", "arrived", "called", "ended"),  # day and office may stand elsewhere
    ),
    "waste_monthly": Table(
        "ごみの量",
        "waste_monthly.csv",
        {
            "municipality": Column("市町", en="Municipality"),
            "month": _MONTH,
            "population": Column("月末人口", "Int64", "人", minimum=1, en="Residents at the end of the month"),
            "burnable_kg": Column("可燃ごみ", "Int64", "kg", minimum=0, en="Burnable waste"),
            "recyclables_kg": Column("資源物", "Int64", "kg", required=False, minimum=0, en="Recyclables"),
        },
        en="Waste by municipality and month",
    ),
    "stations": Table(
        "ごみ集積所",
        "stations.csv",
        {
            "station_id": Column("集積所番号", unique=True, en="Station number"),
            "area_id": Column("地区コード", en="Area code"),
            "quarter": Column("地区の性格", required=False, en="Kind of quarter"),
            "kind": Column("集積所の種類", required=False, en="Kind of station", values=STATION_KINDS),
            "households": Column("使う世帯", "Int64", "世帯", minimum=1, en="Households that use it"),
            "flats_percent": Column(
                "集合住宅の割合",
                "Int64",
                "％",
                required=False,
                minimum=0,
                maximum=100,
                en="Share of flats",
            ),
            "monitored": Column("毎月調べている", "boolean", en="Checked every month"),
            "arm": Column("くじの結果", en="Arm of the trial", values=ARMS),
        },
        en="Waste stations",
    ),
    "station_checks": Table(
        "ごみ集積所の調べ",
        "station_checks.csv",
        {
            "station_id": Column("集積所番号", en="Station number"),
            "date": Column("調べた日", en="Date"),
            "bags": Column("残った袋", "Int64", "袋", minimum=0, en="Bags left after collection"),
        },
        en="Checks of waste stations",
    ),
    "points": Table(
        "健康ポイント",
        "points.csv",
        {
            "user_id": Column("利用者番号", en="User number"),
            "month": _MONTH,
            "age_group": Column("年代", en="Age group"),
            "quarter": Column("地区の性格", required=False, en="Kind of quarter"),
            "wave": Column("参加の時期", en="When the user joined", values=WAVES),
            "steps": Column("1日の歩数", "Int64", "歩", minimum=0, en="Steps a day, mean of the month"),
            "points": Column("付いたポイント", "Int64", "点", required=False, minimum=0, en="Points given"),
            "exchanged": Column("交換したポイント", "Int64", "点", required=False, minimum=0, en="Points exchanged"),
        },
        en="Health points",
    ),
    "costs": Table(
        "事業の費用",
        "costs.csv",
        {
            "project": Column("事業", en="Project"),
            "fiscal_year": _YEAR,
            "kind": Column("種類", en="Kind", values=COST_KINDS),
            "item": Column("内訳", en="Item"),
            "amount_yen": _amount("金額", "Amount (hours at a rate)", unit="円"),
            "hours": Column(
                "職員の時間",
                "Int64",
                "時間",
                False,
                minimum=0,
                en="Staff hours",
                missing={"": "時間ではなくお金の行"},
            ),
            "cash": Column("現金の出入りがある", "boolean", en="Cash"),
        },
        en="Costs of projects",
    ),
    "budget": Table(
        "予算",
        "budget.csv",
        {
            "fiscal_year": _YEAR,
            "side": Column("歳入・歳出", en="Side", values=SIDES),
            "head": Column("款", en="Head"),
            "item": Column("項", en="Item"),
            "initial_thousand_yen": _amount("当初予算", "Initial budget"),
            "revised_thousand_yen": _amount("最終予算", "Final budget", missing="まだ補正していない"),
            "settled_thousand_yen": _amount("決算", "Settled", missing="まだ決算していない"),
        },
        en="Budget",
    ),
    "indicator_monthly": Table(
        "指標",
        "indicator_monthly.csv",
        {
            "indicator_id": Column("指標番号", en="Indicator number"),
            "name": Column("指標名", en="Indicator"),
            "month": _MONTH,
            "numerator": Column("分子", "Int64", minimum=0, en="Numerator"),
            "denominator": Column("分母", "Int64", minimum=1, en="Denominator"),
            "value": Column("値", "float64", "％", minimum=0, maximum=100, en="Value"),
            "target": Column("目標", "float64", "％", required=False, minimum=0, maximum=100, en="Target"),
            "counted": Column("分母の数え方", required=False, en="What the denominator counts"),
            "owner": Column("担当課", required=False, en="Owner"),
        },
        en="Indicators by month",
    ),
}
