"""What columns of personal data are called on paper."""

from __future__ import annotations

LABELS: dict[str, str] = {
    "alone": "自分だけの行",
    "classes": "組の数",
    "confidence": "確からしさ",
    "direct": "直接識別子",
    "distinct_values": "ちがう値の数",
    "k": "いちばん少ない組（k）",
    "plain": "そのほか",
    "quasi": "準識別子",
    "role": "分け方",
    "role_label": "個人情報としての分け方",
    "sensitive": "要配慮",
    "size": "同じ組の数",
    "size_from": "同じ組の数（から）",
    "size_to": "同じ組の数（まで）",
}
