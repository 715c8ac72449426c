"""Tables of health: check-ups, ambulance calls, the days of COVID-19, and counts as they were published."""

from __future__ import annotations

from dataacademy.town.contract.columns import Column, Table

INVITED_BY = {"letter": "通知だけ", "phone": "通知と電話"}
GUIDANCE = {
    "none": "受診したが、対象でない",
    "given": "対象で、受けた",
    "waiting": "対象だが、くじで翌年度以降になった",
}
SEVERITIES = {"1": "軽症", "2": "中等症", "3": "重症", "4": "死亡"}
CALL_PLACES = {"home": "住宅", "road": "道路", "public": "店や公共の場所", "work": "仕事場", "care": "福祉施設"}
NOT_SEEN = {"": "受診していない"}
LEVELS = {"cell": "マス", "row_total": "地区の計", "column_total": "年代の計", "total": "全部の計"}
ALL_TOGETHER = {"": "計の行（全部を合わせた数）"}
SEXES = {"male": "男性", "female": "女性"}

_AREA = Column("地区コード", en="Area code")
_SEX = Column("性別", en="Sex", values=SEXES)


def _age(label: str, en: str, minimum: float, maximum: float) -> Column:
    return Column(label, "Int64", "歳", minimum=minimum, maximum=maximum, en=en)


def _count(label: str, en: str, unit: str = "件") -> Column:
    return Column(label, "Int64", unit, minimum=0, en=en)


def _measured(label: str, unit: str, dtype: str, minimum: float, maximum: float, en: str) -> Column:
    return Column(label, dtype, unit, False, minimum=minimum, maximum=maximum, en=en, missing=NOT_SEEN)


TABLES = {
    "checkups": Table(
        "特定健診（抽出した国保加入者）",
        "checkups.csv",
        {
            "person_id": Column("個人番号（仮名）", en="Person (pseudonym)"),
            "fiscal_year": Column("年度", "Int64", "年度", en="Fiscal year (from April)"),
            "age": _age("年度末の年齢", "Age at the end of the fiscal year", 40, 74),
            "sex": _SEX,
            "area_id": _AREA,
            "office": Column("案内した庁舎", en="Office that invites"),
            "distance_m": Column(
                "最も近い医療機関まで", "Int64", "m", minimum=0, en="Distance from home to the nearest clinic"
            ),
            "invited_by": Column("案内のしかた", en="Invited by", values=INVITED_BY),
            "attended": Column("受診した", "boolean", en="Attended"),
            "bmi": _measured("BMI", "kg/m²", "float64", 10, 70, "Body mass index"),
            "systolic": _measured("最高血圧", "mmHg", "Int64", 60, 260, "Systolic blood pressure"),
            "hba1c": _measured("HbA1c", "％", "float64", 3, 20, "HbA1c (NGSP)"),
            "guidance": Column(
                "血圧の保健指導", required=False, en="Guidance on blood pressure", values=GUIDANCE, missing=NOT_SEEN
            ),
        },
        en="Health check-ups (a sample of the insured)",
    ),
    "ambulance_calls": Table(
        "救急搬送",
        "ambulance_calls.csv",
        {
            "call_id": Column("搬送番号", unique=True, en="Call number"),
            "date": Column("覚知日", en="Date of the call"),
            "time": Column("覚知時刻", en="Time of the call"),
            "area_id": Column("搬送された人の住む地区コード", en="Area code of the patient's home"),
            "age": _age("年齢", "Age", 0, 130),
            "sex": _SEX,
            "severity": Column("傷病程度（初診のとき）", en="Severity at the first examination", values=SEVERITIES),
            "place": Column("場所の種類", en="Kind of place", values=CALL_PLACES),
            "minutes": Column("現場到着まで", "Int64", "分", minimum=0, en="Minutes from call to arrival"),
        },
        en="Ambulance calls",
    ),
    "covid_daily": Table(
        "新型コロナの日ごとの数",
        "covid_daily.csv",
        {
            "date": Column("公表日", unique=True, en="Date"),
            "patients": _count("陽性者数", "New patients", "人"),
            "tests": _count("検査実施件数", "Tests"),
            "contacts": _count("コールセンター相談件数", "Calls to the call centre"),
        },
        en="COVID-19 by day",
    ),
    "covid_patients": Table(
        "新型コロナの患者一覧",
        "covid_patients.csv",
        {
            "patient_no": Column("No", "Int64", unique=True, minimum=1, en="Number"),
            "date": Column("公表日", en="Date of publication"),
            "area_id": Column("居住地の地区コード", en="Area code of residence"),
            "age_group": Column("年代", en="Age group"),
            "sex": _SEX,
            "discharged": Column("退院済", "boolean", en="Discharged"),
        },
        en="COVID-19 patients",
    ),
    "published_counts": Table(
        "公表した新型コロナの人数（地区の性格×年代）",
        "published_counts.csv",
        {
            "level": Column("何の数か", en="Level", values=LEVELS),
            "quarter": Column("地区の性格", required=False, en="Kind of quarter", missing=ALL_TOGETHER),
            "age_group": Column("年代", required=False, en="Age group", missing=ALL_TOGETHER),
            "count": Column("人数", "Int64", "人", required=False, minimum=0, en="Persons", missing={"": "伏せた"}),
            "suppressed": Column("伏せた（1〜9人）", "boolean", en="Suppressed (1 to 9 persons)"),
        },
        en="COVID-19 counts as published",
    ),
}
