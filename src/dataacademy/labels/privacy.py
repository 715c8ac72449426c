"""What columns of personal data are called on paper."""

from __future__ import annotations

LABELS: dict[str, str] = {
    "alone": "自分だけの行",
    "at_least": "伏せるマスの下限",
    "classes": "組の数",
    "confidence": "確からしさ",
    "direct": "直接識別子",
    "distinct_values": "ちがう値の数",
    "exact": "いちばん少ないか",
    "extra": "計算よけに伏せたマス",
    "hidden": "伏せたマス",
    "hidden_percent": "伏せたマスの割合",
    "k": "いちばん少ない組（k）",
    "known": "一つに決まる",
    "mark": "印",
    "narrowest": "いちばんせまい範囲の幅",
    "plain": "そのほか",
    "quasi": "準識別子",
    "reason": "伏せた理由",
    "role": "分け方",
    "role_label": "個人情報としての分け方",
    "sensitive": "要配慮",
    "size": "同じ組の数",
    "size_from": "同じ組の数（から）",
    "size_to": "同じ組の数（まで）",
}
