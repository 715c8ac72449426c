"""What columns of reception logs and queues are called on paper."""

from __future__ import annotations

LABELS: dict[str, str] = {
    "arrived": "受付時刻",
    "busy_percent": "窓口で応対している時間の割合",
    "busy_percent_changed": "変えたときの応対している時間の割合",
    "called": "呼出時刻",
    "changed": "変えたとき",
    "counter": "カウンター番号",
    "counters": "カウンターの数",
    "counters_changed": "変えたときのカウンターの数",
    "difference_percent": "記録とのちがい",
    "ended": "終了時刻",
    "example": "例",
    "log": "記録",
    "longest": "最も長い",
    "p90": "10人に9人が収まる",
    "simulated": "再現",
    "ticket_no": "整理番号",
    "wait_minutes": "待ち時間",
    **{f"over_{m}_percent": f"{m}分より長い割合" for m in (5, 10, 15, 20, 30, 45, 60)},
}
