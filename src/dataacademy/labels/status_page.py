"""What columns of days, pages and their checks are called on paper."""

from __future__ import annotations

LABELS: dict[str, str] = {
    "age_group": "年代",
    "cumulative": "累計",
    "day": "日",
    "day_percent": "その日の割合",
    "discharged": "退院済",
    "found": "見たもの",
    "mean_7": "7日間の平均",
    "now": "今の数",
    "of": "全体",
    "patient_no": "患者の番号",
    "patients": "陽性者数",
    "point": "確かめること",
    "principle": "原則",
    "result": "結果",
    "section": "部分",
    "was": "前の数",
    "week_percent": "7日間の割合",
    "weekday": "曜日",
}
